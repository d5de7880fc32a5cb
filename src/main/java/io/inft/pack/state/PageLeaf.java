package io.inft.pack.state;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes pages for the state tree under a key, so that who sees a leaf cannot test guesses of the
 * page: a kind of state root. Safe for many threads; never printed.
 */
abstract class PageLeaf {
  private static final byte[] LOCK_PAGE = {0x02};
  private static final byte[] KEY_CHECK = {0x04};

  /** Kept for the next page, because some kinds take long to make one. */
  private final AtomicReference<@Nullable Worker> idle = new AtomicReference<>();

  static PageLeaf of(StateKey key) {
    return key.kind() == StateRoot.PAGES
        ? new KeyedLeaf(key.key().toBytes())
        : new ChunkedLeaf(key.key().toBytes());
  }

  /** Hashes pages that are not the lock page; for one thread. */
  interface Worker {
    /**
     * Hashes the page of {@code pageSize} bytes at {@code pages[from]} into {@code out[to … to +
     * 31]}.
     */
    void hash(long pageNumber, byte[] pages, int from, int pageSize, byte[] out, int to);
  }

  abstract Worker worker();

  /** The first byte of what the root is the hash of. */
  abstract int rootByte();

  /**
   * Some chunks of a page, and what leads from them to its leaf.
   *
   * @throws UnsupportedOperationException leaves of this kind have no chunks
   */
  abstract Disclosure.ShownPage open(long pageNumber, byte[] page, SortedSet<Integer> chunks);

  /** What only who has the key knows, and no page has to do with. */
  abstract byte[] proofOfKey();

  final Digest of(long pageNumber, byte[] page) {
    byte[] leaf = new byte[Digest.BYTES];
    hash(pageNumber, page, 0, page.length, leaf, 0);
    return Digest.of(leaf);
  }

  private void hash(long pageNumber, byte[] pages, int from, int pageSize, byte[] out, int to) {
    Worker kept = idle.getAndSet(null);
    Worker worker = kept == null ? worker() : kept;
    hash(worker, pageNumber, pages, from, pageSize, out, to);
    idle.set(worker);
  }

  static void hash(
      Worker worker, long pageNumber, byte[] pages, int from, int pageSize, byte[] out, int to) {
    Pages.checkSize(pageSize);
    if (pageNumber < 1) {
      throw new IllegalArgumentException("page " + pageNumber);
    }
    if (pageNumber == Pages.lockPage(pageSize)) {
      System.arraycopy(ofLockPage(pageNumber).toBytes(), 0, out, to, Digest.BYTES);
    } else {
      worker.hash(pageNumber, pages, from, pageSize, out, to);
    }
  }

  static Digest ofLockPage(long pageNumber) {
    return Digest.sha256(LOCK_PAGE, number(pageNumber));
  }

  /** Tells keys apart and nothing more. */
  final Digest keyCheck() {
    return Digest.sha256(KEY_CHECK, proofOfKey());
  }

  static byte[] number(long pageNumber) {
    return new ByteWriter(8).u64(pageNumber).toBytes();
  }

  static void finish(MessageDigest sha256, byte[] out, int to) {
    try {
      sha256.digest(out, to, Digest.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for 32 bytes", e);
    }
  }
}
