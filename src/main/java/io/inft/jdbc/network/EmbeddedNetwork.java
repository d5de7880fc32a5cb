package io.inft.jdbc.network;

import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.jdbc.config.Logging;
import io.inft.registry.ledger.DirectoryRegistry;
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
final class EmbeddedNetwork implements StoreProvider, RegistryProvider {
  static final String NAME = "embedded";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DirectoryStore store(String reference, NetworkRequest request) throws InftException {
    Path objects = request.embeddedDir().resolve("store");
    return request.writes() ? DirectoryStore.open(objects) : DirectoryStore.openToRead(objects);
  }

  @Override
  public DirectoryRegistry registry(String reference, NetworkRequest request) throws InftException {
    return DirectoryRegistry.open(
        request.embeddedDir().resolve("registry"), signer(request), Clock.systemUTC());
  }

  @Override
  public Optional<SigningKey> signer(NetworkRequest request) throws InftException {
    Optional<SigningKey> key = request.signingKey();
    return key.isEmpty() && request.writes()
        ? Optional.of(DevelopmentKeys.signingKey(request.embeddedDir(), Logging.LOG::warn))
        : key;
  }

  @Override
  public Duration syncInterval(NetworkRequest request) {
    return Duration.ZERO;
  }

  /**
   * All embedded networks have the same chain id and contract address, and the engine tells
   * databases of one home apart by these and the name. So a folder that is not the home's own has a
   * name of its own.
   */
  @Override
  public String identity(String reference, NetworkRequest request) throws LocalStorageException {
    Path folder = request.embeddedDir();
    try {
      Path real = real(folder);
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

  /** Also of a folder that is not there yet, as it will be. */
  private static Path real(Path folder) throws IOException {
    Path parent = folder.getParent();
    return Files.exists(folder) || parent == null
        ? folder.toRealPath()
        : real(parent).resolve(String.valueOf(folder.getFileName()));
  }
}
