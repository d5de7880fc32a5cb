package io.inft.registry;

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
}
