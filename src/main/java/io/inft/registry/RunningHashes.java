package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * The two running hashes of a registry, bit for bit as the contract computes them ({@code
 * keccak256(abi.encode(…))}). One word of each commits to everything that ever happened to an id,
 * so whoever holds the newest words can check any copy of the history.
 */
public final class RunningHashes {
  private static final Digest GENESIS = tag("inft.registry.genesis.v1");
  private static final Digest LINK = tag("inft.registry.link.v1");
  private static final Digest CONTROL = tag("inft.registry.control.v1");

  private RunningHashes() {}

  /**
   * Where both hashes of an id begin.
   *
   * @param firstOwner who registered it; not used for an id of an NFT, whose beginning depends on
   *     the token alone
   */
  public static Digest genesis(long chainId, Address registry, DatabaseId id, Address firstOwner) {
    boolean bound = id.namespace() == DatabaseId.Namespace.BOUND;
    AbiWords words =
        new AbiWords()
            .word(GENESIS)
            .word(chainId)
            .word(registry)
            .word(id.hash())
            .word(id.namespace().code())
            .word(bound ? Address.ZERO : firstOwner);
    DatabaseId.Token none = new DatabaseId.Token(chainId, Address.ZERO, BigInteger.ZERO);
    DatabaseId.Token token = id.token().orElse(none);
    return words.word(token.contract()).word(token.number()).keccak256();
  }

  /**
   * The history hash after one more version.
   *
   * @param previous the hash before it
   * @param version everything but its {@code historyHash} is covered
   */
  public static Digest history(Digest previous, Anchored version) {
    return history(
        previous,
        version.anchor(),
        version.author(),
        version.controlSequence(),
        version.block(),
        version.previousBlockNumber(),
        version.inlined());
  }

  public static Digest history(
      Digest previous,
      Anchor anchor,
      Address author,
      long controlSequence,
      Block block,
      long previousBlockNumber,
      boolean inlined) {
    return new AbiWords()
        .word(LINK)
        .word(previous)
        .word(anchor.version())
        .word(anchor.previousRoot())
        .word(anchor.root())
        .word(anchor.checksum())
        .word(anchor.keyringHash())
        .word(author)
        .word(packed(anchor, controlSequence, block.timeSeconds(), previousBlockNumber, inlined))
        .word(block.number())
        .keccak256();
  }

  /**
   * The small numbers of a version in one word, as the contract's {@code Anchored} event carries
   * them: size (48 bits from bit 0), key epoch (24 from 48), kind (7 from 72), whether the object
   * went along (bit 79), control sequence (32 from 88), previous block (48 from 120), time (48 from
   * 168). Bits 80 to 87 and 216 to 255 are zero.
   */
  static BigInteger packed(
      Anchor anchor,
      long controlSequence,
      long timeSeconds,
      long previousBlockNumber,
      boolean inlined) {
    return BigInteger.valueOf(anchor.sizeBytes())
        .or(BigInteger.valueOf(anchor.keyEpoch()).shiftLeft(48))
        .or(BigInteger.valueOf(anchor.kind().code()).shiftLeft(72))
        .or(inlined ? BigInteger.ONE.shiftLeft(79) : BigInteger.ZERO)
        .or(BigInteger.valueOf(controlSequence).shiftLeft(88))
        .or(BigInteger.valueOf(previousBlockNumber).shiftLeft(120))
        .or(BigInteger.valueOf(timeSeconds).shiftLeft(168));
  }

  /**
   * The control hash after one more operation.
   *
   * @param previous the hash before it
   * @param control everything but its {@code controlHash} and its block's hash is covered
   */
  public static Digest control(Digest previous, Control control) {
    return control(
        previous,
        control.sequence(),
        control.code(),
        control.actor(),
        control.data().toBytes(),
        control.block());
  }

  public static Digest control(
      Digest previous, long sequence, int code, Address actor, byte[] data, Block block) {
    return new AbiWords()
        .word(CONTROL)
        .word(previous)
        .word(sequence)
        .word(code)
        .word(actor)
        .word(Digest.keccak256(data))
        .word(block.timeSeconds())
        .word(block.number())
        .keccak256();
  }

  private static Digest tag(String text) {
    return Digest.keccak256(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Values of fixed size as Solidity's {@code abi.encode} lays them out: 32 bytes each. */
  public static final class AbiWords {
    private final ByteWriter out = new ByteWriter(320);

    public AbiWords word(Digest value) {
      out.digest(value);
      return this;
    }

    public AbiWords word(Address value) {
      out.bytes(new byte[12]).address(value);
      return this;
    }

    public AbiWords word(long value) {
      out.bytes(new byte[24]).u64(value);
      return this;
    }

    public AbiWords word(boolean value) {
      return word(value ? 1 : 0);
    }

    public AbiWords word(BigInteger value) {
      byte[] magnitude = value.toByteArray();
      int skipped = magnitude.length == 33 && magnitude[0] == 0 ? 1 : 0;
      int length = magnitude.length - skipped;
      if (value.signum() < 0 || length > 32) {
        throw new IllegalArgumentException(value + " does not fit a word");
      }
      out.bytes(new byte[32 - length]).bytes(magnitude, skipped, length);
      return this;
    }

    public byte[] toBytes() {
      return out.toBytes();
    }

    Digest keccak256() {
      return Digest.keccak256(toBytes());
    }
  }
}
