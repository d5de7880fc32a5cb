package io.inft.faults;

import io.inft.faults.FaultyFiles.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A channel that tells of each write, half by half, and of each force. */
final class FaultyChannel extends FileChannel {
  private final FaultyFiles files;
  private final Path path;
  private final FileChannel real;

  FaultyChannel(FaultyFiles files, Path path, FileChannel real) {
    this.files = files;
    this.path = path;
    this.real = real;
  }

  private interface Writing {
    int write(ByteBuffer part) throws IOException;
  }

  private int inHalves(ByteBuffer source, Writing writing) throws IOException {
    int begin = source.position();
    int end = source.limit();
    files.before(Step.WRITE, path);
    if (end - begin > 1) {
      source.limit(begin + (end - begin) / 2);
      try {
        writing.write(source);
      } finally {
        source.limit(end);
      }
      files.before(Step.WRITE, path);
    }
    writing.write(source);
    return source.position() - begin;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return inHalves(source, real::write);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int begin = source.position();
    return inHalves(source, part -> real.write(part, position + part.position() - begin));
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(sources[i]);
    }
    return written;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    files.before(Step.FORCE, path);
    real.force(metaData);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    files.before(Step.TRUNCATE, path);
    real.truncate(size);
    return this;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    files.before(Step.WRITE, path);
    return real.transferFrom(source, position, count);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return real.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return real.read(targets, offset, length);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return real.read(target, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    real.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
