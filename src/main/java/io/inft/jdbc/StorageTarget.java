package io.inft.jdbc;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.store.zerog.ZeroGStore;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * 0G Storage by itself, as the same properties describe it that a connection would take: for tools
 * that exchange files with other clients. No registry and no secret of a database is needed.
 *
 * @param store to be closed
 * @param signingKey what pays; of use for reading too, to open what was encrypted for its owner
 */
public record StorageTarget(ZeroGStore store, Optional<SigningKey> signingKey)
    implements AutoCloseable {
  /**
   * Resolves properties as a connection does.
   *
   * @param given connection properties, {@code mode=ro} among them if nothing will be stored;
   *     system properties and environment are looked at too
   * @param replicas nodes that shall keep each segment
   * @throws SQLException as connecting would; 25006 if storing is meant and no key can pay
   */
  public static StorageTarget of(Properties given, int replicas) throws SQLException {
    try {
      NetworkRequest request = ConnectionOpening.request(given, Surroundings.ofThisProcess());
      if (request.writes() && request.signingKey().isEmpty()) {
        throw new ReadOnlyException(
            "0G Storage",
            "storing costs a fee; set privateKeyFile, or privateKey (ZERO_G_PRIVATE_KEY), to the"
                + " key that pays it");
      }
      return new StorageTarget(Networks.storageOf(request, replicas), request.signingKey());
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
