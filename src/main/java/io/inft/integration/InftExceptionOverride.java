package io.inft.integration;

import com.zaxxer.hikari.SQLExceptionOverride;
import io.inft.failure.ForkException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreUnavailableException;
import java.sql.SQLException;

/**
 * Which failures cost HikariCP a connection. Of itself it throws a connection away on every
 * SQLSTATE that begins with 08 and on no other.
 *
 * <ul>
 *   <li>After a fork (40001) the connection is finished, and the next one runs on the winner's
 *       state: thrown away.
 *   <li>While the network is out (08001, 08007) the connection goes on working on this machine's
 *       copy, and a new one could not be opened: kept.
 * </ul>
 *
 * Use it with {@code exceptionOverrideClassName}; {@link InftHikari} does.
 */
public final class InftExceptionOverride implements SQLExceptionOverride {
  /** HikariCP makes it by name. */
  public InftExceptionOverride() {}

  @java.lang.Override
  public Override adjudicate(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ForkException) {
        return Override.MUST_EVICT;
      }
      if (cause instanceof PublishTimeoutException
          || cause instanceof OutcomeUnknownException
          || cause instanceof RegistryUnavailableException
          || cause instanceof StoreUnavailableException
          || cause instanceof RpcUnavailableException) {
        return Override.DO_NOT_EVICT;
      }
    }
    return Override.CONTINUE_EVICT;
  }
}
