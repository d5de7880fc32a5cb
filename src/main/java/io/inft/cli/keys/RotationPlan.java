package io.inft.cli.keys;

import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.jdbc.Target;
import io.inft.replica.KeyringState;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of each slot when a new key epoch begins.
 *
 * @param kept made anew for the same ones: all that needs no secret and was not left out
 * @param lost would open nothing any more without anybody having said so
 * @param leftOut was said to open nothing any more
 */
record RotationPlan(List<SlotInfo> kept, List<SlotInfo> lost, List<SlotInfo> leftOut) {
  private static final String RAW_KEY = "raw key";

  /**
   * Looks at every slot but the caller's own, which is what the caller exchanges or gives again,
   * and those whose secret is given again.
   *
   * @param state the keyring
   * @param slots the new ways in
   * @param without ids of slots that are not to be taken over
   * @throws SQLException a secret could not be tried, or there is no slot of such an id
   */
  static RotationPlan of(
      KeyringState state, List<SlotRequest> slots, Set<String> without, Target target)
      throws SQLException {
    List<SlotInfo> others = new ArrayList<>(state.slots());
    for (String id : without) {
      if (others.stream().noneMatch(slot -> slot.id().equals(id))) {
        throw Target.refused("there is no slot " + id + "; see 'inft keys list'");
      }
    }
    List<SlotInfo> leftOut = take(others, without);
    if (!others.isEmpty()) {
      forget(others, slotOf(target));
    }
    for (SlotRequest slot : slots) {
      if (!others.isEmpty()) {
        forget(others, given(others, slot, target));
      }
    }
    List<SlotInfo> kept = others.stream().filter(SlotInfo::takesOver).toList();
    others.removeAll(kept);
    return new RotationPlan(kept, List.copyOf(others), leftOut);
  }

  Set<String> keptIds() {
    return kept.stream().map(SlotInfo::id).collect(Collectors.toUnmodifiableSet());
  }

  private static List<SlotInfo> take(List<SlotInfo> slots, Set<String> ids) {
    List<SlotInfo> taken = slots.stream().filter(slot -> ids.contains(slot.id())).toList();
    slots.removeAll(taken);
    return taken;
  }

  private static void forget(List<SlotInfo> slots, Optional<SlotInfo> found) {
    found.ifPresent(slot -> slots.removeIf(one -> one.id().equals(slot.id())));
  }

  private static Optional<SlotInfo> given(List<SlotInfo> slots, SlotRequest given, Target target)
      throws SQLException {
    Optional<SlotInfo> wallet =
        slots.stream()
            .filter(
                slot ->
                    given.secret().account().map(account -> slot.isWalletOf(account)).orElse(false))
            .findFirst();
    return wallet.isPresent() || !given.secret().canOpen()
        ? wallet
        : slotOf(target.with(given.secret()));
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
