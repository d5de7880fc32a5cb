package io.inft.capture;

import io.inft.failure.InftException;
import io.inft.sqlite.WalPages;
import io.inft.sqlite.WalPosition;
import java.util.Map;
import java.util.Optional;

/**
 * Pages as of one position of the log: the newest frame up to there, else the database file. Valid
 * while that position is held. Safe for many threads.
 *
 * @param frames newest frame of each page that is in the log, up to the position
 */
public record PageImages(
    WalPages wal, MainFile file, WalPosition position, Map<Long, Long> frames) {

  /** Whether a page can be read without a fetch. */
  public boolean isAtHand(long number) {
    return frames.containsKey(number) || file.isAtHand(number);
  }

  public byte[] page(long number, int pageSize) throws InftException {
    Long frame = frames.get(number);
    if (frame != null) {
      // A log that was wholly moved into the file may begin anew under a held snapshot; the frame
      // then
      // belongs to another log, and the file has the page.
      Optional<byte[]> image = wal.page(frame, pageSize, position);
      if (image.isPresent()) {
        return image.get();
      }
    }
    return file.page(number, pageSize);
  }
}
