package io.inft.bytes;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that does not change while it is read. Safe for many threads; close it when done. */
public final class FileSource implements ByteSource, AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final long sizeBytes;

  private FileSource(Path path, FileChannel channel, long sizeBytes) {
    this.path = path;
    this.channel = channel;
    this.sizeBytes = sizeBytes;
  }

  public static FileSource open(Path path) throws LocalStorageException {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new FileSource(path, channel, channel.size());
    } catch (IOException e) {
      throw new LocalStorageException(path, "open", e);
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public byte[] read(long offset, int length) throws LocalStorageException {
    if (offset < 0 || length < 0 || offset > sizeBytes - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + sizeBytes + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new IOException("the file became shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
    return buffer.array();
  }

  @Override
  public void close() throws LocalStorageException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalStorageException(path, "close", e);
    }
  }
}
