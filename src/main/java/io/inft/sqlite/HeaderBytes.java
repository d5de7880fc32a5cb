package io.inft.sqlite;

import io.inft.failure.LocalStorageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The first bytes of a file that others write while we look. Safe for many threads. */
abstract class HeaderBytes implements AutoCloseable {
  private HeaderBytes() {}

  /** The bytes in the machine's order; they may change under the reader's eyes. */
  abstract ByteBuffer now() throws LocalStorageException;

  @Override
  public abstract void close() throws LocalStorageException;

  /** Looks through a memory map: nothing but loads. */
  static HeaderBytes mapped(Path path, int length) throws LocalStorageException {
    return Mapped.open(path, length);
  }

  /** Reads the file every time. */
  static HeaderBytes read(Path path, int length, boolean windows) throws LocalStorageException {
    return new Read(SteadyFile.open(path, windows), length);
  }

  private static final class Mapped extends HeaderBytes {
    private static final Duration LONGEST_MAPPING = Duration.ofSeconds(30);

    private final Path path;
    private final RandomAccessFile file;
    private final ByteBuffer bytes;

    private Mapped(Path path, RandomAccessFile file, ByteBuffer bytes) {
      this.path = path;
      this.file = file;
      this.bytes = bytes;
    }

    /**
     * Maps in a thread of its own: an interrupt of the caller during the mapping would close the
     * descriptor, and with it SQLite's locks would go.
     */
    static Mapped open(Path path, int length) throws LocalStorageException {
      CompletableFuture<Mapped> opened = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  opened.complete(map(path, length));
                } catch (IOException | RuntimeException | Error e) {
                  opened.completeExceptionally(e);
                }
              },
              "inft-map");
      thread.setDaemon(true);
      thread.start();
      return await(opened, path);
    }

    /** Whatever interrupts; what a disk has not mapped by then is left open for SQLite's locks. */
    private static Mapped await(CompletableFuture<Mapped> opened, Path path)
        throws LocalStorageException {
      long deadline = System.nanoTime() + LONGEST_MAPPING.toNanos();
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return opened.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (ExecutionException e) {
            throw new LocalStorageException(path, "map", e.getCause() == null ? e : e.getCause());
          } catch (TimeoutException e) {
            throw new LocalStorageException(path, "map", e);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static Mapped map(Path path, int length) throws IOException {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
      try {
        if (file.length() < length) {
          throw new EOFException("only " + file.length() + " bytes, " + length + " needed");
        }
        ByteBuffer bytes = file.getChannel().map(MapMode.READ_ONLY, 0, length);
        return new Mapped(path, file, bytes.order(ByteOrder.nativeOrder()));
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }

    @Override
    ByteBuffer now() {
      VarHandle.acquireFence();
      return bytes;
    }

    @Override
    public void close() throws LocalStorageException {
      try {
        file.close();
      } catch (IOException e) {
        throw new LocalStorageException(path, "close", e);
      }
    }
  }

  private static final class Read extends HeaderBytes {
    private final SteadyFile file;
    private final int length;

    Read(SteadyFile file, int length) {
      this.file = file;
      this.length = length;
    }

    @Override
    ByteBuffer now() throws LocalStorageException {
      byte[] bytes = new byte[length];
      if (file.read(0, bytes, length) < length) {
        throw new LocalStorageException(
            file.path(), "read", new EOFException("fewer than " + length + " bytes"));
      }
      return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() throws LocalStorageException {
      file.close();
    }
  }
}
