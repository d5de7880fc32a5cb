/** Commands about who can open a database. */
@NullMarked
package io.inft.cli.keys;

import org.jspecify.annotations.NullMarked;
