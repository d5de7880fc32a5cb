package io.inft.custody;

/**
 * One thing that is not as it should be.
 *
 * @param version the version it is about, 0 if it is about no single one
 * @param message what, where, expected and found
 */
public record Finding(Code code, Severity severity, long version, String message) {
  @Override
  public String toString() {
    return code + (version > 0 ? " (version " + version + ")" : "") + ": " + message;
  }
}
