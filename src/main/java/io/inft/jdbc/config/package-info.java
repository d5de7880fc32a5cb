/** Properties, URL and secrets as given, before anything is opened. */
@NullMarked
package io.inft.jdbc.config;

import org.jspecify.annotations.NullMarked;
