/** The command line: one command a file, by topic in the rooms below. */
@NullMarked
package io.inft.cli;

import org.jspecify.annotations.NullMarked;
