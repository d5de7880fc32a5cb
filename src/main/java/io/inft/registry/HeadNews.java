package io.inft.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * Hints that the head of one id may have moved. They only say when to look: a head is what {@link
 * RegistryReader#head} answers, and who does not hear of one in time hears of it by asking as often
 * as without hints. Safe for many threads; no method waits for a network.
 */
public interface HeadNews extends AutoCloseable {
  /** Of a registry that tells nothing by itself. */
  HeadNews NONE = new Constant(Way.POLLING, false);

  /** Of a registry that is so near that it is asked each time. */
  HeadNews AT_HAND = new Constant(Way.DIRECT, true);

  /** How hints come. */
  enum Way {
    /** The endpoint sends them. */
    SUBSCRIPTION,
    /** The endpoint keeps them, and is asked once a block. */
    FILTER,
    /** None come: the head is asked for at intervals. */
    POLLING,
    /** None are needed: the head is asked for each time. */
    DIRECT
  }

  /** How they come now; it may change at any time. */
  Way way();

  /** When the last hint about this id came. */
  Optional<Instant> last();

  /**
   * Whether there may be a newer head than one that was read.
   *
   * @param version that head's
   * @param askedNanos when it was asked for, as {@link System#nanoTime}
   */
  boolean isOutdated(long version, long askedNanos);

  /**
   * Notes that a head was read: what no hint told of shows that hints are missing.
   *
   * @param version that head's
   * @param askedNanos when it was asked for, as {@link System#nanoTime}
   */
  void read(long version, long askedNanos);

  /** Needs no more hints. Closing twice is harmless. */
  @Override
  void close();

  /** Always the same. */
  record Constant(Way way, boolean outdates) implements HeadNews {
    @Override
    public Optional<Instant> last() {
      return Optional.empty();
    }

    @Override
    public boolean isOutdated(long version, long askedNanos) {
      return outdates;
    }

    @Override
    public void read(long version, long askedNanos) {
      // nothing to compare it with
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}
