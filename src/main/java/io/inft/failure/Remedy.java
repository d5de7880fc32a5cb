package io.inft.failure;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What helps after a failure. Whoever tries something again by itself decides by it, and so does
 * whether a caller is told "not yet" or the failure itself. Every class of this room stands here
 * once; a test fails for one that does not.
 */
public enum Remedy {
  /** Waiting: something did not answer, or a limit ends by itself. */
  WAIT,

  /** Another one was first: do it again on what is there now. */
  REPEAT,

  /** This machine's disk or SQLite said no. It may have been for a moment: a few more tries. */
  TRY_THRICE,

  /** Somebody must do something: nothing changes by waiting. */
  ACT;

  private static final Map<Class<? extends InftException>, Remedy> BY_CLASS = new HashMap<>();

  static {
    put(WAIT, BudgetSpentException.class);
    put(WAIT, DatabaseBusyException.class);
    put(WAIT, KeyServiceException.class);
    put(WAIT, LagException.class);
    put(WAIT, OutcomeUnknownException.class);
    put(WAIT, PublishTimeoutException.class);
    put(WAIT, RegistryUnavailableException.class);
    put(WAIT, RpcUnavailableException.class);
    put(WAIT, SpendLimitException.class);
    put(WAIT, SplitViewException.class);
    put(WAIT, StoreUnavailableException.class);
    put(WAIT, TooFewEndpointsException.class);
    put(WAIT, WorkingCopyLockedException.class);

    put(REPEAT, ForeignChangeException.class);
    put(REPEAT, ForkException.class);
    put(REPEAT, HeadConflictException.class);
    put(REPEAT, KeyEpochConflictException.class);
    put(REPEAT, PutAsideException.class);

    put(TRY_THRICE, LocalDatabaseException.class);
    put(TRY_THRICE, LocalStorageException.class);

    put(ACT, AlreadyRegisteredException.class);
    put(ACT, CorruptObjectException.class);
    put(ACT, DatabaseCorruptException.class);
    put(ACT, DoesNotFollowException.class);
    put(ACT, EventLineException.class);
    put(ACT, EventLogTooLongException.class);
    put(ACT, ForeignFileException.class);
    put(ACT, ExistingDatabaseException.class);
    put(ACT, FormatTooNewException.class);
    put(ACT, FormatTooOldException.class);
    put(ACT, GasLimitException.class);
    put(ACT, GuideKeyException.class);
    put(ACT, GuidePlaceholderException.class);
    put(ACT, GuidePointerException.class);
    put(ACT, GuideSaltLostException.class);
    put(ACT, InsufficientFundsException.class);
    put(ACT, InvalidIdException.class);
    put(ACT, KeyDerivationMemoryException.class);
    put(ACT, KeyringChangeException.class);
    put(ACT, MissingSecretException.class);
    put(ACT, MissingToolException.class);
    put(ACT, NativeLibraryException.class);
    put(ACT, NoSlotException.class);
    put(ACT, NotAuthorizedException.class);
    put(ACT, NotComparableException.class);
    put(ACT, NotImportableException.class);
    put(ACT, NotOurObjectException.class);
    put(ACT, NotPublishedException.class);
    put(ACT, NotRegisteredException.class);
    put(ACT, ObjectMissingException.class);
    put(ACT, PastStateException.class);
    put(ACT, PlaintextImportException.class);
    put(ACT, PriceLimitException.class);
    put(ACT, ReadOnlyException.class);
    put(ACT, RegistryRefusedException.class);
    put(ACT, RevertedException.class);
    put(ACT, RollbackException.class);
    put(ACT, RpcErrorException.class);
    put(ACT, SettingException.class);
    put(ACT, SettingsConflictException.class);
    put(ACT, SqliteTooOldException.class);
    put(ACT, StoreRefusedException.class);
    put(ACT, SubstitutedObjectException.class);
    put(ACT, WeakSecretException.class);
    put(ACT, WrongChainException.class);
    put(ACT, UnreadableHeadException.class);
    put(ACT, WrongFlowException.class);
    put(ACT, WrongKeyException.class);
    put(ACT, WrongSignerException.class);
  }

  private static void put(Remedy remedy, Class<? extends InftException> failure) {
    if (BY_CLASS.put(failure, remedy) != null) {
      throw new IllegalStateException(failure + " stands here twice");
    }
  }

  /** What helps; a failure that is not of this project is a bug, and somebody must act. */
  public static Remedy of(Throwable failure) {
    return ofClass(failure.getClass());
  }

  /** What helps against failures of a class. */
  public static Remedy ofClass(Class<?> failure) {
    Remedy remedy = BY_CLASS.get(failure);
    return remedy == null ? ACT : remedy;
  }

  /** The classes that stand here. */
  public static Set<Class<? extends InftException>> classified() {
    return Collections.unmodifiableSet(BY_CLASS.keySet());
  }
}
