/**
 * Looks through a configuration step by step and says what to do.
 *
 * <p>A <b>step</b> is one question with its answer: fine, a warning, failed with the way out, or
 * skipped because one before it failed. A <b>trial</b> really writes, or restores, and is made only
 * on request.
 */
@NullMarked
package io.inft.doctor;

import org.jspecify.annotations.NullMarked;
