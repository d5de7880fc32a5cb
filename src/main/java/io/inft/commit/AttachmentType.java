package io.inft.commit;

/**
 * What else a version brings besides packs; the codes are those of the sealed object's type. The
 * {@link Archive} alone is not sealed: its objects are public as they are.
 */
public enum AttachmentType {
  EVENTS(3),
  MANIFEST(4),
  APPLICATION(5),
  LOG(6),
  ARCHIVE(7);

  private final int code;

  AttachmentType(int code) {
    this.code = code;
  }

  /** The code in the format. */
  public int code() {
    return code;
  }
}
