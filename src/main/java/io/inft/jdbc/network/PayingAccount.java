package io.inft.jdbc.network;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import java.math.BigInteger;
import java.net.URI;
import java.util.Optional;

/**
 * Accounts of the chain that a request names, for tools that show what one has. Neither a registry
 * nor storage need be configured.
 *
 * @param request what is asked of the network
 */
public record PayingAccount(NetworkRequest request) {
  /**
   * What the chain says of an account.
   *
   * @param chainId of the chain that was asked
   * @param balanceWei what it has
   * @param gasPriceWei what a unit of gas costs at most now
   */
  public record Standing(long chainId, BigInteger balanceWei, BigInteger gasPriceWei) {}

  /** The account whose key is configured; empty without one. */
  public Optional<Address> configured() {
    return request.signingKey().map(SigningKey::address);
  }

  /** Asks the chain of an account, the configured one or another. */
  public Standing standing(Address account) throws InftException {
    Chain chain = Networks.chainOf(request).chain();
    return new Standing(chain.chainId(), chain.balance(account), chain.fees().maxWei());
  }

  /** The first address of the chain that the settings name. */
  public URI rpc() throws SettingException {
    return request
        .text(InftProperty.RPC)
        .map(all -> URI.create(all.split(",", -1)[0].strip()))
        .orElseThrow(() -> new SettingException("rpc", "no chain is named; set rpc (ZERO_G_RPC)"));
  }
}
