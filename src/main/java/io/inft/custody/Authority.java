package io.inft.custody;

/**
 * By what right a version was anchored.
 *
 * @param role as what its author acted
 * @param writer whether its author might have published other content then
 * @param grantSequence the control operation that gave the right, 0 for the owner
 * @param expirySeconds Unix time at which the grant ends, 0 for the owner
 */
public record Authority(Role role, boolean writer, long grantSequence, long expirySeconds) {
  /** As what an author acts. */
  public enum Role {
    OWNER,
    WRITER,
    KEY_ADMIN
  }

  static final Authority OWNER = new Authority(Role.OWNER, true, 0, 0);
}
