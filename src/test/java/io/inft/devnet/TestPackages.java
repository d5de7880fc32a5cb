package io.inft.devnet;

import java.nio.file.Path;

/** Where tests keep what npm fetched; {@code mvn clean} removes it. */
public final class TestPackages {
  public static final Path FOLDER = Path.of("target", "npm-packages").toAbsolutePath();

  private TestPackages() {}

  /** Starts a chain of its own for a test class. */
  public static Anvil anvil(String... options) throws Exception {
    return Anvil.start(Anvil.binary(FOLDER, progress -> {}), options);
  }
}
