package io.inft.pack;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Hashes pages for the state tree under a key, so that who sees a leaf cannot test guesses of the
 * page. Immutable, safe for many threads; never printed.
 *
 * <p>HMAC-SHA-256 is spelled out here (RFC 2104) because its message is one page number: with both
 * key blocks hashed beforehand a leaf costs half of what a {@code Mac} takes for it.
 */
final class PageLeaf {
  private static final int HMAC_BLOCK = 64;
  private static final byte PAGE = 0x00;
  private static final byte[] LOCK_PAGE = {0x02};
  private static final byte[] KEY_CHECK = {0x04};

  /** Have taken the two key blocks; they are copied, never fed. */
  private final MessageDigest inner;

  private final MessageDigest outer;

  PageLeaf(byte[] key32) {
    if (key32.length != Digest.BYTES) {
      throw new IllegalArgumentException("a state key has 32 bytes, not " + key32.length);
    }
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

  Digest of(long pageNumber, byte[] page) {
    byte[] leaf = new byte[Digest.BYTES];
    hash(Digest.sha256(), pageNumber, page, 0, page.length, leaf, 0);
    return Digest.of(leaf);
  }

  /**
   * Hashes the page of {@code pageSize} bytes at {@code pages[from]} into {@code out[to … to +
   * 31]}.
   *
   * @param sha256 fresh or finished; it is so again afterwards
   */
  void hash(
      MessageDigest sha256,
      long pageNumber,
      byte[] pages,
      int from,
      int pageSize,
      byte[] out,
      int to) {
    Pages.checkSize(pageSize);
    if (pageNumber < 1) {
      throw new IllegalArgumentException("page " + pageNumber);
    }
    byte[] number = number(pageNumber);
    if (pageNumber == Pages.lockPage(pageSize)) {
      sha256.update(LOCK_PAGE);
      sha256.update(number);
    } else {
      sha256.update(PAGE);
      sha256.update(hmac(number));
      sha256.update(number);
      sha256.update(pages, from, pageSize);
    }
    try {
      sha256.digest(out, to, Digest.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for 32 bytes", e);
    }
  }

  Digest ofLockPage(long pageNumber) {
    return Digest.sha256(LOCK_PAGE, number(pageNumber));
  }

  /** Tells keys apart and nothing more: no page has number 0. */
  Digest keyCheck() {
    return Digest.sha256(KEY_CHECK, hmac(number(0)));
  }

  private static byte[] number(long pageNumber) {
    return new ByteWriter(8).u64(pageNumber).toBytes();
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
