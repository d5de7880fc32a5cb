package io.inft.failure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** No holder of an object could be found. */
public final class ObjectMissingException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String object;
  private final String store;

  public ObjectMissingException(String object, String store) {
    this(Text.absent(object, store, ""), object, store);
  }

  private ObjectMissingException(Text text, String object, String store) {
    super(text.message(), null);
    this.object = object;
    this.store = store;
  }

  private record Text(String message) {
    static Text absent(String object, String store, String more) {
      return new Text(
          "object "
              + object
              + " is not in "
              + store
              + "; it may not have been uploaded, or its storage may have expired"
              + more);
    }
  }

  /**
   * An object that went along with its anchor, and that whoever keeps the chain dropped since.
   *
   * @param registry who was asked
   * @param place where it was, as "block 12"
   */
  public static ObjectMissingException dropped(String object, String registry, String place) {
    return new ObjectMissingException(
        new Text(
            "object "
                + object
                + " went along with its anchor in "
                + place
                + ", but "
                + registry
                + " keeps it no longer; ask an endpoint that keeps older logs (an archive node), or"
                + " the storage, where somebody may have put it"),
        object,
        registry);
  }

  /**
   * This failure where it is the newest version that lacks the object.
   *
   * @param settled from when on the version counts as unreadable, if the answer is still the same
   */
  public ObjectMissingException ofHead(long version, Instant settled) {
    ObjectMissingException told =
        new ObjectMissingException(
            Text.absent(
                object,
                store,
                "; version "
                    + version
                    + ", the newest, needs it: if it is still nowhere at "
                    + settled.truncatedTo(ChronoUnit.SECONDS)
                    + " or later, the same command says how to go on without it; at=<version> reads"
                    + " earlier ones"),
            object,
            store);
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
