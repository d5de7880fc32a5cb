package io.inft.seal;

/**
 * What anybody can see of a slot.
 *
 * @param index its place in the keyring, from 0
 * @param type "password", "raw key", or "type 9" for one that this release does not know
 * @param derivation the cost, as {@link KeyDerivation} writes it; empty where there is none
 */
public record SlotInfo(int index, String type, String derivation) {}
