package io.inft.sqlite;

import io.inft.failure.LocalStorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file opened for reading whose descriptor stays open whatever happens to the reading thread. A
 * {@link FileChannel} closes itself when its thread is interrupted, and on POSIX that would drop
 * every lock SQLite holds on the same file in this process. Safe for many threads.
 */
abstract class SteadyFile implements AutoCloseable {
  static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private final Path path;

  private SteadyFile(Path path) {
    this.path = path;
  }

  static SteadyFile open(Path path) throws LocalStorageException {
    return open(path, WINDOWS);
  }

  static SteadyFile open(Path path, boolean windows) throws LocalStorageException {
    try {
      return windows ? new Reopened(path) : new Plain(path);
    } catch (IOException e) {
      throw new LocalStorageException(path, "open", e);
    }
  }

  /**
   * Reads into {@code target} from {@code position} until {@code length} bytes are there or the
   * file ends; answers how many there are.
   */
  final int read(long position, byte[] target, int length) throws LocalStorageException {
    try {
      int done = 0;
      while (done < length) {
        int count = readSome(position + done, target, done, length - done);
        if (count < 0) {
          break;
        }
        done += count;
      }
      return done;
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
  }

  final long sizeBytes() throws LocalStorageException {
    try {
      return size();
    } catch (IOException e) {
      throw new LocalStorageException(path, "measure", e);
    }
  }

  @Override
  public final void close() throws LocalStorageException {
    try {
      opened().close();
    } catch (IOException e) {
      throw new LocalStorageException(path, "close", e);
    }
  }

  final Path path() {
    return path;
  }

  abstract int readSome(long position, byte[] target, int offset, int length) throws IOException;

  abstract long size() throws IOException;

  abstract Closeable opened();

  /** POSIX: reads that no interrupt reaches. */
  private static final class Plain extends SteadyFile {
    private final RandomAccessFile file;

    Plain(Path path) throws IOException {
      super(path);
      file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    synchronized int readSome(long position, byte[] target, int offset, int length)
        throws IOException {
      file.seek(position);
      return file.read(target, offset, length);
    }

    @Override
    synchronized long size() throws IOException {
      return file.length();
    }

    @Override
    Closeable opened() {
      return file;
    }
  }

  /**
   * Windows: a {@link RandomAccessFile} would forbid SQLite to delete the file, a channel does not;
   * locks belong to handles there, so one that an interrupt closed can be opened again.
   */
  private static final class Reopened extends SteadyFile {
    // What the last interrupt left.
    private FileChannel channel;
    private boolean closed;

    Reopened(Path path) throws IOException {
      super(path);
      channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    synchronized int readSome(long position, byte[] target, int offset, int length)
        throws IOException {
      return steadily(() -> channel.read(ByteBuffer.wrap(target, offset, length), position));
    }

    @Override
    synchronized long size() throws IOException {
      return steadily(() -> channel.size());
    }

    @Override
    synchronized Closeable opened() {
      closed = true;
      return channel;
    }

    private <T> T steadily(Reading<T> reading) throws IOException {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return reading.read();
          } catch (ClosedChannelException e) {
            if (closed) {
              throw e;
            }
            interrupted |= Thread.interrupted();
            channel = FileChannel.open(path(), StandardOpenOption.READ);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Something that reads from the channel. */
  private interface Reading<T> {
    T read() throws IOException;
  }
}
