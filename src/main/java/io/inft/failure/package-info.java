/**
 * Everything that can go wrong, one class a thing, with the facts as fields.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.failure;

import org.jspecify.annotations.NullMarked;
