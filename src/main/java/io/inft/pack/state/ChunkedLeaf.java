package io.inft.pack.state;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * State root 2: a leaf is the top of a tree over the chunks of a page, each behind a salt of its
 * own. Who is shown a chunk, its salt and the nodes beside the way up learns nothing about the
 * others, and can guess none of them.
 */
final class ChunkedLeaf extends PageLeaf {
  /** A page has at least one chunk of this length, the smallest page size. */
  static final int CHUNK_BYTES = 512;

  static final int SALT_BYTES = 16;
  private static final byte INNER = 0x01;
  private static final byte CHUNK = 0x05;
  private static final byte PAGE = 0x06;
  static final int ROOT = 0x07;

  /** The second half of HKDF (RFC 5869) with this as its info: HMAC over it and a one. */
  private static final byte[] LABEL = "inft page salts\u0001".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec saltKey;

  ChunkedLeaf(byte[] key32) {
    byte[] derived = hmac(key32, LABEL);
    saltKey = new SecretKeySpec(derived, "AES");
    Arrays.fill(derived, (byte) 0);
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  @Override
  Worker worker() {
    return new Chunks(saltKey);
  }

  @Override
  int rootByte() {
    return ROOT;
  }

  /** No page has number 0. */
  @Override
  byte[] proofOfKey() {
    byte[] salt = new byte[SALT_BYTES];
    new Chunks(saltKey).salts(0, 1, salt);
    return salt;
  }

  @Override
  Disclosure.ShownPage open(long pageNumber, byte[] page, SortedSet<Integer> shown) {
    int count = page.length / CHUNK_BYTES;
    byte[] salts = new byte[count * SALT_BYTES];
    new Chunks(saltKey).salts(pageNumber, count, salts);
    TreeLevels tree = new TreeLevels();
    tree.resize(count);
    List<Disclosure.Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Blob salt = Blob.of(Arrays.copyOfRange(salts, i * SALT_BYTES, (i + 1) * SALT_BYTES));
      Blob bytes = Blob.of(Arrays.copyOfRange(page, i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
      Digest node = Digest.sha256(new byte[] {CHUNK}, salt.toBytes(), bytes.toBytes());
      tree.setLeaf(i, node.toBytes(), 0);
      if (shown.contains(i)) {
        chunks.add(new Disclosure.Chunk(i, salt, bytes));
      }
    }
    return new Disclosure.ShownPage(pageNumber, chunks, tree.beside(shown));
  }

  /** Keeps what it works with. */
  private static final class Chunks implements Worker {
    private final Cipher aes;
    private final MessageDigest sha256 = Digest.sha256();
    private final byte[] chunkHead = new byte[1 + SALT_BYTES];
    private final ByteBuffer pageHead = ByteBuffer.allocate(1 + Long.BYTES).put(PAGE);
    private byte[] salts = {};
    private byte[] nodes = {};

    /** ECB, because each block is another number: AES is asked for what it makes of them. */
    @SuppressWarnings("InsecureCryptoUsage")
    Chunks(SecretKeySpec saltKey) {
      try {
        aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, saltKey);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES", e);
      }
      chunkHead[0] = CHUNK;
    }

    void salts(long pageNumber, int chunks, byte[] to) {
      ByteBuffer numbers = ByteBuffer.allocate(chunks * SALT_BYTES);
      for (int i = 0; i < chunks; i++) {
        numbers.putLong(pageNumber).putInt(i).putInt(0);
      }
      try {
        aes.update(numbers.array(), 0, chunks * SALT_BYTES, to, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES of whole blocks has as many", e);
      }
    }

    @Override
    public void hash(long pageNumber, byte[] pages, int from, int pageSize, byte[] out, int to) {
      int chunks = pageSize / CHUNK_BYTES;
      if (salts.length != chunks * SALT_BYTES) {
        salts = new byte[chunks * SALT_BYTES];
        nodes = new byte[chunks * Digest.BYTES];
      }
      salts(pageNumber, chunks, salts);
      for (int i = 0; i < chunks; i++) {
        System.arraycopy(salts, i * SALT_BYTES, chunkHead, 1, SALT_BYTES);
        sha256.update(chunkHead);
        sha256.update(pages, from + i * CHUNK_BYTES, CHUNK_BYTES);
        finish(sha256, nodes, i * Digest.BYTES);
      }
      for (int count = chunks; count > 1; count /= 2) {
        for (int i = 0; i < count / 2; i++) {
          sha256.update(INNER);
          sha256.update(nodes, i * 2 * Digest.BYTES, 2 * Digest.BYTES);
          finish(sha256, nodes, i * Digest.BYTES);
        }
      }
      sha256.update(pageHead.putLong(1, pageNumber).array());
      sha256.update(nodes, 0, Digest.BYTES);
      finish(sha256, out, to);
    }
  }
}
