package io.inft.sqlite;

import io.inft.failure.LocalStorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Page images in the frames of a log that may begin anew at any moment. Safe for many threads.
 * Opening and closing it harms no lock.
 */
public final class WalPages implements AutoCloseable {
  private final SteadyFile file;

  WalPages(SteadyFile file) {
    this.file = file;
  }

  public static WalPages open(Path wal) throws LocalStorageException {
    return new WalPages(SteadyFile.open(wal));
  }

  /**
   * The page in a frame, or empty when the frame belongs to another generation of the log by now.
   * SQLite writes a frame's header before its page; so the page is read first, and if the header is
   * still the old one afterwards, the page is too.
   *
   * @param frame counted from 1
   * @param generation a position in the generation that the frame was seen in
   */
  public Optional<byte[]> page(long frame, int pageSize, WalPosition generation)
      throws LocalStorageException {
    PageSize.check(pageSize);
    if (frame < 1) {
      throw new IllegalArgumentException("frame " + frame);
    }
    long offset = WalHeader.BYTES + (frame - 1) * (WalHeader.FRAME_HEADER_BYTES + (long) pageSize);
    byte[] page = new byte[pageSize];
    int read = file.read(offset + WalHeader.FRAME_HEADER_BYTES, page, pageSize);
    byte[] header = new byte[WalHeader.FRAME_HEADER_BYTES];
    if (read < pageSize || file.read(offset, header, header.length) < header.length) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(header);
    return generation.sameGeneration(in.getInt(8), in.getInt(12))
        ? Optional.of(page)
        : Optional.empty();
  }

  @Override
  public void close() throws LocalStorageException {
    file.close();
  }
}
