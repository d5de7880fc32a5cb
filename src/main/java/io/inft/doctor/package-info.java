/** Looks through a configuration step by step and says what to do. */
@NullMarked
package io.inft.doctor;

import org.jspecify.annotations.NullMarked;
