/** Commands about the settings that the others start from. */
@NullMarked
package io.inft.cli.config;

import org.jspecify.annotations.NullMarked;
