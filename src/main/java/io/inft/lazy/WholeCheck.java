package io.inft.lazy;

import io.inft.failure.InftException;

/** What the owner of a database does when all of its pages are here; on the hydration's thread. */
public interface WholeCheck {
  /**
   * Proves that the pages that came are the state they belong to. Until it returns the file is not
   * an ordinary one.
   */
  void prove() throws InftException;

  /** Whether a failure of {@link #prove} stays one; otherwise it is tried again. */
  boolean isFinal(InftException failure);

  /** The file is an ordinary one now, for whoever opens it from here on. */
  void whole() throws InftException;
}
