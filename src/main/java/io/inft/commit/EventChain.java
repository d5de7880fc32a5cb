package io.inft.commit;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;

/** The running hash over a database's events: who knows it knows that none is missing. */
public final class EventChain {
  private static final byte[] GENESIS_DOMAIN = "inft/v1/ev0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DOMAIN = "inft/v1/ev".getBytes(StandardCharsets.US_ASCII);

  private EventChain() {}

  /** The hash before the first event. */
  public static Digest genesis(Digest context) {
    return Digest.sha256(GENESIS_DOMAIN, context.toBytes());
  }

  /** The hash after one event more. */
  public static Digest next(Digest before, Event event) {
    return Digest.sha256(
        DOMAIN,
        new ByteWriter(80)
            .digest(before)
            .u64(event.sequence())
            .u64(event.timeMillis())
            .digest(Digest.sha256(event.content()))
            .toBytes());
  }
}
