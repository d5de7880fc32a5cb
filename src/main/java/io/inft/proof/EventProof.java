package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
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
    List<HistoryLink> links) {
  /** The longest that can be read. */
  public static final int MAX_BYTES = 8 << 20;

  public EventProof {
    links = List.copyOf(links);
  }

  /**
   * Where a database lives, and its history around a version.
   *
   * @param historyBefore the registry's running hash before the version
   * @param version that brought the event
   * @param later the versions after it that the proof shall lead to, oldest first
   */
  public record Place(
      long chainId,
      Address registry,
      DatabaseId id,
      Digest historyBefore,
      Anchored version,
      List<Anchored> later) {}

  /**
   * Makes a receipt out of what was read and checked.
   *
   * @param commit of the version
   * @param signed whether to show the whole commit object, so that its signature can be checked
   */
  public static EventProof of(
      Place place,
      CommitObject commit,
      Event event,
      EventTree.Inclusion inclusion,
      boolean signed) {
    byte[] object = commit.toBytes();
    return new EventProof(
        new ProofContext(
            place.chainId(),
            place.registry(),
            place.id().toString(),
            place.version().version(),
            place.version().anchor().root()),
        event,
        inclusion,
        signed ? CommitEvidence.whole(object) : CommitEvidence.firstSector(object),
        AnchorFacts.of(place.version()),
        place.historyBefore(),
        place.later().stream().map(HistoryLink::of).toList());
  }

  /**
   * Reads a receipt strictly; there is one way to write each.
   *
   * @throws io.inft.failure.CorruptObjectException it breaks a rule of the format
   * @throws io.inft.failure.FormatTooNewException a later release made it
   */
  public static EventProof parse(byte[] bytes) throws InftException {
    return EventProofText.read(bytes);
  }

  /** The file. */
  public byte[] toBytes() {
    return EventProofText.write(this);
  }

  /** Bytes of the file that the links to later versions take. */
  public int linkBytes() {
    return EventProofText.linkBytes(this);
  }
}
