package io.inft.replica.publish.version;

import io.inft.bytes.Blob;
import io.inft.capture.ChangedPages;
import io.inft.capture.EventTail;
import io.inft.commit.Manifest;
import io.inft.failure.InftException;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Tip;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * What changed up to a pinned position: the pages whose hash is another one, and the events that no
 * version holds. The page hashes are those of the next version from then on, unless that is undone.
 */
public final class VersionContent {
  private final VersionOrder order;
  private final ChangedPages pages;
  private final EventTail events;

  private VersionContent(VersionOrder order, ChangedPages pages, EventTail events) {
    this.order = order;
    this.pages = pages;
    this.events = events;
  }

  /** Reads it; if that fails, the page hashes are as they were. */
  public static VersionContent read(VersionOrder order, SecureRandom random) throws InftException {
    ChangedPages pages =
        ChangedPages.find(order.pin(), order.tree(), order.tree().pageSize(), order.comparesAll());
    boolean read = false;
    try {
      VersionContent content = new VersionContent(order, pages, events(order, random));
      read = true;
      return content;
    } finally {
      if (!read) {
        pages.undo();
      }
    }
  }

  private static EventTail events(VersionOrder order, SecureRandom random) throws InftException {
    byte[] lineage = new byte[16];
    random.nextBytes(lineage);
    Blob fresh = Blob.of(lineage);
    Optional<Predecessor> before = order.before();
    return EventTail.read(
        order.pin().snapshot(),
        before.map(Predecessor::lineage).orElse(fresh),
        before.map(Predecessor::applicationEventSequence).orElse(0L),
        fresh);
  }

  /** Whether there is nothing to publish, and nobody wants a version all the same. */
  public boolean isNothing() {
    boolean nothing =
        pages.isEmpty()
            && events.events().isEmpty()
            && !events.restarted()
            && !order.wanted().always();
    boolean begun = order.before().isPresent() || order.pin().tally().log().transactions() == 0;
    return nothing && begun;
  }

  /**
   * Whether it is the content of the version before, page for page and event for event; what the
   * driver adds to the event log itself does not count. Page hashes that were lost, so that every
   * page counts as changed, do not matter.
   */
  public boolean isThatOfVersionBefore() {
    Optional<Manifest> before = order.followed().map(Tip::manifest);
    return before.isPresent()
        && events.events().isEmpty()
        && !events.restarted()
        && before.get().pageSize() == order.tree().pageSize()
        && before.get().pageCount() == order.pin().pageCount()
        && before.get().stateRoot().equals(order.tree().root())
        && before.get().applicationEventSequence() == events.lastSequence()
        && before.get().lineage().equals(events.lineage());
  }

  public ChangedPages pages() {
    return pages;
  }

  EventTail events() {
    return events;
  }

  /** Gives the page hashes of the version before back. */
  public void undo() {
    pages.undo();
  }
}
