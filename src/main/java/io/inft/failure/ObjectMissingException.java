package io.inft.failure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** No holder of an object could be found. */
public final class ObjectMissingException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String object;
  private final String store;

  public ObjectMissingException(String object, String store) {
    this(object, store, "");
  }

  private ObjectMissingException(String object, String store, String more) {
    super(
        "object "
            + object
            + " is not in "
            + store
            + "; it may not have been uploaded, or its storage may have expired"
            + more,
        null);
    this.object = object;
    this.store = store;
  }

  /**
   * The same where the newest version lacks it.
   *
   * @param settled from when on the version counts as unreadable, if the answer is still the same
   */
  public ObjectMissingException ofHead(long version, Instant settled) {
    ObjectMissingException told =
        new ObjectMissingException(
            object,
            store,
            "; version "
                + version
                + ", the newest, needs it: if it is still nowhere at "
                + settled.truncatedTo(ChronoUnit.SECONDS)
                + " or later, the same command says how to go on without it; at=<version> reads"
                + " earlier ones");
    told.addSuppressed(this);
    return told;
  }

  public String object() {
    return object;
  }

  public String store() {
    return store;
  }
}
