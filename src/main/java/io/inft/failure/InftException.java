package io.inft.failure;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure this project reports about data, networks and rights. Its message says
 * what failed, where, what was expected and found, and what to do. It never contains a secret.
 *
 * <p>A caller's own mistake (a null, a negative length) is an {@link IllegalArgumentException}
 * instead; bad data never is.
 */
public abstract class InftException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what failed and what to do about it; what it quotes of others cannot break out
   *     of its line
   * @param cause what was caught, if anything was
   */
  protected InftException(String message, @Nullable Throwable cause) {
    super(ForeignText.shown(message), cause);
  }
}
