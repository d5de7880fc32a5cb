package io.inft.replica.publish;

import io.inft.seal.SlotRequest;
import java.util.List;
import java.util.Set;

/**
 * A change of who can open a database. The first three keep the data key, so they take nothing away
 * from anybody who already had it; only {@link NewEpoch} does, for what is written from then on.
 */
public sealed interface KeyChange {
  /** Ways in more, at least one. */
  record Add(List<SlotRequest> slots) implements KeyChange {
    public Add {
      slots = List.copyOf(slots);
      if (slots.isEmpty()) {
        throw new IllegalArgumentException("nothing is added");
      }
    }

    public Add(SlotRequest slot) {
      this(List.of(slot));
    }
  }

  /**
   * One way in less.
   *
   * @param slotId as {@link io.inft.seal.SlotInfo#id} has it
   */
  record Remove(String slotId) implements KeyChange {}

  /** A slot in place of the one that the session's own secret opens. */
  record Replace(SlotRequest slot) implements KeyChange {
    public Replace {
      if (!slot.secret().canOpen()) {
        throw new IllegalArgumentException("whoever exchanges a secret must have the new one");
      }
    }
  }

  /**
   * A new data key, and a snapshot under it, so that the newest state needs no earlier key.
   *
   * @param slots the new ways in, that of whoever asks first
   * @param linkBack whether who can open the new epoch can also open the ones before: past versions
   *     and the event log up to now
   * @param kept ids of the old slots that are made anew for the same ones, as far as {@link
   *     io.inft.seal.SlotInfo#takesOver} says that it can be done; no other is taken over
   */
  record NewEpoch(List<SlotRequest> slots, boolean linkBack, Set<String> kept)
      implements KeyChange {
    public NewEpoch {
      slots = List.copyOf(slots);
      kept = Set.copyOf(kept);
      if (slots.isEmpty() || !slots.get(0).secret().canOpen()) {
        throw new IllegalArgumentException("whoever begins an epoch must be able to open it");
      }
    }

    /** An epoch that takes nobody over. */
    public NewEpoch(List<SlotRequest> slots, boolean linkBack) {
      this(slots, linkBack, Set.of());
    }
  }

  /** The slots that it makes. */
  default List<SlotRequest> newSlots() {
    if (this instanceof Add add) {
      return add.slots();
    }
    if (this instanceof Replace replace) {
      return List.of(replace.slot());
    }
    return this instanceof NewEpoch epoch ? epoch.slots() : List.of();
  }

  /** One word, as the event log has it. */
  default String word() {
    if (this instanceof Add) {
      return "add";
    }
    if (this instanceof Remove) {
      return "remove";
    }
    return this instanceof Replace ? "replace" : "epoch";
  }
}
