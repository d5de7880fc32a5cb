package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.pack.PackReader;
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

  PackTarget(FileChannel file, Path path, StateTree tree, Manifest manifest, PackReader pack)
      throws CorruptObjectException {
    this.file = file;
    this.path = path;
    this.tree = tree;
    this.manifest = manifest;
    this.pack = pack;
    if (pack.header().pageSize() != manifest.pageSize()) {
      throw new CorruptObjectException(
          "page pack",
          0,
          "its pages have " + pack.header().pageSize() + " bytes, not " + manifest.pageSize());
    }
  }

  void lay(int block) throws InftException {
    pack.block(block, this::base, (entry, content) -> page(entry.pageNumber(), content));
  }

  /** The page as the packs before left it: what an XOR pack builds on. */
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

  private void page(long number, byte[] content) throws InftException {
    if (number > manifest.pageCount()) {
      return; // the database shrank since this pack
    }
    Digest leaf = tree.leaf(number, content);
    ByteBuffer page = ByteBuffer.wrap(content);
    try {
      long at = (number - 1) * manifest.pageSize();
      while (page.hasRemaining()) {
        file.write(page, at + page.position());
      }
    } catch (IOException e) {
      throw new LocalStorageException(path, "write", e);
    }
    synchronized (tree) {
      tree.set(number, leaf);
    }
  }
}
