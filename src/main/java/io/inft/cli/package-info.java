/** The command line: one command a file. */
@NullMarked
package io.inft.cli;

import org.jspecify.annotations.NullMarked;
