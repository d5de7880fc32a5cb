package io.inft.jdbc.network;

import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.jdbc.config.Logging;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.local.Network;
import io.inft.store.DirectoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * A network in a folder of this machine: {@code store} keeps the objects, {@code registry} says who
 * is the head. Several processes may use it at once. Without a signing key one is made up there.
 */
final class EmbeddedNetwork implements NetworkProvider {
  static final String NAME = "embedded";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Network open(NetworkRequest request) throws InftException {
    Path folder = request.embeddedDir();
    Optional<SigningKey> key = request.signingKey();
    if (key.isEmpty() && request.writes()) {
      key = Optional.of(DevelopmentKeys.signingKey(folder, Logging.LOG::warn));
    }
    Path objects = folder.resolve("store");
    DirectoryStore store =
        request.writes() ? DirectoryStore.open(objects) : DirectoryStore.openToRead(objects);
    return new Network(
        networkName(request),
        store,
        DirectoryRegistry.open(folder.resolve("registry"), key, Clock.systemUTC()),
        key,
        Duration.ZERO,
        true);
  }

  /**
   * All embedded networks have the same chain id and contract address, and the engine tells
   * databases of one home apart by these and the name. So a folder that is not the home's own has a
   * name of its own.
   */
  private static String networkName(NetworkRequest request) throws LocalStorageException {
    Path folder = request.embeddedDir();
    try {
      Path real = Files.exists(folder) ? folder.toRealPath() : folder;
      Path own = request.home().resolve(NAME);
      boolean isOwn = own.equals(real) || (Files.exists(own) && Files.isSameFile(own, real));
      return isOwn
          ? NAME
          : NAME
              + "-"
              + Digest.sha256(real.toString().getBytes(StandardCharsets.UTF_8))
                  .hex()
                  .substring(0, 16);
    } catch (IOException e) {
      throw new LocalStorageException(folder, "find", e);
    }
  }
}
