/**
 * The ciphers that the seal is made of, as the JDK has them: AES-256-GCM, HKDF, and the layout in
 * which ERC-7857 hands keys to accounts. Knows nothing of databases.
 */
@NullMarked
package io.inft.seal.cipher;

import org.jspecify.annotations.NullMarked;
