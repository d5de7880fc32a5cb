/**
 * The ciphers that the seal is made of, as the JDK has them: AES-256-GCM and HKDF. Knows nothing of
 * databases.
 */
@NullMarked
package io.inft.seal.cipher;

import org.jspecify.annotations.NullMarked;
