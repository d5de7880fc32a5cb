package io.inft.replica.restore;

import io.inft.seal.SlotInfo;

/**
 * What a secret opens.
 *
 * @param version the newest version; its manifest was decrypted
 * @param epoch its key epoch
 * @param slot the slot that the secret belongs to
 * @param earliestEpoch the first epoch that can be read from here, by the links between epochs
 */
public record KeyCheck(long version, int epoch, SlotInfo slot, int earliestEpoch) {}
