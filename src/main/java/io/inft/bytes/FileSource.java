package io.inft.bytes;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A file that does not change while it is read. Safe for many threads; close it when done. */
public final class FileSource implements ByteSource, AutoCloseable {
  private static final int DIGESTED_BYTES = 1 << 18;

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

  /** SHA-256 of a whole file. */
  public static Digest sha256(Path path) throws LocalStorageException {
    MessageDigest digest = Digest.sha256();
    byte[] buffer = new byte[DIGESTED_BYTES];
    try (FileSource file = open(path)) {
      for (long at = 0; at < file.sizeBytes; at += buffer.length) {
        int length = (int) Math.min(buffer.length, file.sizeBytes - at);
        file.read(at, buffer, 0, length);
        digest.update(buffer, 0, length);
      }
    }
    return Digest.finish(digest);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public byte[] read(long offset, int length) throws LocalStorageException {
    checkRange(offset, length);
    byte[] bytes = new byte[length];
    read(offset, bytes, 0, length);
    return bytes;
  }

  @Override
  public void read(long offset, byte[] target, int at, int length) throws LocalStorageException {
    checkRange(offset, length);
    ByteBuffer buffer = ByteBuffer.wrap(target, at, length).slice();
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new IOException("the file became shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
  }

  private void checkRange(long offset, int length) {
    if (offset < 0 || length < 0 || offset > sizeBytes - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + sizeBytes + " bytes");
    }
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
