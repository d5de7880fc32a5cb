package io.inft.registry;

import java.util.Arrays;
import java.util.Optional;

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

  /** The kind of a code, empty for a code of a later release. */
  public static Optional<Kind> ofCode(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }
}
