package io.inft.failure;

/** An id that was written by a client of the guide and never by this driver. */
public final class GuidePointerException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String storageHash;

  public GuidePointerException(String id, String storageHash) {
    super(
        "'"
            + id
            + "' has no version of this driver, but a pointer that a client of the guide wrote"
            + " (storage hash "
            + storageHash
            + "); its files are in another format. Begin a new database with them by 'inft import"
            + " <file> --as <id>'; with create=true an empty one takes the id over, and the pointer"
            + " then follows its versions",
        null);
    this.id = id;
    this.storageHash = storageHash;
  }

  public String id() {
    return id;
  }

  public String storageHash() {
    return storageHash;
  }
}
