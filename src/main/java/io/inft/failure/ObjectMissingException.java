package io.inft.failure;

/** No holder of an object could be found. */
public final class ObjectMissingException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String object;
  private final String store;

  public ObjectMissingException(String object, String store) {
    super(
        "object "
            + object
            + " is not in "
            + store
            + "; it may not have been uploaded, or its storage may have expired",
        null);
    this.object = object;
    this.store = store;
  }

  public String object() {
    return object;
  }

  public String store() {
    return store;
  }
}
