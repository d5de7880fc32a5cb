package io.inft.cli.keys;

import io.inft.bytes.PublicKey;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.KeyServices;
import io.inft.jdbc.config.SecretFile;
import io.inft.replica.Session;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The secrets of new slots: by file, environment or prompt, never as an argument. */
final class NewSecretOptions {
  private static final String PASSWORD_VARIABLE = "INFT_NEW_ENCRYPTION_PASSWORD";
  private static final String KEY_VARIABLE = "INFT_NEW_ENCRYPTION_KEY";

  @Option(
      names = "--new-password-file",
      paramLabel = "<file>",
      description = "File whose first line is the new password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--new-password",
      interactive = true,
      description =
          "Ask for the new password. Without any of these options "
              + PASSWORD_VARIABLE
              + " and "
              + KEY_VARIABLE
              + " are looked at.")
  private char @Nullable [] password;

  @Option(
      names = "--new-key-file",
      paramLabel = "<file>",
      description = "File whose first line is a new raw key of 32 bytes, in hex or base64.")
  private @Nullable Path keyFile;

  @Option(
      names = "--new-key-service",
      paramLabel = "<reference>",
      description = "New key that somebody else keeps, for example pkcs12:keys.p12#agent.")
  private @Nullable String keyService;

  @Option(
      names = "--new-key-service-password-file",
      paramLabel = "<file>",
      description = "File with the password of that keystore or service.")
  private @Nullable Path keyServicePasswordFile;

  @Option(
      names = "--new-wallet",
      paramLabel = "<public key>",
      description =
          "An account that is let in by its public key, as inft keys wallet shows it there. Its"
              + " signing key opens the database; nothing secret is handed over.")
  private @Nullable String wallet;

  @Option(
      names = "--allow-weak-password",
      description =
          "Take a password that can be guessed. The ciphertext is public for ever: whoever guesses"
              + " it in ten years reads what is written today.")
  private boolean allowWeak;

  /**
   * One slot for each secret given, where there is no session.
   *
   * @param usually the slot that a secret gets
   */
  List<SlotRequest> slots(Function<Secret, SlotRequest> usually, CommandLine line)
      throws Exception {
    List<SlotRequest> slots = new ArrayList<>();
    for (Secret secret : secrets()) {
      slots.add(wanted(usually, secret));
    }
    require(!slots.isEmpty(), line);
    return slots;
  }

  /**
   * One slot for each secret given, those that can be opened here first; with none that can, the
   * one that opens the database now comes before them.
   *
   * @param own what opens the database now
   */
  List<SlotRequest> slotsOrOwn(Function<Secret, SlotRequest> usually, Secret own) throws Exception {
    List<SlotRequest> slots = new ArrayList<>();
    for (Secret secret : secrets()) {
      slots.add(wanted(usually, secret));
    }
    slots.sort(Comparator.comparing(slot -> !slot.secret().canOpen()));
    if (slots.isEmpty() || !slots.get(0).secret().canOpen()) {
      // It was taken when it was new, so it is taken again.
      slots.add(0, SlotRequest.evenIfWeak(own, usually.apply(own).derivation()));
    }
    return slots;
  }

  /** The slot that a secret gets. */
  SlotRequest wanted(Function<Secret, SlotRequest> usually, Secret secret) {
    SlotRequest usual = usually.apply(secret);
    return allowWeak ? SlotRequest.evenIfWeak(secret, usual.derivation()) : usual;
  }

  /** The one slot of a command that makes one. */
  SlotRequest slot(Session session, CommandLine line) throws Exception {
    return wanted(session::slotFor, one(line));
  }

  /** The one secret of a command that takes one; to be asked for once. */
  Secret one(CommandLine line) throws Exception {
    List<Secret> secrets = secrets();
    require(!secrets.isEmpty(), line);
    if (secrets.size() > 1) {
      throw new CommandLine.ParameterException(line, "more than one new secret was given");
    }
    return secrets.get(0);
  }

  private static void require(boolean given, CommandLine line) {
    if (!given) {
      throw new CommandLine.ParameterException(
          line,
          "no new secret was given: --new-password-file, --new-password, --new-key-file,"
              + " --new-key-service, --new-wallet, "
              + PASSWORD_VARIABLE
              + " or "
              + KEY_VARIABLE);
    }
  }

  private List<Secret> secrets() throws Exception {
    List<Secret> secrets = new ArrayList<>();
    if (passwordFile != null) {
      String line = SecretFile.read(passwordFile, "--new-password-file");
      secrets.add(Secret.password(line.toCharArray()));
    }
    char[] typed = password;
    if (typed != null && typed.length > 0) {
      secrets.add(Secret.password(typed));
      Arrays.fill(typed, '\0');
    }
    if (keyFile != null) {
      secrets.add(rawKey(SecretFile.read(keyFile, "--new-key-file"), "--new-key-file"));
    }
    if (keyService != null) {
      Optional<String> opens =
          keyServicePasswordFile == null
              ? Optional.ofNullable(System.getenv("INFT_KEY_SERVICE_PASSWORD"))
              : Optional.of(
                  SecretFile.read(keyServicePasswordFile, "--new-key-service-password-file"));
      secrets.add(KeyServices.secret(keyService, opens));
    }
    if (wallet != null) {
      secrets.add(Secret.walletOf(publicKey(wallet)));
    }
    return secrets.isEmpty() ? fromEnvironment() : secrets;
  }

  /** Reads the public key of an account. */
  static PublicKey publicKey(String text) throws SettingException {
    try {
      return PublicKey.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "--new-wallet",
          "the public key of an account is expected, 66 hex digits as 'inft keys wallet' shows"
              + " them there; an address is not enough");
    }
  }

  private static Secret rawKey(String text, String where) throws SettingException {
    try {
      return Secret.parseKey(text);
    } catch (SettingException e) {
      throw new SettingException(where, e.reason());
    }
  }

  private static List<Secret> fromEnvironment() throws Exception {
    List<Secret> secrets = new ArrayList<>();
    String newPassword = System.getenv(PASSWORD_VARIABLE);
    if (newPassword != null && !newPassword.isEmpty()) {
      secrets.add(Secret.password(newPassword.toCharArray()));
    }
    String newKey = System.getenv(KEY_VARIABLE);
    if (newKey != null && !newKey.isEmpty()) {
      secrets.add(rawKey(newKey, KEY_VARIABLE));
    }
    return secrets;
  }
}
