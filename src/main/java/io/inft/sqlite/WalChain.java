package io.inft.sqlite;

import io.inft.failure.LocalStorageException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks from frame to frame of one generation for as long as salts and running checksum hold, which
 * is how SQLite itself decides where a log ends. Not thread-safe.
 */
final class WalChain {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int FOREIGN_FRAMES_TOLERATED = 8;

  private final SteadyFile file;
  private final WalHeader shape;
  private final long lastFrame;
  private final WalChecksum checksum;
  private final byte[] buffer;

  // Where the walk is, and what of the file is in the buffer.
  private WalPosition position;
  private int bufferedBytes;
  private int consumedBytes;

  /**
   * @param shape page size and byte order; its salts and checksums are not looked at
   * @param from where the walk begins, and the generation it stays in
   * @param lastFrame where it ends at the latest
   */
  WalChain(SteadyFile file, WalHeader shape, WalPosition from, long lastFrame) {
    this.file = file;
    this.shape = shape;
    this.lastFrame = lastFrame;
    this.position = from;
    this.checksum = new WalChecksum(shape.bigEndianChecksums(), from.checksum1(), from.checksum2());
    long framesAhead = Math.max(1, Math.min(lastFrame - from.frame(), BUFFER_BYTES));
    long bytesAhead = Math.min(framesAhead * shape.frameBytes(), BUFFER_BYTES);
    this.buffer = new byte[(int) Math.max(bytesAhead / shape.frameBytes(), 1) * shape.frameBytes()];
  }

  /** The next frame that holds, or null when the chain ends. */
  @Nullable WalFrame next() throws LocalStorageException {
    if (position.frame() >= lastFrame || !buffered()) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(buffer, consumedBytes, WalHeader.FRAME_HEADER_BYTES);
    long pageNumber = Integer.toUnsignedLong(header.getInt());
    long databasePages = Integer.toUnsignedLong(header.getInt());
    if (pageNumber == 0 || !position.sameGeneration(header.getInt(), header.getInt())) {
      return null;
    }
    checksum.update(buffer, consumedBytes, 8);
    checksum.update(buffer, consumedBytes + WalHeader.FRAME_HEADER_BYTES, shape.pageSize());
    if (!checksum.is(header.getInt(), header.getInt())) {
      return null;
    }
    consumedBytes += shape.frameBytes();
    position = position.next(checksum);
    return new WalFrame(position.frame(), pageNumber, databasePages);
  }

  /** After the last frame that held. */
  WalPosition position() {
    return position;
  }

  /**
   * Whether a commit frame further on still fits the frame before it, although the chain ended
   * here. Uncommitted frames do not count: a transaction rolled back after it had spilled leaves
   * such frames behind in every healthy log.
   */
  boolean goesOnBehindTheEnd() throws LocalStorageException {
    int foreign = 0;
    for (long frame = position.frame() + 2; frame <= lastFrame; frame++) {
      byte[] header = new byte[WalHeader.FRAME_HEADER_BYTES];
      if (file.read(shape.offset(frame), header, header.length) < header.length) {
        return false;
      }
      ByteBuffer fields = ByteBuffer.wrap(header);
      boolean commits = fields.getInt(4) != 0;
      if (!position.sameGeneration(fields.getInt(8), fields.getInt(12))) {
        if (++foreign > FOREIGN_FRAMES_TOLERATED) {
          return false;
        }
      } else if (commits && fitsItsPredecessor(frame)) {
        return true;
      } else {
        foreign = 0;
      }
    }
    return false;
  }

  private boolean fitsItsPredecessor(long frame) throws LocalStorageException {
    byte[] before = new byte[WalHeader.FRAME_HEADER_BYTES];
    byte[] bytes = new byte[shape.frameBytes()];
    if (file.read(shape.offset(frame - 1), before, before.length) < before.length
        || file.read(shape.offset(frame), bytes, bytes.length) < bytes.length) {
      return false;
    }
    ByteBuffer seed = ByteBuffer.wrap(before);
    ByteBuffer own = ByteBuffer.wrap(bytes);
    WalChecksum link =
        new WalChecksum(shape.bigEndianChecksums(), seed.getInt(16), seed.getInt(20));
    link.update(bytes, 0, 8);
    link.update(bytes, WalHeader.FRAME_HEADER_BYTES, shape.pageSize());
    return link.is(own.getInt(16), own.getInt(20));
  }

  private boolean buffered() throws LocalStorageException {
    if (bufferedBytes - consumedBytes >= shape.frameBytes()) {
      return true;
    }
    long ahead = Math.min(buffer.length / shape.frameBytes(), lastFrame - position.frame());
    bufferedBytes =
        file.read(shape.offset(position.frame() + 1), buffer, (int) ahead * shape.frameBytes());
    consumedBytes = 0;
    return bufferedBytes >= shape.frameBytes();
  }
}
