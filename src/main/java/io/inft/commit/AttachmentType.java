package io.inft.commit;

/** What else a version brings besides packs; the codes are those of the sealed object's type. */
public enum AttachmentType {
  EVENTS(3),
  MANIFEST(4),
  APPLICATION(5),
  LOG(6);

  private final int code;

  AttachmentType(int code) {
    this.code = code;
  }

  /** The code in the format. */
  public int code() {
    return code;
  }
}
