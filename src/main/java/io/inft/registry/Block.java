package io.inft.registry;

import io.inft.bytes.Digest;
import io.inft.bytes.UnixTime;
import java.time.Instant;

/**
 * A block of the chain. The hash, not the number, says whether it is still the same one after a
 * reorganisation.
 *
 * @param timeSeconds Unix time
 */
public record Block(long number, Digest hash, long timeSeconds) {
  /** When it was made, to the second; what is beyond all calendars is their end. */
  public Instant time() {
    return UnixTime.instant(timeSeconds);
  }
}
