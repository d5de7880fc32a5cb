/**
 * Vectors in SQL: sqlite-vec where there is its library, and what it calls its functions in plain
 * Java where there is none.
 *
 * <p>Words: a <em>vector</em> is a value of numbers that all have one type, {@code float32} or
 * {@code int8}; its <em>dimensions</em> are how many.
 */
@NullMarked
package io.inft.vectors;

import org.jspecify.annotations.NullMarked;
