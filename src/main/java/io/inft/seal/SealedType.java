package io.inft.seal;

/** What a sealed object holds; bound into its key, so that one kind cannot pass for another. */
public enum SealedType {
  SNAPSHOT(1, "snapshot"),
  DELTA(2, "delta"),
  EVENTS(3, "event batch"),
  MANIFEST(4, "manifest"),
  APPLICATION(5, "application object"),
  LOG(6, "SQL log");

  private final int code;
  private final String words;

  SealedType(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /**
   * The type with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SealedType of(int code) {
    for (SealedType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no sealed object has type " + code);
  }

  /** The code in the format. */
  public int code() {
    return code;
  }

  @Override
  public String toString() {
    return words;
  }
}
