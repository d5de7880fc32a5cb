package io.inft.proof;

import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import java.util.List;

/**
 * A receipt: shows one event of a version, and nothing of the events beside it. What it says is
 * worth something only after {@link ProofCheck}. Immutable.
 *
 * @param inclusion the way from the event to the event root of the version
 * @param commit the way from there to the root of the version
 * @param anchor what the registry recorded of the version
 * @param historyBefore the registry's running hash before this version
 * @param links the versions after it, without a gap; may be none
 */
public record EventProof(
    ProofContext context,
    Event event,
    EventTree.Inclusion inclusion,
    CommitEvidence commit,
    AnchorFacts anchor,
    Digest historyBefore,
    List<HistoryLink> links)
    implements Proof {
  public EventProof {
    links = List.copyOf(links);
  }

  /**
   * Makes a receipt out of what was read and checked.
   *
   * @param commit of the version
   * @param signed whether to show the whole commit object, so that its signature can be checked
   */
  public static EventProof of(
      ProofPlace place,
      CommitObject commit,
      Event event,
      EventTree.Inclusion inclusion,
      boolean signed) {
    byte[] object = commit.toBytes();
    return new EventProof(
        place.context(),
        event,
        inclusion,
        CommitEvidence.of(object, signed),
        AnchorFacts.of(place.version()),
        place.historyBefore(),
        place.links());
  }

  @Override
  public byte[] toBytes() {
    return EventProofText.write(this);
  }
}
