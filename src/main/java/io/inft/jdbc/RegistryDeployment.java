package io.inft.jdbc;

import io.inft.bytes.Address;
import io.inft.evm.Chain;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.ChainNetwork;
import io.inft.jdbc.network.Networks;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.PaidRegistry.Price;
import io.inft.registry.onchain.RegistryCode;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;

/** Puts a registry of one's own on a chain. Needs a chain and a key that can pay, nothing else. */
public final class RegistryDeployment {
  private final Chain chain;
  private final long chainId;
  private final TransactionSender sender;

  private RegistryDeployment(Chain chain, long chainId, TransactionSender sender) {
    this.chain = chain;
    this.chainId = chainId;
    this.sender = sender;
  }

  /**
   * Prepares a deployment; nothing is sent.
   *
   * @param given connection properties; {@code contract} and storage need not be set
   * @throws SQLException HY024 if the network is not on a chain, 25006 without a private key
   */
  public static RegistryDeployment prepare(Properties given) throws SQLException {
    try {
      ChainNetwork.Access access =
          Networks.chainOf(ConnectionOpening.request(given, Surroundings.ofThisProcess()));
      TransactionSender sender =
          access
              .sender()
              .orElseThrow(
                  () ->
                      new ReadOnlyException(
                          "chain " + access.chain().describe(),
                          "a registry is deployed by an account; set privateKey or"
                              + " privateKeyFile"));
      return new RegistryDeployment(access.chain(), access.chain().chainId(), sender);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  public long chainId() {
    return chainId;
  }

  /** Who pays; the registry has no owner. */
  public Address account() {
    return sender.account();
  }

  /** Whether others can look at the chain. */
  public boolean isPublic() {
    return !chain.isPrivate();
  }

  /** The chain, for people. */
  public String describe() {
    return "chain " + chainId + " at " + chain.describe();
  }

  /** What it would cost now. */
  public Price price() throws InftException {
    return RegistryCode.price(chain, account());
  }

  /**
   * Deploys. After a crash or a lost answer the next call goes on with the same transaction.
   *
   * @return the registry's address, to be set as {@code contract}
   */
  public Address deploy(Consumer<Mined> listener) throws InftException {
    return RegistryCode.deploy(sender, listener);
  }
}
