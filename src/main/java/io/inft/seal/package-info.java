/**
 * Encrypts bytes in authenticated chunks, and keeps the key that does it in a keyring of slots. The
 * bytes are described in {@code sealed-object.md} and {@code keyring.md}.
 */
@NullMarked
package io.inft.seal;

import org.jspecify.annotations.NullMarked;
