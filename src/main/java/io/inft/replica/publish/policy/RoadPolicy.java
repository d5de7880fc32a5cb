package io.inft.replica.publish.policy;

/**
 * Decides by which road a version goes: its commit object with the anchor, which is quick and
 * leaves it in the chain's log alone, or to the store before the anchor. A stored version carries
 * the inlined ones before it; so this also decides when one is due.
 */
public record RoadPolicy(Inlining inlining, Carrier carrier) {
  /** Every version whose number is a multiple of this is stored: who looks for one knows where. */
  public static final int STORED_EVERY = 64;

  /**
   * From here on it is cheaper to store it. A byte in a transaction takes 40 gas where 21,000 and
   * 40 for each of some 300 others are more than 57,000 and 24 for each of its own (EIP-7623),
   * which is from 1,500 bytes on. Storing takes 57,000 for the anchor and 280,000 for the Flow
   * contract, of which one in 64 versions takes its part as well when it carries the others.
   */
  static final int CHEAPER_BYTES = 7_000;

  /**
   * What the registry takes along.
   *
   * @param maxBytes of a commit object, 0 if it carries none
   * @param paid whether it costs something
   */
  public record Carrier(int maxBytes, boolean paid) {}

  /**
   * The version that is about to be made.
   *
   * @param stores whether it must be stored whatever else is so: it brings a keyring, the content
   *     of another database or of a past version, or a snapshot
   * @param last whether nobody will publish after it for a while
   * @param storeAnswers whether the store can be reached, as far as that is known
   */
  public record Next(long version, boolean stores, boolean last, boolean storeAnswers) {}

  /**
   * Inlined versions that no stored one carries.
   *
   * @param oldestSeconds time of the oldest one's block, 0 if none is in a block
   * @param own whether the newest of them was published here
   */
  public record Tail(int length, long oldestSeconds, boolean own) {
    public static final Tail NONE = new Tail(0, 0, false);
  }

  /**
   * The longest commit object that goes along with the anchor; a longer one is stored, as is one
   * with objects beside it. 0 if the version is stored whatever its size.
   */
  public int mostBytes(Next next, Tail tail, long nowSeconds) {
    boolean mustBeStored =
        next.version() <= 1
            || next.version() % STORED_EVERY == 0
            || tail.length() >= STORED_EVERY - 1
            || next.stores();
    if (mustBeStored || ((next.last() || isFoldDue(tail, nowSeconds)) && next.storeAnswers())) {
      return 0;
    }
    return switch (inlining.choice()) {
      case NEVER -> 0;
      case ALWAYS -> carrier.maxBytes();
      case AUTO -> carrier.paid() ? Math.min(carrier.maxBytes(), CHEAPER_BYTES) : 0;
    };
  }

  /** Whether any version may go along with its anchor. */
  public boolean mayInline() {
    return mostBytes(new Next(2, false, false, true), Tail.NONE, 0) > 0;
  }

  /** Whether the oldest inlined version has been in the chain's log alone for too long. */
  public boolean isFoldDue(Tail tail, long nowSeconds) {
    return tail.oldestSeconds() != 0
        && nowSeconds - tail.oldestSeconds() >= inlining.maxAge().toSeconds();
  }

  /**
   * Whether a version should be made for their sake alone. Whoever published the newest of them
   * does that first: another one who did it at the same time would take the head from him.
   */
  public boolean wantsFold(Tail tail, long nowSeconds) {
    long patience = tail.own() ? 0 : inlining.maxAge().toSeconds();
    return isFoldDue(tail, nowSeconds - patience);
  }

  /** When the oldest one will have been, in Unix seconds; only of a tail that is in blocks. */
  public long foldDueSeconds(Tail tail) {
    return tail.oldestSeconds() + inlining.maxAge().toSeconds();
  }
}
