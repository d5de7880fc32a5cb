package io.inft.custody;

/** What one finding means for the verdict. */
public enum Severity {
  /** Worth knowing; the history stands. */
  WARNING,
  /** Data could not be had, so this cannot be judged. */
  UNDETERMINED,
  /** A claim is false. */
  CONTRADICTION
}
