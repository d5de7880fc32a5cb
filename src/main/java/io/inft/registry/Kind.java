package io.inft.registry;

/** What a version is, as the registry records it; the codes are part of the contract. */
public enum Kind {
  DELTA(1),
  SNAPSHOT(2),
  RESTORE(3),
  REKEY(4),
  IMPORT(5);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
