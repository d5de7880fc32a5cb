package io.inft.custody;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.DoesNotFollowException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RollbackException;
import io.inft.failure.SplitViewException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongChainException;
import io.inft.failure.WrongKeyException;
import io.inft.failure.WrongSignerException;

/** Which code a failure stands for, where it was met. */
final class Failures {
  private Failures() {}

  /** While asking the registry. */
  static Code ofRegistry(InftException failure) {
    if (failure instanceof NotRegisteredException) {
      return Code.NOT_REGISTERED;
    }
    if (failure instanceof WrongChainException) {
      return Code.WRONG_CHAIN;
    }
    if (failure instanceof RollbackException) {
      return Code.ROLLBACK;
    }
    if (failure instanceof SplitViewException || failure.getCause() instanceof SplitViewException) {
      return Code.SPLIT_VIEW;
    }
    if (failure instanceof FormatTooNewException) {
      return Code.FORMAT_TOO_NEW;
    }
    return failure instanceof CorruptObjectException ? Code.LOG_FORGED : Code.RPC_UNAVAILABLE;
  }

  /** While fetching or reading an object. */
  static Code ofObject(InftException failure) {
    if (failure instanceof ObjectMissingException) {
      return Code.OBJECT_MISSING;
    }
    if (failure instanceof SubstitutedObjectException) {
      return Code.OBJECT_SUBSTITUTED;
    }
    if (failure instanceof WrongSignerException) {
      return Code.COMMIT_SIGNATURE;
    }
    if (failure instanceof DoesNotFollowException) {
      return Code.COMMIT_MISMATCH;
    }
    if (failure instanceof FormatTooNewException) {
      return Code.FORMAT_TOO_NEW;
    }
    return isAboutBytes(failure) ? Code.MALFORMED : Code.STORE_UNAVAILABLE;
  }

  /** While opening the keyring with the secret that was given. */
  static Code ofSecret(InftException failure) {
    boolean rejected =
        failure instanceof WrongKeyException
            || failure instanceof NoSlotException
            || failure instanceof KeyServiceException
            || failure instanceof KeyDerivationMemoryException;
    return rejected ? Code.KEY_REJECTED : ofObject(failure);
  }

  private static boolean isAboutBytes(InftException failure) {
    return failure instanceof CorruptObjectException
        || failure instanceof io.inft.failure.NotOurObjectException
        || failure instanceof io.inft.failure.FormatTooOldException
        || failure instanceof WrongKeyException;
  }
}
