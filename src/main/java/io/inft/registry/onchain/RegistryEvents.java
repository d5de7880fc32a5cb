package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.Kind;
import java.math.BigInteger;

/** The contract's events, checked and turned into values. */
final class RegistryEvents {
  static final Digest ANCHORED =
      AbiWriter.topic(
          "Anchored(bytes32,uint64,address,bytes32,bytes32,bytes32,bytes32,bytes32,uint256)");
  static final Digest CONTROL =
      AbiWriter.topic("Control(bytes32,uint32,uint8,address,bytes,bytes32,uint48,uint48)");
  static final Digest SEALED_KEY =
      AbiWriter.topic("SealedKey(bytes32,address,uint24,address,bytes)");
  static final Digest REJECTED = AbiWriter.topic("AnchorRejected(bytes32,uint64,uint16,bytes)");
  private static final int MAX_DATA_BYTES = 1024;
  private static final int MAX_SEALED_KEY_BYTES = 4096;

  // The contract's numbers, so narrow that one more always fits.
  static final int VERSION_BITS = 48;
  static final int BLOCK_BITS = 48;
  static final int EPOCH_BITS = 24;
  private static final int SEQUENCE_BITS = 32;
  private static final int CODE_BITS = 8;
  private static final int INDEX_BITS = 16;

  private RegistryEvents() {}

  static boolean is(Digest topic, Log log) {
    return !log.topics().isEmpty() && log.topics().get(0).equals(topic);
  }

  /** A number as the topic of an indexed parameter. */
  static Digest topic(long number) {
    return Digest.of(new AbiWriter().uint(number).encode());
  }

  /** An account as the topic of an indexed parameter. */
  static Digest topic(Address account) {
    return Digest.of(new AbiWriter().address(account).encode());
  }

  /** Of an {@link #ANCHORED} event: a link whose number is the version. */
  static LinkedEvents.Link<Anchored> anchored(Log log) throws InftException {
    String what = "Anchored event in block " + log.blockNumber();
    long version = number(what, log, 2, VERSION_BITS);
    AbiReader in = new AbiReader(what, log.data());
    Digest previousRoot = in.bytes32("prevRoot");
    Digest root = in.bytes32("root");
    Digest checksum = in.bytes32("checksum");
    Digest keyringHash = in.bytes32("keyringHash");
    Digest historyHash = in.bytes32("historyHash");
    BigInteger packed = in.uint("packed");
    long size = bits(packed, 0, 48);
    long keyEpoch = bits(packed, 48, 24);
    long kind = bits(packed, 72, 7);
    boolean inlined = bits(packed, 79, 1) != 0;
    long controlSequence = bits(packed, 88, 32);
    long previousBlock = bits(packed, 120, 48);
    Block block = new Block(log.blockNumber(), log.blockHash(), bits(packed, 168, 48));
    if (version < 1 || size < 1 || keyEpoch < 1 || !Kind.isCode((int) kind)) {
      throw in.corrupt("packed", "names no version that the contract would record");
    }
    Anchor anchor =
        new Anchor(
            version,
            previousRoot,
            root,
            size,
            checksum,
            (int) keyEpoch,
            keyringHash,
            new Kind((int) kind));
    return new LinkedEvents.Link<>(
        version,
        new Anchored(
            anchor,
            account(what, log, 3),
            historyHash,
            controlSequence,
            block,
            previousBlock,
            inlined),
        previousBlock);
  }

  private static long bits(BigInteger packed, int from, int count) {
    return packed.shiftRight(from).longValue() & ((1L << count) - 1);
  }

  /** Of a {@link #CONTROL} event: a link whose number is the sequence. */
  static LinkedEvents.Link<Control> control(Log log) throws InftException {
    String what = "Control event in block " + log.blockNumber();
    long sequence = number(what, log, 2, SEQUENCE_BITS);
    long code = number(what, log, 3, CODE_BITS);
    AbiReader in = new AbiReader(what, log.data());
    Address actor = in.address("actor");
    Blob data = in.bytes("data", MAX_DATA_BYTES);
    Digest controlHash = in.bytes32("controlHash");
    long previousBlock = in.uint("prevControlBlock", BLOCK_BITS);
    Block block = new Block(log.blockNumber(), log.blockHash(), in.uint("time", BLOCK_BITS));
    return new LinkedEvents.Link<>(
        sequence,
        new Control(sequence, (int) code, actor, data, controlHash, block),
        previousBlock);
  }

  /** Of a {@link #SEALED_KEY} event. */
  static Blob sealedKey(Log log) throws CorruptObjectException {
    AbiReader in = new AbiReader("SealedKey event in block " + log.blockNumber(), log.data());
    in.address("sender");
    return in.bytes("sealedKey", MAX_SEALED_KEY_BYTES);
  }

  /** Item of a batch and why it was refused. */
  record Rejected(int index, Blob reason) {}

  static Rejected rejected(Log log) throws CorruptObjectException {
    AbiReader in = new AbiReader("AnchorRejected event", log.data());
    in.uint63("version");
    int index = (int) in.uint("index", INDEX_BITS);
    return new Rejected(index, in.bytes("reason", MAX_DATA_BYTES));
  }

  private static long number(String what, Log log, int topic, int bits)
      throws CorruptObjectException {
    return new AbiReader(what, word(what, log, topic)).uint("topic " + topic, bits);
  }

  private static Address account(String what, Log log, int topic) throws CorruptObjectException {
    return new AbiReader(what, word(what, log, topic)).address("topic " + topic);
  }

  private static Blob word(String what, Log log, int topic) throws CorruptObjectException {
    if (log.topics().size() <= topic) {
      throw new CorruptObjectException(what, 0, "lacks topic " + topic);
    }
    return Blob.of(log.topics().get(topic).toBytes());
  }
}
