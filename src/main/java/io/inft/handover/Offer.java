package io.inft.handover;

import io.inft.bytes.Address;
import io.inft.bytes.UnixTime;
import io.inft.registry.Control;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a registry's control operations say of a change of hands. A value; safe for many threads.
 *
 * @param to whom the id is offered to, if to anybody
 * @param lockedUntil until when nobody publishes, unless the owner changes before; it may be past
 * @param ownedAt sequence of the operation by which the owner got it; 0 for who registered it
 * @param ownedSince when that was
 */
public record Offer(
    Optional<Address> to,
    Optional<Instant> lockedUntil,
    long ownedAt,
    Optional<Instant> ownedSince) {
  private static final Offer NONE =
      new Offer(Optional.empty(), Optional.empty(), 0, Optional.empty());

  /** Follows all operations of an id, oldest first. */
  public static Offer of(List<Control> controls) {
    Offer offer = NONE;
    for (Control control : controls) {
      offer = control.operation().isEmpty() ? offer : offer.after(control);
    }
    return offer;
  }

  private Offer after(Control control) {
    return switch (control.operation().orElseThrow()) {
      case PROPOSE_OWNER ->
          new Offer(Optional.of(address(control)), lockedUntil, ownedAt, ownedSince);
      case CANCEL_PROPOSAL -> new Offer(Optional.empty(), lockedUntil, ownedAt, ownedSince);
      case LOCK_UNTIL -> new Offer(to, Optional.of(time(control)), ownedAt, ownedSince);
      case ACCEPT_OWNER, OWNER_OBSERVED ->
          new Offer(
              Optional.empty(),
              Optional.empty(),
              control.sequence(),
              Optional.of(control.block().time()));
      default -> this;
    };
  }

  private static Address address(Control control) {
    byte[] word = control.data().toBytes();
    byte[] last = new byte[Address.BYTES];
    System.arraycopy(word, word.length - last.length, last, 0, last.length);
    return Address.of(last);
  }

  private static Instant time(Control control) {
    return UnixTime.instant(new BigInteger(1, control.data().toBytes()).longValueExact());
  }

  /** Whether nobody may publish at this time. */
  public boolean isLocked(Instant now) {
    return lockedUntil.filter(now::isBefore).isPresent();
  }
}
