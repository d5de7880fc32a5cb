package io.inft.commit;

/** Which pages a page pack holds; the codes are those of the sealed object's type. */
public enum PackType {
  /** All pages of one version. */
  SNAPSHOT(1),
  /** The pages that changed since another version. */
  DELTA(2);

  private final int code;

  PackType(int code) {
    this.code = code;
  }

  /** The code in the format. */
  public int code() {
    return code;
  }
}
