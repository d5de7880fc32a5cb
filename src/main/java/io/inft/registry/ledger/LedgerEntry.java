package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One action as it lies in a ledger's folder: bound to the entry before it by hash and signed by
 * the account that asked for it. Its bytes are a block: their Keccak-256 is the block's hash.
 *
 * <pre>
 * magic 8 "INFTLEDG" | format u16 | sequence u64 | previous block hash 32 | time u64 | actor 20
 *   | length u32, action | signature 65 over the Keccak-256 of everything before it
 * </pre>
 *
 * @param hash Keccak-256 of the entry's bytes, signature included
 */
public record LedgerEntry(
    long sequence, Digest previous, long timeSeconds, Address actor, Action action, Digest hash) {
  static final int MAX_BYTES = 1 << 20;
  private static final byte[] MAGIC = "INFTLEDG".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;

  /** 9999-12-31T23:59:59Z: the lengths of locks and intervals can be added to it. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  /** The signed bytes of an action that happens in {@code turn}. */
  static byte[] signed(Action.Turn turn, Digest previous, Action action, SigningKey key) {
    byte[] unsigned = unsigned(turn, previous, action);
    byte[] signature = key.sign(Digest.keccak256(unsigned));
    return new ByteWriter(unsigned.length + signature.length)
        .bytes(unsigned)
        .bytes(signature)
        .toBytes();
  }

  /**
   * The bytes of an action in a ledger that never leaves this process, and so needs no signature.
   */
  public static byte[] unsigned(Action.Turn turn, Digest previous, Action action) {
    return new ByteWriter(512)
        .bytes(MAGIC)
        .u16(FORMAT)
        .u64(turn.number())
        .digest(previous)
        .u64(turn.timeSeconds())
        .address(turn.actor())
        .bytes32(ActionFormat.write(action))
        .toBytes();
  }

  /**
   * Reads an entry and checks its form; the signature is checked by {@link #requireSignature}.
   *
   * @param name the entry's file, for messages
   */
  static LedgerEntry read(String name, byte[] bytes) throws InftException {
    ByteReader in = new ByteReader(name, bytes);
    if (!Arrays.equals(in.bytes("magic", MAGIC.length), MAGIC)) {
      throw in.corrupt("is not a ledger entry");
    }
    int format = in.u16("format");
    if (format > FORMAT) {
      throw new FormatTooNewException(name, format, FORMAT);
    }
    if (format != FORMAT) {
      throw in.corrupt("there is no format " + format);
    }
    long sequence = in.u64("sequence");
    Digest previous = in.digest("previous");
    long timeSeconds = in.u64("time");
    if (timeSeconds > MAX_SECONDS) {
      throw in.corrupt("happens after the year 9999");
    }
    Address actor = in.address("actor");
    byte[] action = in.bytes32("action", MAX_BYTES);
    in.bytes("signature", SigningKey.SIGNATURE_BYTES);
    in.end();
    return new LedgerEntry(
        sequence,
        previous,
        timeSeconds,
        actor,
        ActionFormat.read(name, action),
        Digest.keccak256(bytes));
  }

  /** Refuses an entry that its actor did not sign. */
  static void requireSignature(String name, byte[] bytes, Address actor)
      throws CorruptObjectException {
    int end = bytes.length - SigningKey.SIGNATURE_BYTES;
    Digest signed = Digest.keccak256(Arrays.copyOf(bytes, end));
    Address signer = SigningKey.recover(signed, Arrays.copyOfRange(bytes, end, bytes.length));
    if (!signer.equals(actor)) {
      throw new CorruptObjectException(
          name, end, "forged: it speaks for " + actor + " but was signed by " + signer);
    }
  }
}
