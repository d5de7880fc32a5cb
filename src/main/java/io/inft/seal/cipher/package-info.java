/**
 * The ciphers that the seal is made of, as the JDK and BouncyCastle have them: AES-256-GCM, HKDF,
 * and the layout in which ERC-7857 hands keys to accounts. Knows nothing of databases.
 */
@NullMarked
package io.inft.seal.cipher;

import org.jspecify.annotations.NullMarked;
