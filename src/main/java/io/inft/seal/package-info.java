/**
 * Encrypts bytes in authenticated chunks, and keeps the key that does it in a keyring of slots. The
 * bytes are described in {@code sealed-object.md} and {@code keyring.md}.
 *
 * <p>A <b>data key</b> encrypts the objects of one <b>epoch</b>; an object's <b>label</b> says
 * which one it is and binds its bytes to that place. A <b>keyring</b> wraps the data key once for
 * each <b>slot</b>; a <b>secret</b> (a password, a raw key, the use of a key service) opens the
 * slots of its <b>kind</b>: one file a kind, listed in {@link io.inft.seal.SlotKind}.
 */
@NullMarked
package io.inft.seal;

import org.jspecify.annotations.NullMarked;
