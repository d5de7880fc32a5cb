/** Commands about one database: its state, history and content. */
@NullMarked
package io.inft.cli.database;

import org.jspecify.annotations.NullMarked;
