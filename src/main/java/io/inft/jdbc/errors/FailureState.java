package io.inft.jdbc.errors;

import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.BudgetSpentException;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.DatabaseBusyException;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.DoesNotFollowException;
import io.inft.failure.EventLineException;
import io.inft.failure.EventLogTooLongException;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.ForkException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.GasLimitException;
import io.inft.failure.GuideKeyException;
import io.inft.failure.GuidePlaceholderException;
import io.inft.failure.GuidePointerException;
import io.inft.failure.GuideSaltLostException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.InvalidIdException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.KeyringChangeException;
import io.inft.failure.LagException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.MissingToolException;
import io.inft.failure.NativeLibraryException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotComparableException;
import io.inft.failure.NotImportableException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PastStateException;
import io.inft.failure.PlaintextImportException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.PutAsideException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RevertedException;
import io.inft.failure.RollbackException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.SettingException;
import io.inft.failure.SettingsConflictException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.SplitViewException;
import io.inft.failure.SqliteTooOldException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.TooFewEndpointsException;
import io.inft.failure.UnreadableHeadException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WorkingCopyLockedException;
import io.inft.failure.WrongChainException;
import io.inft.failure.WrongFlowException;
import io.inft.failure.WrongKeyException;
import io.inft.failure.WrongSignerException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How each failure of this project looks to a JDBC program: class, SQLSTATE and vendor code. Vendor
 * codes never change their meaning and are far above SQLite's.
 *
 * <p>{@code SQLTimeoutException} is not used, and 08 only where another connection may do better:
 * connection pools throw a connection away for both.
 */
