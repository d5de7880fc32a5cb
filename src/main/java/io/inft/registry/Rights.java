package io.inft.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * What an account may do with an id now.
 *
 * @param owner it is the (observed) owner
 * @param writer it may anchor: owner, or an effective WRITER grant
 * @param keyAdmin it may change the keyring: owner, or an effective KEYADMIN grant
 * @param guardian it may freeze: owner, or an effective GUARDIAN grant
 * @param expiresSeconds Unix time at which the grant ends, {@link Long#MAX_VALUE} for the owner, 0
 *     without any right
 */
public record Rights(
    boolean owner, boolean writer, boolean keyAdmin, boolean guardian, long expiresSeconds) {
  public static final int WRITER = 1;
  public static final int KEY_ADMIN = 2;
  public static final int GUARDIAN = 4;

  /**
   * The roles that an account which is not the owner needs to move the head. A rekey has the
   * content of the version before, so whoever changes keys may make one; that it really has is for
   * whoever holds the keys to check.
   */
  public static int toMoveHead(boolean rotation, Kind kind) {
    if (!rotation) {
      return WRITER;
    }
    return kind.equals(Kind.REKEY) ? KEY_ADMIN : KEY_ADMIN | WRITER;
  }

  /**
   * The roles held and those added, as {@code inft registry grant --role} takes them. A grant takes
   * the place of the one before, so whoever is to get one more must be given the others again.
   *
   * @param added {@link #WRITER}, {@link #KEY_ADMIN}, {@link #GUARDIAN}, added bitwise
   */
  public String rolesWith(int added) {
    List<String> roles = new ArrayList<>();
    if (writer || (added & WRITER) != 0) {
      roles.add("writer");
    }
    if (keyAdmin || (added & KEY_ADMIN) != 0) {
      roles.add("key-admin");
    }
    if (guardian || (added & GUARDIAN) != 0) {
      roles.add("guardian");
    }
    return String.join(",", roles);
  }
}
