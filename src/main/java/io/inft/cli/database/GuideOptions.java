package io.inft.cli.database;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.imports.GuideKey;
import io.inft.jdbc.config.SecretFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What opens files of the guide's clients: by file, environment or prompt, never an argument. */
final class GuideOptions {
  private static final String KEY_VARIABLE = "INFT_GUIDE_KEY";
  private static final String PASSWORD_VARIABLE = "INFT_GUIDE_PASSWORD";

  @Option(
      names = "--guide-key-file",
      paramLabel = "<file>",
      description = "File with the key of the guide's client: base64, hex, or the 32 bytes.")
  private @Nullable Path keyFile;

  @Option(
      names = "--guide-key",
      interactive = true,
      description =
          "Ask for that key. Without these options "
              + KEY_VARIABLE
              + " and "
              + PASSWORD_VARIABLE
              + " are looked at.")
  private char @Nullable [] key;

  @Option(
      names = "--guide-password-file",
      paramLabel = "<file>",
      description = "File whose first line is the password of the guide's client.")
  private @Nullable Path passwordFile;

  @Option(names = "--guide-password", interactive = true, description = "Ask for that password.")
  private char @Nullable [] password;

  @Option(
      names = "--guide-salt",
      paramLabel = "<hex|base64>",
      description = "The salt that the key was derived with. Without it a password opens nothing.")
  private @Nullable String salt;

  @Option(
      names = "--guide-iterations",
      paramLabel = "<n>",
      description = "Rounds of that derivation (default: 100000, as the guide's clients).")
  private int iterations = GuideKey.ITERATIONS;

  /** The key, if anything was given. */
  Optional<GuideKey> key(CommandLine line) throws InftException {
    List<GuideKey> keys = new ArrayList<>();
    if (keyFile != null) {
      keys.add(GuideKey.read(keyFile, "--guide-key-file"));
    }
    char[] typedKey = key;
    if (typedKey != null && typedKey.length > 0) {
      keys.add(GuideKey.parse(new String(typedKey), "--guide-key"));
      Arrays.fill(typedKey, '\0');
    }
    if (passwordFile != null) {
      keys.add(ofPassword(SecretFile.read(passwordFile, "--guide-password-file").toCharArray()));
    }
    char[] typed = password;
    if (typed != null && typed.length > 0) {
      keys.add(ofPassword(typed));
    }
    if (keys.isEmpty()) {
      fromEnvironment().ifPresent(keys::add);
    }
    if (keys.size() > 1) {
      throw new CommandLine.ParameterException(
          line, "more than one key or password of the guide's client was given");
    }
    return keys.stream().findFirst();
  }

  private Optional<GuideKey> fromEnvironment() throws InftException {
    String givenKey = System.getenv(KEY_VARIABLE);
    if (givenKey != null && !givenKey.isEmpty()) {
      return Optional.of(GuideKey.parse(givenKey, KEY_VARIABLE));
    }
    String givenPassword = System.getenv(PASSWORD_VARIABLE);
    return givenPassword == null || givenPassword.isEmpty()
        ? Optional.empty()
        : Optional.of(ofPassword(givenPassword.toCharArray()));
  }

  private GuideKey ofPassword(char[] given) throws InftException {
    try {
      if (given.length == 0) {
        throw new SettingException("--guide-password", "it is empty");
      }
      return salt == null
          ? GuideKey.withoutSalt()
          : GuideKey.derived(given, GuideKey.parseSalt(salt, "--guide-salt"), iterations);
    } finally {
      Arrays.fill(given, '\0');
    }
  }
}
