package io.inft.seal;

/**
 * What anybody can see of a slot.
 *
 * @param index its place in the keyring, from 0
 * @param id eight hex digits made from its bytes: the same slot has the same id wherever it moves
 * @param type "password", "raw key", "key service", or "type 9" for one that this release does not
 *     know
 * @param detail the cost of a password, as {@link KeyDerivation} writes it; scheme and name of a
 *     key service's key; else empty
 */
public record SlotInfo(int index, String id, String type, String detail) {}
