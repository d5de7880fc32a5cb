package io.inft.store.zerog;

import io.inft.bytes.Address;
import io.inft.failure.InftException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which Flow contract is paid. Storage nodes name one, but a node that decided where money goes
 * could send it anywhere. Safe for many threads.
 */
public interface FlowPin {
  /** A contract that may be paid, and who says so, for messages. */
  record Pinned(Address flow, String saidBy) {}

  /** Empty until the first use of a network that nothing is known of. */
  Optional<Pinned> pinned() throws InftException;

  /**
   * Trusts a contract at first sight, for good; every node chosen for writing names it.
   *
   * @return what is pinned now, which is another one if somebody else was first
   */
  Pinned trust(Address named) throws InftException;

  /** The one contract that is known beforehand. */
  static FlowPin of(Address flow, String saidBy) {
    Pinned pinned = new Pinned(flow, saidBy);
    return new FlowPin() {
      @Override
      public Optional<Pinned> pinned() {
        return Optional.of(pinned);
      }

      @Override
      public Pinned trust(Address named) {
        return pinned;
      }
    };
  }

  /** What the nodes say first counts as long as this object lives; for tests and tools. */
  static FlowPin untilClosed() {
    return new FlowPin() {
      private volatile @Nullable Pinned first;

      @Override
      public Optional<Pinned> pinned() {
        return Optional.ofNullable(first);
      }

      @Override
      public synchronized Pinned trust(Address named) {
        Pinned known = first;
        if (known == null) {
          known = new Pinned(named, "what the nodes said first");
          first = known;
        }
        return known;
      }
    };
  }
}
