package io.inft.replica.publish;

import io.inft.capture.Capture;
import io.inft.capture.Pin;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.version.StagedVersion;
import io.inft.replica.publish.version.VersionContent;
import io.inft.replica.publish.version.VersionOrder;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Tip;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version from its pin until the state names it. Closed before that, by whatever is thrown, all
 * is as it was: the page hashes, the age of what waits, and the log, which still holds it. One
 * thread.
 */
final class Staging implements AutoCloseable {
  /**
   * What is asked of a version.
   *
   * @param always make it even if nothing changed
   * @param rekeyed the keyring that it brings, if that changes
   */
  record Wanted(boolean always, Optional<Rekeyed> rekeyed) {
    /** Whoever may not write brings the content of the version before, and nothing else. */
    void requireAllowed(VersionContent content) throws NotAuthorizedException {
      Optional<NotAuthorizedException> refusal = rekeyed.flatMap(Rekeyed::mayNotWrite);
      if (refusal.isPresent() && !content.isThatOfVersionBefore()) {
        throw refusal.get();
      }
    }
  }

  /**
   * Another keyring, and how it came about.
   *
   * @param mayNotWrite why the account may bring no other content; empty if it may
   */
  record Rekeyed(Keys keys, KeyChange change, Optional<NotAuthorizedException> mayNotWrite) {
    boolean newEpoch() {
      return change instanceof KeyChange.NewEpoch;
    }

    /** What the event log will say of it. */
    WriterState.PendingEvent event(long timeMillis) {
      return Rekeying.event(timeMillis, change.word(), keys);
    }
  }

  private final GenerationState state;
  private final Pin pin;
  private final long sinceMillis;
  private final GenerationState.Ordered ordered;

  // Mutable: what was read, and whether it is in a version now.
  private @Nullable VersionContent content;
  private boolean done;

  private Staging(
      GenerationState state, Pin pin, long sinceMillis, GenerationState.Ordered ordered) {
    this.state = state;
    this.pin = pin;
    this.sinceMillis = sinceMillis;
    this.ordered = ordered;
  }

  /** Pins the log; what is committed from here on is for the version after. */
  static Staging pin(GenerationState state, Wanted wanted) throws InftException {
    Capture capture = state.capture();
    long since = state.age().take();
    Pin pin = null;
    Staging begun = null;
    try {
      pin = capture.pin();
      begun = new Staging(state, pin, since, state.order(pin, wanted));
      return begun;
    } finally {
      if (begun == null) {
        state.age().giveBack(since);
        if (pin != null) {
          capture.release(pin);
        }
      }
    }
  }

  VersionOrder order() {
    return ordered.order();
  }

  VersionContent content(SecureRandom random) throws InftException {
    VersionContent read = VersionContent.read(order(), random);
    content = read;
    return read;
  }

  /** There is nothing to publish up to the pin. */
  Optional<Tip> nothing() throws InftException {
    if (content != null) {
      content.undo();
      content = null;
    }
    state.nothingTo(pin);
    done = true;
    return Optional.empty();
  }

  /** The state names the version: from here on it goes out. */
  Tip staged(StagedVersion version) throws InftException {
    state.staged(ordered, version, sinceMillis);
    done = true;
    return version.tip();
  }

  @Override
  public void close() {
    if (done) {
      return;
    }
    try {
      if (content != null) {
        content.undo();
      }
    } finally {
      state.age().giveBack(sinceMillis);
      state.capture().release(pin);
    }
  }
}
