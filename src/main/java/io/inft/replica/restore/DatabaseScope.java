package io.inft.replica.restore;

import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.ReadOnlyException;
import io.inft.observe.Observations;
import io.inft.observe.Observed;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import io.inft.store.Store;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Everything about one database that does not change while its engine lives.
 *
 * @param context binds its objects to chain, registry and id
 */
public record DatabaseScope(
    DatabaseId id,
    Network network,
    Digest context,
    WorkingCopy workingCopy,
    Commits commits,
    ObjectPolicy objects,
    Clock clock,
    SecureRandom random) {

  public static Digest contextOf(Network network, DatabaseId id) {
    return new DatabaseContext(
            network.registry().chainId(), network.registry().address(), id.hash())
        .digest();
  }

  public Store store() {
    return network.store();
  }

  public Registry registry() {
    return network.registry();
  }

  /** Told of what is done with it, for those who run it. */
  public Observed observed() {
    return Observations.of(id.toString(), network.name());
  }

  /** Signs what this machine publishes. */
  public SigningKey signer() throws ReadOnlyException {
    return network
        .signer()
        .orElseThrow(
            () ->
                new ReadOnlyException(
                    "'" + id + "'", "no private key is set; set privateKey or privateKeyFile"));
  }
}
