package io.inft.replica;

import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.ReadOnlyException;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.store.Store;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/**
 * Everything about one database that does not change while its engine lives.
 *
 * @param context binds its objects to chain, registry and id
 */
record Site(
    DatabaseId id,
    Network network,
    Digest context,
    WorkingCopy workingCopy,
    Commits commits,
    Duration renewAfter,
    Clock clock,
    SecureRandom random) {

  static Digest contextOf(Network network, DatabaseId id) {
    return new DatabaseContext(
            network.registry().chainId(), network.registry().address(), id.hash())
        .digest();
  }

  Store store() {
    return network.store();
  }

  Registry registry() {
    return network.registry();
  }

  /** Signs what this machine publishes. */
  SigningKey signer() throws ReadOnlyException {
    return network
        .signer()
        .orElseThrow(
            () ->
                new ReadOnlyException(
                    "'" + id + "'", "no private key is set; set privateKey or privateKeyFile"));
  }
}
