package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.failure.CorruptObjectException;

/** The contract's answer to {@code headOf}, as far as it is used here; see the interface there. */
record RecordState(
    Address owner,
    Address liveOwner,
    int mode,
    int status,
    long version,
    long blockNumber,
    int keyEpoch,
    boolean inlined,
    Digest root,
    Digest historyHash,
    Digest keyringHash,
    Digest controlHash,
    long controlSequence,
    long controlBlock,
    Address pending,
    long candidateBlock) {
  static final int BOUND = 3;
  private static final int CODE_BITS = 8;
  private static final int SEQUENCE_BITS = 32;

  static RecordState parse(String what, Blob answer) throws CorruptObjectException {
    AbiReader in = new AbiReader(what, answer);
    Address owner = in.address("owner");
    Address liveOwner = in.address("liveOwner");
    int mode = (int) in.uint("mode", CODE_BITS);
    int status = (int) in.uint("status", CODE_BITS);
    long version = in.uint("version", RegistryEvents.VERSION_BITS);
    in.uint63("time");
    long blockNumber = in.uint("blockNumber", RegistryEvents.BLOCK_BITS);
    in.uint63("size");
    int keyEpoch = (int) in.uint("keyEpoch", RegistryEvents.EPOCH_BITS);
    in.uint63("kind");
    boolean inlined = in.bool("inlined");
    Digest root = in.bytes32("root");
    in.bytes32("checksum");
    Digest historyHash = in.bytes32("historyHash");
    Digest keyringHash = in.bytes32("keyringHash");
    Digest controlHash = in.bytes32("controlHash");
    long controlSequence = in.uint("controlSeq", SEQUENCE_BITS);
    long controlBlock = in.uint("controlBlock", RegistryEvents.BLOCK_BITS);
    in.uint63("grantEpoch");
    in.uint63("lockedUntil");
    Address pending = in.address("pending");
    long candidateBlock = in.uint("candidateBlock", RegistryEvents.BLOCK_BITS);
    return new RecordState(
        owner,
        liveOwner,
        mode,
        status,
        version,
        blockNumber,
        keyEpoch,
        inlined,
        root,
        historyHash,
        keyringHash,
        controlHash,
        controlSequence,
        controlBlock,
        pending,
        candidateBlock);
  }

  /** The same with another live owner. */
  RecordState ownedBy(Address other) {
    return new RecordState(
        owner,
        other,
        mode,
        status,
        version,
        blockNumber,
        keyEpoch,
        inlined,
        root,
        historyHash,
        keyringHash,
        controlHash,
        controlSequence,
        controlBlock,
        pending,
        candidateBlock);
  }

  boolean isRegistered() {
    return status != 0;
  }

  /** Whether another owner of the NFT was seen once and waits to be observed for good. */
  boolean hasCandidate() {
    return mode == BOUND
        && candidateBlock != 0
        && pending.equals(liveOwner)
        && !liveOwner.equals(owner);
  }
}
