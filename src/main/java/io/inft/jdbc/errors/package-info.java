/** From a failure to the SQLException that programs and pools decide by. */
@NullMarked
package io.inft.jdbc.errors;

import org.jspecify.annotations.NullMarked;
