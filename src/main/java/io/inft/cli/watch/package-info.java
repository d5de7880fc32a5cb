/** Looks at heads again and again, and says what nobody expected: as lines, JSON or a call. */
@NullMarked
package io.inft.cli.watch;

import org.jspecify.annotations.NullMarked;
