package io.inft.failure;

/**
 * A pointer of the guide's clients that names nothing: their upload stores nothing and answers the
 * SHA-256 of the local file, which then stands as storage hash and as checksum.
 */
public final class GuidePlaceholderException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String checksum;

  public GuidePlaceholderException(String id, String checksum) {
    super(
        "the pointer of '"
            + id
            + "' is a placeholder: its storage hash is the checksum "
            + checksum
            + " of a file that was never uploaded. Name that file, which the client wrote as"
            + " '<database>.encrypted' on its own machine, and it is held against the checksum; if"
            + " it is gone, import the database that it was made of",
        null);
    this.id = id;
    this.checksum = checksum;
  }

  public String id() {
    return id;
  }

  public String checksum() {
    return checksum;
  }
}
