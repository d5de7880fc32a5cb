package io.inft.replica.publish;

import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.RoadPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Versions that lie in the chain's log alone, until a stored one carries them.
 *
 * @param versions how many
 * @param first the oldest, 0 if there is none
 * @param block its block, 0 while it is on its way
 * @param since that block's time
 * @param due until when it should be carried to the store
 * @param storeLost whether the store did not answer when it was asked for that last
 */
public record InlinedTail(
    int versions,
    long first,
    long block,
    Optional<Instant> since,
    Optional<Instant> due,
    boolean storeLost) {
  public static final InlinedTail NONE =
      new InlinedTail(0, 0, 0, Optional.empty(), Optional.empty(), false);

  static InlinedTail of(WriterState state, RoadPolicy policy, boolean storeLost) {
    List<WriterState.Inlined> tail = state.tail();
    if (tail.isEmpty()) {
      return NONE;
    }
    WriterState.Inlined oldest = tail.get(0);
    RoadPolicy.Tail facts = new RoadPolicy.Tail(tail.size(), oldest.timeSeconds(), oldest.own());
    boolean isInBlock = oldest.timeSeconds() != 0;
    return new InlinedTail(
        tail.size(),
        oldest.version(),
        oldest.block(),
        isInBlock ? Optional.of(Instant.ofEpochSecond(oldest.timeSeconds())) : Optional.empty(),
        isInBlock
            ? Optional.of(Instant.ofEpochSecond(policy.foldDueSeconds(facts)))
            : Optional.empty(),
        storeLost);
  }

  /** For a person. */
  public String sentence() {
    return versions
        + (versions == 1 ? " version lies" : " versions lie")
        + " in the chain's log and not yet in the store, since block "
        + block
        + since.map(time -> " of " + time).orElse("")
        + due.map(time -> "; it should be carried to the store by " + time).orElse("");
  }
}
