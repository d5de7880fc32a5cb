/** Wraps slot secrets with a key that a JDK keystore file holds. */
@NullMarked
package io.inft.keystore;

import org.jspecify.annotations.NullMarked;
