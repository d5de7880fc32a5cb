package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one ABI tuple: the arguments of a call are one, and tuples nest. Values are added in the
 * order of the signature. Not thread-safe.
 */
public final class AbiWriter {
  private static final int WORD = 32;

  /** A value in place, or null when {@code tail} holds it and the head gets an offset. */
  private record Item(List<Digest> head, @Nullable AbiTail tail) {}

  private final List<Item> items = new ArrayList<>();

  /** Four bytes of a signature such as {@code "transfer(address,uint256)"}. */
  public static byte[] selector(String signature) {
    byte[] hash = Digest.keccak256(signature.getBytes(StandardCharsets.US_ASCII)).toBytes();
    return java.util.Arrays.copyOf(hash, 4);
  }

  /** Topic 0 of an event with this signature. */
  public static Digest topic(String signature) {
    return Digest.keccak256(signature.getBytes(StandardCharsets.US_ASCII));
  }

  /** Selector and encoded arguments. */
  public byte[] call(String signature) {
    byte[] arguments = encode();
    return new ByteWriter(4 + arguments.length)
        .bytes(selector(signature))
        .bytes(arguments)
        .toBytes();
  }

  public AbiWriter uint(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 256) {
      throw new IllegalArgumentException("not a uint256");
    }
    byte[] magnitude = value.toByteArray();
    byte[] word = new byte[WORD];
    int length = Math.min(WORD, magnitude.length);
    System.arraycopy(magnitude, magnitude.length - length, word, WORD - length, length);
    return word(Digest.of(word));
  }

  public AbiWriter uint(long value) {
    return uint(BigInteger.valueOf(value));
  }

  public AbiWriter address(Address value) {
    byte[] word = new byte[WORD];
    System.arraycopy(value.toBytes(), 0, word, WORD - Address.BYTES, Address.BYTES);
    return word(Digest.of(word));
  }

  public AbiWriter bytes32(Digest value) {
    return word(value);
  }

  /** Dynamic {@code bytes}. */
  public AbiWriter bytes(byte[] value) {
    int padded = Math.addExact(value.length, WORD - 1) / WORD * WORD;
    byte[] content =
        new ByteWriter(WORD + padded)
            .bytes(length(value.length))
            .bytes(value)
            .bytes(new byte[padded - value.length])
            .toBytes();
    return dynamic(content);
  }

  public AbiWriter string(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A tuple; it is dynamic when one of its values is. */
  public AbiWriter tuple(AbiWriter tuple) {
    if (tuple.isDynamic()) {
      return dynamic(tuple.encode());
    }
    List<Digest> words = new ArrayList<>();
    tuple.items.forEach(item -> words.addAll(item.head()));
    items.add(new Item(List.copyOf(words), null));
    return this;
  }

  /** A dynamic array of tuples, or of single values as tuples of one. */
  public AbiWriter array(List<AbiWriter> elements) {
    AbiWriter body = new AbiWriter();
    elements.forEach(body::tuple);
    byte[] content = new ByteWriter().bytes(length(elements.size())).bytes(body.encode()).toBytes();
    return dynamic(content);
  }

  /** A dynamic array of dynamic {@code bytes}. */
  public AbiWriter bytesArray(List<byte[]> elements) {
    AbiWriter body = new AbiWriter();
    elements.forEach(body::bytes);
    return dynamic(new ByteWriter().bytes(length(elements.size())).bytes(body.encode()).toBytes());
  }

  private AbiWriter word(Digest word) {
    items.add(new Item(List.of(word), null));
    return this;
  }

  private AbiWriter dynamic(byte[] content) {
    items.add(new Item(List.of(), new AbiTail(content)));
    return this;
  }

  private boolean isDynamic() {
    return items.stream().anyMatch(item -> item.tail() != null);
  }

  /** The tuple without a selector. */
  public byte[] encode() {
    int headBytes = 0;
    for (Item item : items) {
      headBytes += item.tail() == null ? WORD * item.head().size() : WORD;
    }
    ByteWriter head = new ByteWriter(headBytes);
    ByteWriter tails = new ByteWriter();
    for (Item item : items) {
      if (item.tail() == null) {
        item.head().forEach(head::digest);
      } else {
        head.bytes(length(headBytes + tails.size()));
        tails.bytes(item.tail().content());
      }
    }
    return head.bytes(tails.toBytes()).toBytes();
  }

  private static byte[] length(int value) {
    return new ByteWriter(WORD).bytes(new byte[WORD - 4]).u32(value).toBytes();
  }

  /** The part of a dynamic value that stands behind the heads. */
  private static final class AbiTail {
    private final byte[] content;

    AbiTail(byte[] content) {
      this.content = content;
    }

    byte[] content() {
      return content;
    }
  }
}
