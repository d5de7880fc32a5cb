package io.inft.pack;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes pages for the state tree under a key, so that who sees a leaf cannot test guesses of the
 * page. Immutable, safe for many threads; never printed.
 */
final class PageLeaf {
  private static final String HMAC = "HmacSHA256";
  private static final byte[] PAGE = {0x00};
  private static final byte[] LOCK_PAGE = {0x02};
  private static final byte[] KEY_CHECK = {0x04};

  private final SecretKeySpec key;

  PageLeaf(byte[] key32) {
    if (key32.length != Digest.BYTES) {
      throw new IllegalArgumentException("a state key has 32 bytes, not " + key32.length);
    }
    key = new SecretKeySpec(key32, HMAC);
  }

  Digest of(long pageNumber, byte[] page) {
    Pages.checkSize(page.length);
    if (pageNumber < 1) {
      throw new IllegalArgumentException("page " + pageNumber);
    }
    if (pageNumber == Pages.lockPage(page.length)) {
      return ofLockPage(pageNumber);
    }
    byte[] number = number(pageNumber);
    return Digest.sha256(PAGE, hmac(number), number, page);
  }

  Digest ofLockPage(long pageNumber) {
    return Digest.sha256(LOCK_PAGE, number(pageNumber));
  }

  /** Tells keys apart and nothing more: no page has number 0. */
  Digest keyCheck() {
    return Digest.sha256(KEY_CHECK, hmac(number(0)));
  }

  private static byte[] number(long pageNumber) {
    return new ByteWriter(16).u64(pageNumber).toBytes();
  }

  private byte[] hmac(byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }
}
