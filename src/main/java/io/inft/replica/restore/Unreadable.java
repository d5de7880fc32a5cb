package io.inft.replica.restore;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongSignerException;
import java.util.List;

/**
 * Tells a version that is wrong from one that could not be looked at. Only what is known to be
 * about a version's own bytes counts as wrong; a node that is away, or answers nonsense, never
 * does.
 */
public final class Unreadable {
  /** What our formats call themselves in a {@link CorruptObjectException}. */
  private static final List<String> FORMATS =
      List.of(
          "commit object",
          "archive",
          "keyring",
          "manifest",
          "page pack",
          "chain of page packs",
          "event batch",
          "events of a batch",
          "SQL log",
          "sealed",
          "database",
          "object",
          "slot");

  private Unreadable() {}

  /**
   * Whether bytes were had, and they are wrong. Not so while another holder, who may have the right
   * ones, could not be asked.
   */
  public static boolean isWrong(InftException failure) {
    for (Throwable other : failure.getSuppressed()) {
      if (other instanceof StoreUnavailableException
          || other instanceof RpcUnavailableException
          || other instanceof RpcErrorException) {
        return false;
      }
    }
    return isAboutBytes(failure);
  }

  private static boolean isAboutBytes(InftException failure) {
    if (failure instanceof CorruptObjectException corrupt) {
      return FORMATS.stream().anyMatch(corrupt.what()::startsWith);
    }
    return failure instanceof SubstitutedObjectException
        || failure instanceof NotOurObjectException
        || failure instanceof WrongSignerException
        || failure instanceof FormatTooNewException
        || failure instanceof FormatTooOldException
        || failure instanceof DatabaseCorruptException;
  }

  /** Whether a version that is not the head may be passed over on the way to an older one. */
  public static boolean isLost(InftException failure) {
    return isWrong(failure) || failure instanceof ObjectMissingException;
  }
}
