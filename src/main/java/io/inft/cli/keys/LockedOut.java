package io.inft.cli.keys;

import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.jdbc.Target;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways in that a new key epoch would end. */
final class LockedOut {
  private static final String RAW_KEY = "raw key";

  private LockedOut() {}

  /**
   * All slots of the keyring but the caller's own, which is what the caller means to exchange, and
   * those whose secret is given again.
   */
  static List<SlotInfo> by(List<SlotRequest> slots, Target target) throws SQLException {
    List<SlotInfo> lost = new ArrayList<>(target.keys().slots());
    if (lost.size() > 1) {
      forget(lost, slotOf(target));
      for (SlotRequest slot : slots) {
        forget(lost, slotOf(target.with(slot.secret())));
      }
      return lost;
    }
    return List.of();
  }

  private static void forget(List<SlotInfo> lost, Optional<SlotInfo> kept) {
    kept.ifPresent(slot -> lost.removeIf(one -> one.id().equals(slot.id())));
  }

  private static Optional<SlotInfo> slotOf(Target target) throws SQLException {
    try {
      return Optional.of(target.checkKey().slot());
    } catch (SQLException e) {
      if (e.getCause() instanceof WrongKeyException || e.getCause() instanceof NoSlotException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** One slot as a line of text. */
  static String line(SlotInfo slot) {
    String what =
        slot.type().equals(RAW_KEY)
            ? slot.type() + " (a recovery key of 'inft keys backup' is one)"
            : slot.type();
    return "  slot "
        + slot.id()
        + "  "
        + what
        + (slot.detail().isEmpty() ? "" : ", " + slot.detail());
  }
}
