package io.inft.jdbc.config;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.SettingException;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Picks the secrets out of the settings: what opens the keyring, and what signs. */
public final class GivenSecrets {
  private GivenSecrets() {}

  /**
   * What opens the keyring, if anything was given.
   *
   * @throws SettingException if two secrets were given at the same place
   */
  public static Optional<Secret> opening(Settings settings, Consumer<String> warnings)
      throws InftException {
    Optional<Secret> sealed = sealed(settings, warnings);
    if (sealed.isPresent()) {
      return sealed;
    }
    Optional<InftProperty> chosen =
        choose(
            settings,
            InftProperty.PASSWORD,
            InftProperty.PASSWORD_FILE,
            InftProperty.ENCRYPTION_KEY,
            InftProperty.ENCRYPTION_KEY_FILE,
            InftProperty.WALLET_KEY,
            InftProperty.WALLET_KEY_FILE,
            InftProperty.KEY_SERVICE);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    if (chosen.get() == InftProperty.WALLET_KEY || chosen.get() == InftProperty.WALLET_KEY_FILE) {
      return wallet(settings, warnings).map(Secret::wallet);
    }
    String value = read(settings, chosen.get(), warnings);
    return Optional.of(
        switch (chosen.get()) {
          case ENCRYPTION_KEY, ENCRYPTION_KEY_FILE -> Secret.parseKey(value);
          case KEY_SERVICE -> KeyServices.secret(value, servicePassword(settings, warnings));
          default -> Secret.password(value.toCharArray());
        });
  }

  /** What a sealed key has inside, unless another secret is given at a place that counts more. */
  private static Optional<Secret> sealed(Settings settings, Consumer<String> warnings)
      throws InftException {
    Optional<InftProperty> chosen =
        choose(
            settings,
            InftProperty.SEALED_KEY,
            InftProperty.PASSWORD,
            InftProperty.PASSWORD_FILE,
            InftProperty.ENCRYPTION_KEY,
            InftProperty.ENCRYPTION_KEY_FILE,
            InftProperty.KEY_SERVICE);
    if (chosen.isEmpty() || chosen.get() != InftProperty.SEALED_KEY) {
      return Optional.empty();
    }
    String name = InftProperty.SEALED_KEY.propertyName();
    String text = settings.text(InftProperty.SEALED_KEY).orElseThrow().strip();
    byte[] sealed;
    try {
      sealed = HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(name, "129 bytes are expected, written as 258 hex digits");
    }
    Optional<SigningKey> wallet = wallet(settings, warnings);
    SigningKey account =
        (wallet.isPresent() ? wallet : signing(settings, warnings))
            .orElseThrow(
                () ->
                    new MissingSecretException(
                        "a sealed key", "set walletKeyFile, walletKey or privateKeyFile too"));
    return Optional.of(Secret.sealedKey(sealed, account));
  }

  /** The key service that was given, whether or not it is what opens the keyring. */
  public static Optional<KeyServices.Named> keyService(Settings settings) throws SettingException {
    Optional<String> reference = settings.text(InftProperty.KEY_SERVICE);
    return reference.isEmpty()
        ? Optional.empty()
        : Optional.of(KeyServices.named(reference.get(), servicePassword(settings, said -> {})));
  }

  private static Optional<String> servicePassword(Settings settings, Consumer<String> warnings)
      throws SettingException {
    Optional<InftProperty> chosen =
        choose(settings, InftProperty.KEY_SERVICE_PASSWORD, InftProperty.KEY_SERVICE_PASSWORD_FILE);
    return chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(read(settings, chosen.get(), warnings));
  }

  /** The key of an account that opens, if one was given. */
  public static Optional<SigningKey> wallet(Settings settings, Consumer<String> warnings)
      throws InftException {
    Optional<InftProperty> chosen =
        choose(settings, InftProperty.WALLET_KEY, InftProperty.WALLET_KEY_FILE);
    return chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(account(settings, chosen.get(), InftProperty.WALLET_KEY_PASSWORD, warnings));
  }

  /** The key that signs, if one was given. */
  public static Optional<SigningKey> signing(Settings settings, Consumer<String> warnings)
      throws InftException {
    Optional<InftProperty> chosen =
        choose(settings, InftProperty.PRIVATE_KEY, InftProperty.PRIVATE_KEY_FILE);
    return chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(account(settings, chosen.get(), InftProperty.PRIVATE_KEY_PASSWORD, warnings));
  }

  /** An account's key, in hex or in a keystore file. */
  private static SigningKey account(
      Settings settings, InftProperty chosen, InftProperty password, Consumer<String> warnings)
      throws InftException {
    if (chosen.kind() == InftProperty.Kind.PATH) {
      Path file = settings.path(chosen).orElseThrow();
      String text = SecretFile.readAll(file, chosen.propertyName());
      if (KeystoreFile.looksLikeOne(text)) {
        return KeystoreFile.open(
            text,
            new KeystoreFile.Source(file.toString(), chosen, password),
            settings.text(password));
      }
    }
    try {
      return SigningKey.parse(read(settings, chosen, warnings).trim());
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          chosen.propertyName(), "64 hex digits that are a secp256k1 private key are expected");
    }
  }

  private static Optional<InftProperty> choose(Settings settings, InftProperty... candidates)
      throws SettingException {
    List<InftProperty> given =
        Stream.of(candidates)
            .filter(property -> settings.text(property).isPresent())
            .sorted(Comparator.comparing(settings::source))
            .toList();
    if (given.size() > 1 && settings.source(given.get(0)) == settings.source(given.get(1))) {
      throw new SettingException(
          given.get(0).propertyName(),
          "'" + given.get(1).propertyName() + "' is given as well; give one of them");
    }
    return given.stream().findFirst();
  }

  private static String read(Settings settings, InftProperty property, Consumer<String> warnings)
      throws SettingException {
    if (property.kind() != InftProperty.Kind.PATH) {
      return settings.text(property).orElseThrow();
    }
    Path file = settings.path(property).orElseThrow();
    String secret = SecretFile.read(file, property.propertyName());
    SecretFile.warning(file, property.propertyName()).ifPresent(warnings);
    return secret;
  }
}
