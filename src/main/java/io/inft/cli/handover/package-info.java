/** Commands by which a database changes hands. */
@NullMarked
package io.inft.cli.handover;

import org.jspecify.annotations.NullMarked;
