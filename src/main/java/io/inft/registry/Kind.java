package io.inft.registry;

import java.util.List;

/**
 * What a version is, as the registry records it; the codes are part of the contract. The contract
 * also takes a code that is reserved for later (7 erase). One that this release does not know is a
 * value like the others: it makes its own version unreadable here, and nothing else.
 *
 * @param code from 1 to 7
 */
public record Kind(int code) {
  public static final Kind DELTA = new Kind(1);
  public static final Kind SNAPSHOT = new Kind(2);
  public static final Kind RESTORE = new Kind(3);
  public static final Kind REKEY = new Kind(4);
  public static final Kind IMPORT = new Kind(5);

  /** Has the content of the version before it, and carries what that one and others left. */
  public static final Kind ARCHIVE = new Kind(6);

  /** The highest code that this release knows. */
  public static final int NEWEST = 6;

  private static final int MAX = 7;
  private static final List<String> WORDS =
      List.of("delta", "snapshot", "restore", "rekey", "import", "archive");

  public Kind {
    if (!isCode(code)) {
      throw new IllegalArgumentException("there are kinds 1 to " + MAX + ", not " + code);
    }
  }

  /** Whether the contract takes it. */
  public static boolean isCode(int code) {
    return code >= 1 && code <= MAX;
  }

  /** Whether this release knows what such a version is. */
  public boolean isKnown() {
    return code <= NEWEST;
  }

  /** One word for people and programs: {@code delta}, {@code unknown-7}. */
  public String word() {
    return isKnown() ? WORDS.get(code - 1) : "unknown-" + code;
  }

  @Override
  public String toString() {
    return word();
  }
}
