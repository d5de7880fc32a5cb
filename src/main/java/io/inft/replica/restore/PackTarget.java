package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.pack.PackReader;
import io.inft.pack.PageHasher;
import io.inft.pack.StateTree;
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
        pack.block(
            block,
            this::base,
            (entry, content) -> pages(new long[] {entry.pageNumber()}, content, hasher, writer));
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

  private void pages(long[] numbers, byte[] content, PageHasher hasher, PageWriter writer)
      throws InftException {
    for (int i = 0; i < numbers.length; i++) {
      writer.add(numbers[i], content, i * manifest.pageSize());
    }
    // The database shrank since this pack. Later packs may build on such a page before it is cut
    // off, so it is written, but the version's tree has no place for it.
    int count = numbers.length;
    while (count > 0 && numbers[count - 1] > manifest.pageCount()) {
      count--;
    }
    if (count > 0 && numbers[count - 1] > tree.pageCount()) {
      throw new CorruptObjectException(
          "page pack",
          0,
          "brings page "
              + numbers[count - 1]
              + " where no more than "
              + tree.pageCount()
              + " can be");
    }
    byte[] leaves = new byte[count * Digest.BYTES];
    for (int i = 0; i < count; i++) {
      hasher.leaf(numbers[i], content, i * manifest.pageSize(), leaves, i * Digest.BYTES);
    }
    synchronized (tree) {
      for (int i = 0; i < count; i++) {
        tree.set(numbers[i], leaves, i * Digest.BYTES);
      }
    }
  }
}