enum FailureState {
  FORK(ForkException.class, SQLTransactionRollbackException::new, "40001", 10001),
  HEAD_CONFLICT(HeadConflictException.class, SQLTransactionRollbackException::new, "40001", 10002),
  PUT_ASIDE(PutAsideException.class, SQLTransactionRollbackException::new, "40001", 10004),
  FOREIGN_CHANGE(
      ForeignChangeException.class, SQLTransactionRollbackException::new, "40001", 10005),
  KEY_EPOCH_CONFLICT(
      KeyEpochConflictException.class, SQLTransactionRollbackException::new, "40001", 10003),
  PUBLISH_TIMEOUT(
      PublishTimeoutException.class, SQLTransientConnectionException::new, "08007", 10010),
  OUTCOME_UNKNOWN(
      OutcomeUnknownException.class, SQLTransientConnectionException::new, "08007", 10011),
  REGISTRY_UNAVAILABLE(
      RegistryUnavailableException.class, SQLTransientConnectionException::new, "08001", 10012),
  STORE_UNAVAILABLE(
      StoreUnavailableException.class, SQLTransientConnectionException::new, "08001", 10013),
  TOO_FEW_ENDPOINTS(
      TooFewEndpointsException.class, SQLTransientConnectionException::new, "08001", 10017),
  SPLIT_VIEW(SplitViewException.class, SQLTransientConnectionException::new, "08001", 10018),
  NOT_PUBLISHED(NotPublishedException.class, SQLNonTransientException::new, "XX000", 10019),
  LAG(LagException.class, SQLTransientException::new, "53400", 10020),
  SPEND_LIMIT(SpendLimitException.class, SQLTransientException::new, "53400", 10021),
  WORKING_COPY_LOCKED(WorkingCopyLockedException.class, SQLTransientException::new, "55006", 10022),
  DATABASE_BUSY(DatabaseBusyException.class, SQLTransientConnectionException::new, "08001", 10016),
  MISSING_SECRET(
      MissingSecretException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10030),
  WRONG_KEY(WrongKeyException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10031),
  NO_SLOT(NoSlotException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10032),
  WEAK_SECRET(WeakSecretException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10033),
  KEYRING_CHANGE(KeyringChangeException.class, SQLNonTransientException::new, "22023", 10036),
  KEY_SERVICE(KeyServiceException.class, SQLTransientConnectionException::new, "08001", 10015),
  NOT_AUTHORIZED(NotAuthorizedException.class, SQLNonTransientException::new, "42501", 10034),
  READ_ONLY(ReadOnlyException.class, SQLNonTransientException::new, "25006", 10035),
  SETTING(SettingException.class, SQLNonTransientException::new, "HY024", 10040),
  SETTINGS_CONFLICT(SettingsConflictException.class, SQLNonTransientException::new, "HY024", 10041),
  INVALID_ID(InvalidIdException.class, SQLNonTransientException::new, "3D000", 10042),
  NOT_REGISTERED(NotRegisteredException.class, SQLNonTransientException::new, "3D000", 10043),
  ALREADY_REGISTERED(
      AlreadyRegisteredException.class, SQLNonTransientException::new, "42P04", 10044),
  EXISTING_DATABASE(ExistingDatabaseException.class, SQLNonTransientException::new, "42P04", 10080),
  NOT_IMPORTABLE(NotImportableException.class, SQLNonTransientException::new, "58030", 10081),
  GUIDE_SALT_LOST(
      GuideSaltLostException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10082),
  GUIDE_KEY(GuideKeyException.class, SQLInvalidAuthorizationSpecException::new, "28000", 10083),
  PLAINTEXT_IMPORT(PlaintextImportException.class, SQLNonTransientException::new, "22023", 10084),
  EVENT_LINE(EventLineException.class, SQLNonTransientException::new, "22023", 10085),
  GUIDE_PLACEHOLDER(GuidePlaceholderException.class, SQLNonTransientException::new, "55000", 10086),
  NOT_COMPARABLE(NotComparableException.class, SQLNonTransientException::new, "22023", 10087),
  PAST_STATE(PastStateException.class, SQLNonTransientException::new, "22023", 10045),
  GUIDE_POINTER(GuidePointerException.class, SQLNonTransientException::new, "55000", 10047),
  CORRUPT_OBJECT(CorruptObjectException.class, SQLNonTransientException::new, "XX001", 10050),
  SUBSTITUTED_OBJECT(
      SubstitutedObjectException.class, SQLNonTransientException::new, "XX001", 10051),
  NOT_OUR_OBJECT(NotOurObjectException.class, SQLNonTransientException::new, "XX001", 10052),
  HEAD_WENT_BACK(RollbackException.class, SQLNonTransientException::new, "XX001", 10053),
  DATABASE_CORRUPT(DatabaseCorruptException.class, SQLNonTransientException::new, "XX001", 10054),
  WRONG_SIGNER(WrongSignerException.class, SQLNonTransientException::new, "XX001", 10058),
  UNREADABLE_HEAD(UnreadableHeadException.class, SQLNonTransientException::new, "XX001", 10049),
  DOES_NOT_FOLLOW(DoesNotFollowException.class, SQLNonTransientException::new, "XX001", 10059),
  FORMAT_TOO_NEW(FormatTooNewException.class, SQLFeatureNotSupportedException::new, "0A000", 10055),
  FORMAT_TOO_OLD(FormatTooOldException.class, SQLFeatureNotSupportedException::new, "0A000", 10056),
  OBJECT_MISSING(ObjectMissingException.class, SQLNonTransientException::new, "58P01", 10057),
  INSUFFICIENT_FUNDS(InsufficientFundsException.class, SQLTransientException::new, "53400", 10023),
  GAS_LIMIT(GasLimitException.class, SQLNonTransientException::new, "53400", 10024),
  BUDGET_SPENT(BudgetSpentException.class, SQLTransientException::new, "53400", 10026),
  PRICE_LIMIT(PriceLimitException.class, SQLTransientException::new, "53400", 10025),
  RPC_UNAVAILABLE(
      RpcUnavailableException.class, SQLTransientConnectionException::new, "08001", 10014),
  RPC_ERROR(RpcErrorException.class, SQLNonTransientException::new, "58000", 10062),
  REVERTED(RevertedException.class, SQLNonTransientException::new, "58000", 10063),
  WRONG_CHAIN(WrongChainException.class, SQLNonTransientException::new, "HY024", 10046),
  WRONG_FLOW(WrongFlowException.class, SQLNonTransientException::new, "HY024", 10048),
  STORE_REFUSED(StoreRefusedException.class, SQLNonTransientException::new, "58000", 10060),
  REGISTRY_REFUSED(RegistryRefusedException.class, SQLNonTransientException::new, "58000", 10061),
  KEY_DERIVATION_MEMORY(
      KeyDerivationMemoryException.class, SQLNonTransientException::new, "53200", 10072),
  EVENT_LOG_TOO_LONG(EventLogTooLongException.class, SQLNonTransientException::new, "53200", 10074),
  LOCAL_STORAGE(LocalStorageException.class, SQLNonTransientException::new, "58030", 10070),
  LOCAL_DATABASE(LocalDatabaseException.class, SQLNonTransientException::new, "58030", 10073),
  MISSING_TOOL(MissingToolException.class, SQLNonTransientException::new, "58000", 10064),
  NATIVE_LIBRARY(NativeLibraryException.class, SQLNonTransientException::new, "58000", 10065),
  SQLITE_TOO_OLD(SqliteTooOldException.class, SQLNonTransientException::new, "58000", 10066),
  FOREIGN_FILE(ForeignFileException.class, SQLNonTransientException::new, "58030", 10071);

  /** The constructor that all standard subclasses share. */
  @FunctionalInterface
  private interface Maker {
    SQLException make(String reason, String state, int vendorCode, Throwable cause);
  }

  private static final Map<Class<?>, FailureState> BY_FAILURE = new HashMap<>();

  static {
    for (FailureState each : values()) {
      BY_FAILURE.put(each.failure, each);
    }
  }

  private final Class<? extends InftException> failure;

  @SuppressWarnings("ImmutableEnumChecker") // a reference to a constructor has no state
  private final Maker maker;

  private final String state;
  private final int vendorCode;

  FailureState(Class<? extends InftException> failure, Maker maker, String state, int vendorCode) {
    this.failure = failure;
    this.maker = maker;
    this.state = state;
    this.vendorCode = vendorCode;
  }

  /** The row for a failure's class; empty if somebody added a class and forgot the row. */
  static Optional<FailureState> of(Class<? extends InftException> failure) {
    return Optional.ofNullable(BY_FAILURE.get(failure));
  }

  SQLException exception(InftException cause) {
    return exception(String.valueOf(cause.getMessage()), cause);
  }

  /** With another message, which says more than the failure's own. */
  SQLException exception(String message, InftException cause) {
    return maker.make(message, state, vendorCode, cause);
  }

  Class<? extends InftException> failure() {
    return failure;
  }

  String state() {
    return state;
  }

  int vendorCode() {
    return vendorCode;
  }
}
