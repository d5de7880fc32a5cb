package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes one ABI tuple, value by value in the order of the signature, checking every offset and
 * length before it allocates. Not thread-safe.
 */
public final class AbiReader {
  private static final int WORD = 32;

  private final String what;
  private final byte[] bytes;
  private final int start;
  private int position;

  /**
   * @param what names the data, for messages
   */
  public AbiReader(String what, Blob data) {
    this(what, data.toBytes(), 0);
  }

  private AbiReader(String what, byte[] bytes, int start) {
    this.what = what;
    this.bytes = bytes;
    this.start = start;
    this.position = start;
  }

  public BigInteger uint(String field) throws CorruptObjectException {
    return new BigInteger(1, word(field));
  }

  /** A uint of any width that must be at most 2^63-1. */
  public long uint63(String field) throws CorruptObjectException {
    return uint(field, Long.SIZE - 1);
  }

  /** A uint that must fit into so many bits, 63 at most. */
  public long uint(String field, int bits) throws CorruptObjectException {
    BigInteger value = uint(field);
    if (value.bitLength() > bits) {
      throw corrupt(field, "is above 2^" + bits + "-1");
    }
    return value.longValue();
  }

  public boolean bool(String field) throws CorruptObjectException {
    BigInteger value = uint(field);
    if (value.bitLength() > 1) {
      throw corrupt(field, "is neither true nor false");
    }
    return value.signum() != 0;
  }

  public Address address(String field) throws CorruptObjectException {
    byte[] word = word(field);
    for (int i = 0; i < WORD - Address.BYTES; i++) {
      if (word[i] != 0) {
        throw corrupt(field, "is no address");
      }
    }
    return Address.of(Arrays.copyOfRange(word, WORD - Address.BYTES, WORD));
  }

  public Digest bytes32(String field) throws CorruptObjectException {
    return Digest.of(word(field));
  }

  /** Dynamic {@code bytes} of at most {@code max}. */
  public Blob bytes(String field, int max) throws CorruptObjectException {
    AbiReader tail = dynamic(field);
    int length = tail.count(field, max);
    if (length > bytes.length - tail.position) {
      throw corrupt(field, "ends behind the data");
    }
    return Blob.of(Arrays.copyOfRange(bytes, tail.position, tail.position + length));
  }

  /** A string of at most {@code max} bytes. */
  public String string(String field, int max) throws CorruptObjectException {
    return new String(bytes(field, max).toBytes(), StandardCharsets.UTF_8);
  }

  /** Follows an offset to a dynamic tuple, which is read with the returned reader. */
  public AbiReader dynamic(String field) throws CorruptObjectException {
    long offset = uint63(field + " offset");
    if (offset > bytes.length - start) {
      throw corrupt(field, "lies behind the data");
    }
    return new AbiReader(what, bytes, start + (int) offset);
  }

  /** A length that must be at most {@code max}; what follows is read with this same reader. */
  public int count(String field, int max) throws CorruptObjectException {
    long count = uint63(field + " length");
    if (count > max) {
      throw corrupt(field, "has " + count + " elements, at most " + max + " allowed");
    }
    return (int) count;
  }

  private byte[] word(String field) throws CorruptObjectException {
    if (bytes.length - position < WORD) {
      throw corrupt(field, "is missing: the data ends");
    }
    position += WORD;
    return Arrays.copyOfRange(bytes, position - WORD, position);
  }

  public CorruptObjectException corrupt(String field, String reason) {
    return new CorruptObjectException(what, position, field + " " + reason);
  }
}
