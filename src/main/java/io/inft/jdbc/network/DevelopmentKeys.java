package io.inft.jdbc.network;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.SecretFile;
import io.inft.seal.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keys that are made up when none were given, on the embedded network only, so that the first
 * program needs no configuration. They lie in its folder, readable by their owner; whoever has the
 * folder has the data, which is why making one is warned about.
 */
public final class DevelopmentKeys {
  public static final String SIGNING_KEY = "development-signing-key";
  public static final String DATA_KEY = "development-data-key";
  private static final int KEY_BYTES = 32;

  private DevelopmentKeys() {}

  /** The signing key of the folder, made if it is missing. */
  public static SigningKey signingKey(Path folder, Consumer<String> warnings) throws InftException {
    Path file = folder.resolve(SIGNING_KEY);
    if (!Files.exists(file)
        && SecretFile.create(file, SigningKey.generate(new SecureRandom()).revealHex())) {
      warnings.accept("no privateKey was given: made a development signing key in " + file);
    }
    try {
      return SigningKey.parse(SecretFile.read(file, "privateKey"));
    } catch (IllegalArgumentException e) {
      throw new SettingException("privateKey", "'" + file + "' holds no signing key");
    }
  }

  /**
   * The data key of the folder.
   *
   * @param make whether to make it if it is missing
   */
  public static Optional<Secret> dataKey(Path folder, boolean make, Consumer<String> warnings)
      throws InftException {
    Path file = folder.resolve(DATA_KEY);
    if (!Files.exists(file)) {
      if (!make) {
        return Optional.empty();
      }
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      if (SecretFile.create(file, HexFormat.of().formatHex(key))) {
        warnings.accept(
            "no password and no encryptionKey was given: made a development data key in "
                + file
                + "; whoever reads this folder reads the databases");
      }
    }
    return Optional.of(Secret.parseKey(SecretFile.read(file, "encryptionKey")));
  }
}
