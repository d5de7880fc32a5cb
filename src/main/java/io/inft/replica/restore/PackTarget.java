package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.pack.PackReader;
import io.inft.pack.PageEntry;
import io.inft.pack.state.PageHasher;
import io.inft.pack.state.StateTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Lays the blocks of one pack on the database file being rebuilt. Safe for many threads. */
final class PackTarget {
  private final FileChannel file;
  private final Path path;
  private final StateTree tree;
  private final Manifest manifest;
  private final PackReader pack;
  private final boolean checkEachPage;

  /**
   * @param checkEachPage compare every page with its hash in the pack's index too, so that a
   *     failure names the page; the state root proves the pages anyway
   */
  PackTarget(
      FileChannel file,
      Path path,
      StateTree tree,
      Manifest manifest,
      PackReader pack,
      boolean checkEachPage)
      throws CorruptObjectException {
    this.file = file;
    this.path = path;
    this.tree = tree;
    this.manifest = manifest;
    this.pack = pack;
    this.checkEachPage = checkEachPage || pack.header().based();
    if (pack.header().pageSize() != manifest.pageSize()) {
      throw new CorruptObjectException(
          "page pack",
          0,
          "its pages have " + pack.header().pageSize() + " bytes, not " + manifest.pageSize());
    }
  }

  /** Lays the blocks from {@code first} up to, not including, {@code end}. */
  void lay(int first, int end) throws InftException {
    PageWriter writer = new PageWriter(file, path, manifest.pageSize());
    PageHasher hasher = tree.hasher();
    if (checkEachPage) {
      for (int block = first; block < end; block++) {
        pack.block(block, this::base, (entry, content) -> checked(entry, content, hasher, writer));
      }
    } else {
      pack.unproved(first, end, (numbers, content) -> pages(numbers, content, hasher, writer));
    }
    writer.flush();
  }

  /** The page as the packs before left it: what a pack of differences builds on. */
  private byte[] base(long number) throws InftException {
    ByteBuffer page = ByteBuffer.allocate(manifest.pageSize());
    try {
      long at = (number - 1) * manifest.pageSize();
      while (page.hasRemaining() && file.read(page, at + page.position()) >= 0) {
        // a page beyond the end stays zero
      }
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
    return page.array();
  }

  /** A page that matched its entry: what names it there may be its leaf, which is enough. */
  private void checked(PageEntry entry, byte[] content, PageHasher hasher, PageWriter writer)
      throws InftException {
    long number = entry.pageNumber();
    if (!pack.namesPagesByLeaf()) {
      pages(new long[] {number}, content, hasher, writer);
      return;
    }
    writer.add(number, content, 0);
    if (isOfVersion(number)) {
      synchronized (tree) {
        tree.set(number, entry.digest());
      }
    }
  }

  private void pages(long[] numbers, byte[] content, PageHasher hasher, PageWriter writer)
      throws InftException {
    byte[] leaves = new byte[numbers.length * Digest.BYTES];
    boolean[] stays = new boolean[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      writer.add(numbers[i], content, i * manifest.pageSize());
      stays[i] = isOfVersion(numbers[i]);
      if (stays[i]) {
        hasher.leaf(numbers[i], content, i * manifest.pageSize(), leaves, i * Digest.BYTES);
      }
    }
    synchronized (tree) {
      for (int i = 0; i < numbers.length; i++) {
        if (stays[i]) {
          tree.set(numbers[i], leaves, i * Digest.BYTES);
        }
      }
    }
  }

  /**
   * Whether a page is one of the version's; else the database shrank since this pack. Later packs
   * may build on such a page before it is cut off, so it is written, but the version's tree has no
   * place for it.
   */
  private boolean isOfVersion(long number) throws CorruptObjectException {
    if (number > manifest.pageCount()) {
      return false;
    }
    if (number > tree.pageCount()) {
      throw new CorruptObjectException(
          "page pack",
          0,
          "brings page " + number + " where no more than " + tree.pageCount() + " can be");
    }
    return true;
  }
}
