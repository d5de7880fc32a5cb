package io.inft.seal;

import io.inft.bytes.Address;

/**
 * What anybody can see of a slot.
 *
 * @param index its place in the keyring, from 0
 * @param id eight hex digits made from its bytes: the same slot has the same id wherever it moves
 * @param type "password", "PBKDF2 password", "raw key", "wallet", "key service", or "type 9" for
 *     one that this release does not know
 * @param detail the cost of a password, as {@link KeyDerivation} writes it; scheme and name of a
 *     key service's key; the address of a wallet; else empty
 * @param takesOver whether a new key epoch can have a slot for the same one without a secret
 */
public record SlotInfo(int index, String id, String type, String detail, boolean takesOver) {
  /** Whether the key of this account opens it. */
  public boolean isWalletOf(Address account) {
    return type.equals(WalletSlot.KIND.word()) && detail.equals(account.toString());
  }
}
