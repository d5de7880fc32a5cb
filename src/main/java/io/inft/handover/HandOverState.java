package io.inft.handover;

import io.inft.bytes.Address;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.replica.KeyringState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a change of hands is.
 *
 * @param head what is offered: its root and control hash are what a buyer accepts
 * @param offer to whom
 * @param keys who can open it
 * @param keysByOwner whether its newest owner began the key epoch, after he got it
 */
public record HandOverState(Head head, Offer offer, KeyringState keys, boolean keysByOwner) {
  /** The registry lets the owner of an NFT begin a key epoch this long after he was observed. */
  static final Duration OBSERVED_FOR = Duration.ofHours(1);

  public boolean isBound() {
    return head.id().namespace() == DatabaseId.Namespace.BOUND;
  }

  /** Whether it changed hands and its earlier owner can still read what is written. */
  public boolean needsRotation() {
    return offer.ownedAt() > 0 && !keysByOwner;
  }

  /**
   * The time before which the new owner of an NFT cannot begin a key epoch, if it is to come by
   * this machine's clock and by the newest block's, whichever is later.
   */
  public Optional<Instant> rotationFrom(Instant now) {
    return offer
        .ownedSince()
        .filter(since -> isBound())
        .map(since -> since.plus(OBSERVED_FOR))
        .filter(from -> now.isBefore(from) && head.asOf().time().isBefore(from));
  }

  public boolean isOfferedTo(Address account) {
    return offer.to().filter(account::equals).isPresent();
  }
}
