package io.inft.cli.storage;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.zerog.ZeroGFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file on its way here: a {@code .part} beside its place, named after its roots, that a repeated
 * command goes on with. It gets its name when all of it is here and forced to disk.
 */
final class Download implements AutoCloseable {
  private static final int STEP_BYTES = 16 * ObjectLayout.SEGMENT_BYTES;
  private static final int NAME_DIGITS = 16;

  private final Path file;
  private final Path part;
  private final List<Digest> roots;
  private final FileChannel channel;

  private Download(Path file, Path part, List<Digest> roots, FileChannel channel) {
    this.file = file;
    this.part = part;
    this.roots = List.copyOf(roots);
    this.channel = channel;
  }

  /**
   * Begins, or goes on.
   *
   * @throws LocalStorageException there can be no file; or another process is fetching it
   */
  static Download to(Path file, List<Digest> roots) throws LocalStorageException {
    String names = roots.stream().map(Digest::toString).collect(Collectors.joining(","));
    String name = Digest.sha256(names.getBytes(StandardCharsets.US_ASCII)).hex();
    Path part =
        file.resolveSibling(
            "." + file.getFileName() + "." + name.substring(0, NAME_DIGITS) + ".part");
    try {
      FileChannel channel =
          FileChannel.open(
              part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw new IOException("somebody else is fetching it");
      }
      return new Download(file, part, roots, channel);
    } catch (IOException e) {
      throw new LocalStorageException(part, "write", e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  /**
   * Fetches what is not here yet. What was found here is believed only if its root is right.
   *
   * @param source the whole file on 0G
   */
  void fetch(ByteSource source, ZeroGFiles files, TransferListener listener) throws InftException {
    long found = size();
    copy(source, found, listener);
    if (found > 0 && !isRight(files)) {
      truncate(0);
      copy(source, 0, listener);
    }
    force();
  }

  private void copy(ByteSource source, long found, TransferListener listener) throws InftException {
    long total = source.sizeBytes();
    // What was written last may be here in part only.
    long at = Math.min(found, total) / STEP_BYTES * STEP_BYTES;
    while (at < total) {
      listener.transferred(at, total);
      byte[] bytes = source.read(at, (int) Math.min(STEP_BYTES, total - at));
      write(at, bytes);
      at += bytes.length;
    }
    truncate(total);
    listener.transferred(total, total);
  }

  private boolean isRight(ZeroGFiles files) throws InftException {
    try (FileSource stored = stored()) {
      long from = 0;
      for (Digest root : roots) {
        long length = files.open(List.of(root)).sizeBytes();
        if (!MerkleRoot.of(stored.slice(from, length)).equals(root)) {
          return false;
        }
        from += length;
      }
      return from == stored.sizeBytes();
    }
  }

  /** What was fetched, as it was stored; to be closed. */
  FileSource stored() throws LocalStorageException {
    return FileSource.open(part);
  }

  /** Gives the file its name. */
  void finish() throws InftException {
    DurableFiles.rename(part, file);
  }

  /** Writes another content in its place, made of what was fetched. */
  void finish(ByteSource content) throws InftException, IOException {
    Path temporary = part.resolveSibling(part.getFileName() + ".plain");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (long at = 0; at < content.sizeBytes(); ) {
        byte[] bytes = content.read(at, (int) Math.min(STEP_BYTES, content.sizeBytes() - at));
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        at += bytes.length;
      }
      out.force(true);
    } catch (IOException e) {
      throw new LocalStorageException(temporary, "write", e);
    }
    DurableFiles.rename(temporary, file);
    Files.deleteIfExists(part);
  }

  private long size() throws LocalStorageException {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new LocalStorageException(part, "read", e);
    }
  }

  private void write(long at, byte[] bytes) throws LocalStorageException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      while (rest.hasRemaining()) {
        channel.write(rest, at + rest.position());
      }
    } catch (IOException e) {
      throw new LocalStorageException(part, "write", e);
    }
  }

  private void truncate(long length) throws LocalStorageException {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      throw new LocalStorageException(part, "write", e);
    }
  }

  private void force() throws LocalStorageException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw new LocalStorageException(part, "write", e);
    }
  }

  @Override
  public void close() throws LocalStorageException {
    try {
      channel.close();
      if (Files.exists(part) && Files.size(part) == 0) {
        Files.delete(part);
      }
    } catch (IOException e) {
      throw new LocalStorageException(part, "close", e);
    }
  }
}
