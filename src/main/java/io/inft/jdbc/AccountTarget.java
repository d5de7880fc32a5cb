package io.inft.jdbc;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.evm.Fees;
import io.inft.failure.InftException;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * An account by itself, as the same properties describe it that a connection would take: for tools
 * that show what it has. Neither a registry nor storage need be configured.
 *
 * @param configured the account whose key is configured; empty without one
 * @param request what is asked of the network
 */
public record AccountTarget(Optional<Address> configured, NetworkRequest request) {
  /**
   * What the chain says of an account.
   *
   * @param chainId of the chain that was asked
   * @param balanceWei what it has
   * @param gasPriceWei what a unit of gas costs at most now
   */
  public record Standing(long chainId, BigInteger balanceWei, BigInteger gasPriceWei) {}

  /**
   * Resolves properties as a connection does. Nothing is asked of the network.
   *
   * @throws SQLException as connecting would
   */
  public static AccountTarget of(Properties given) throws SQLException {
    try {
      NetworkRequest request = ConnectionOpening.request(given, Surroundings.ofThisProcess());
      return new AccountTarget(request.signingKey().map(SigningKey::address), request);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Asks the chain of an account, this one or another. */
  public Standing standing(Address account) throws SQLException {
    try {
      Chain chain = Networks.chainOf(request).chain();
      Fees fees = chain.fees();
      return new Standing(chain.chainId(), chain.balance(account), fees.maxWei());
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }
}
