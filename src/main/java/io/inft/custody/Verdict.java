package io.inft.custody;

/** What a verification comes to. */
public enum Verdict {
  /** All that was looked at passed. */
  VALID,
  /** Nothing contradicts; something old is missing, disputed or closed to this key. */
  VALID_WITH_WARNINGS,
  /** Something contradicts the chain or itself. */
  INVALID,
  /** What is needed for a judgement could not be had. */
  INDETERMINATE;

  /** Whether the history may be relied on: the first two. */
  public boolean passed() {
    return this == VALID || this == VALID_WITH_WARNINGS;
  }
}
