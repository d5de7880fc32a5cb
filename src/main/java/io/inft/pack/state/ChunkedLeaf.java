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
    return new Chunks(saltKey).salts(0, 1, 1);
  }

  @Override
  Disclosure.ShownPage open(long pageNumber, byte[] page, SortedSet<Integer> shown) {
    int count = page.length / CHUNK_BYTES;
    byte[] salts = new Chunks(saltKey).salts(pageNumber, 1, count);
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

  /**
   * Keeps what it works with. Hashes at one place of the code and makes the salts of many pages at
   * once, because a process that just began pays for what the compiler makes of each call.
   */
  private static final class Chunks implements Worker {
    /** Pages whose salts are made at once where pages come one after the other. */
    private static final int AHEAD = 16;

    private final Cipher aes;
    private final MessageDigest sha256 = Digest.sha256();

    /** What is hashed: the longest is a chunk behind its salt. */
    private final ByteBuffer input = ByteBuffer.allocate(1 + SALT_BYTES + CHUNK_BYTES);

    /** Node n is over the nodes 2n and 2n + 1; the chunks' own are the last ones. */
    private byte[] nodes = {};

    private byte[] salts = {};
    private long firstSalted;
    private int saltedPages;

    /** ECB, because each block is another number: AES is asked for what it makes of them. */
    @SuppressWarnings("InsecureCryptoUsage")
    Chunks(SecretKeySpec saltKey) {
      try {
        aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, saltKey);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES", e);
      }
    }

    /** The salts of so many pages, each with so many chunks. */
    byte[] salts(long pageNumber, int pages, int chunks) {
      ByteBuffer numbers = ByteBuffer.allocate(pages * chunks * SALT_BYTES);
      for (int i = 0; i < pages * chunks; i++) {
        numbers.putLong(pageNumber + i / chunks).putInt(i % chunks).putInt(0);
      }
      byte[] made = aes.update(numbers.array());
      if (made == null || made.length != numbers.capacity()) {
        throw new IllegalStateException("AES of whole blocks has as many");
      }
      return made;
    }

    private void requireSalts(long pageNumber, int chunks) {
      if (nodes.length != 2 * chunks * Digest.BYTES) {
        nodes = new byte[2 * chunks * Digest.BYTES];
        saltedPages = 0;
      }
      if (pageNumber < firstSalted || pageNumber >= firstSalted + saltedPages) {
        saltedPages = pageNumber == firstSalted + saltedPages ? AHEAD : 1;
        firstSalted = pageNumber;
        salts = salts(pageNumber, saltedPages, chunks);
      }
    }

    @Override
    public void hash(long pageNumber, byte[] pages, int from, int pageSize, byte[] out, int to) {
      int chunks = pageSize / CHUNK_BYTES;
      requireSalts(pageNumber, chunks);
      int salt = (int) (pageNumber - firstSalted) * chunks * SALT_BYTES;
      for (int node = 2 * chunks - 1; node >= 0; node--) {
        input.clear();
        if (node >= chunks) {
          int chunk = node - chunks;
          input.put(CHUNK).put(salts, salt + chunk * SALT_BYTES, SALT_BYTES);
          input.put(pages, from + chunk * CHUNK_BYTES, CHUNK_BYTES);
        } else if (node > 0) {
          input.put(INNER).put(nodes, 2 * node * Digest.BYTES, 2 * Digest.BYTES);
        } else {
          input.put(PAGE).putLong(pageNumber).put(nodes, Digest.BYTES, Digest.BYTES);
        }
        sha256.update(input.array(), 0, input.position());
        finish(sha256, node == 0 ? out : nodes, node == 0 ? to : node * Digest.BYTES);
      }
    }
  }
}
