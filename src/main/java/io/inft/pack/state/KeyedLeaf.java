package io.inft.pack.state;

import io.inft.bytes.Digest;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SortedSet;

/**
 * State root 1: a leaf is the hash of a page behind an HMAC of its number.
 *
 * <p>HMAC-SHA-256 is spelled out here (RFC 2104) because its message is one page number: with both
 * key blocks hashed beforehand a leaf costs half of what a {@code Mac} takes for it.
 */
final class KeyedLeaf extends PageLeaf {
  private static final int HMAC_BLOCK = 64;
  private static final byte PAGE = 0x00;

  /** Have taken the two key blocks; they are copied, never fed. */
  private final MessageDigest inner;

  private final MessageDigest outer;

  KeyedLeaf(byte[] key32) {
    inner = keyed(key32, (byte) 0x36);
    outer = keyed(key32, (byte) 0x5c);
  }

  private static MessageDigest keyed(byte[] key32, byte pad) {
    byte[] block = Arrays.copyOf(key32, HMAC_BLOCK);
    for (int i = 0; i < HMAC_BLOCK; i++) {
      block[i] ^= pad;
    }
    MessageDigest digest = Digest.sha256();
    digest.update(block);
    Arrays.fill(block, (byte) 0);
    return digest;
  }

  @Override
  Worker worker() {
    MessageDigest sha256 = Digest.sha256();
    return (pageNumber, pages, from, pageSize, out, to) -> {
      byte[] number = number(pageNumber);
      sha256.update(PAGE);
      sha256.update(hmac(number));
      sha256.update(number);
      sha256.update(pages, from, pageSize);
      finish(sha256, out, to);
    };
  }

  @Override
  int rootByte() {
    return 0x03;
  }

  /** No page has number 0. */
  @Override
  byte[] proofOfKey() {
    return hmac(number(0));
  }

  @Override
  Disclosure.ShownPage open(long pageNumber, byte[] page, SortedSet<Integer> chunks) {
    throw new UnsupportedOperationException("a leaf of kind 1 is shown with its whole page only");
  }

  private byte[] hmac(byte[] message) {
    MessageDigest digest = copy(outer);
    digest.update(copy(inner).digest(message));
    return digest.digest();
  }

  private static MessageDigest copy(MessageDigest keyed) {
    try {
      return (MessageDigest) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of the Java platform can be copied", e);
    }
  }
}
