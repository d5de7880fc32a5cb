package io.inft.cli.console;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.config.UserHome;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings that the command line starts from, under a name: a file of properties ({@link
 * Properties#load}) in the user's folder of configuration. They count where neither the options nor
 * a system property nor the environment say anything. The driver itself never reads them: what an
 * application connects to must not depend on who started it.
 *
 * @param name such as {@code default} or {@code work}
 * @param file it was read from
 * @param values under the names of the driver's properties; no secrets among them
 */
public record Profile(String name, Path file, Properties values) {
  /** The profile that counts if none is named; it need not exist. */
  public static final String DEFAULT = "default";

  /** Names the folder of the profiles, for those who keep them elsewhere. */
  public static final String FOLDER_PROPERTY = "inft.profiles";

  private static final String NAME_VARIABLE = "INFT_PROFILE";
  private static final String FOLDER_VARIABLE = "INFT_PROFILES";
  private static final String SUFFIX = ".properties";
  private static final int MAX_BYTES = 64 << 10;

  /** Settings that mean something only together: who gives one of them elsewhere gives them all. */
  private static final List<Set<InftProperty>> TOGETHER =
      List.of(
          EnumSet.of(
              InftProperty.PASSWORD,
              InftProperty.PASSWORD_FILE,
              InftProperty.ENCRYPTION_KEY,
              InftProperty.ENCRYPTION_KEY_FILE,
              InftProperty.KEY_SERVICE,
              InftProperty.KEY_SERVICE_PASSWORD,
              InftProperty.WALLET_KEY,
              InftProperty.WALLET_KEY_FILE,
              InftProperty.WALLET_KEY_PASSWORD,
              InftProperty.SEALED_KEY,
              InftProperty.KEY_SERVICE_PASSWORD_FILE),
          EnumSet.of(
              InftProperty.PRIVATE_KEY,
              InftProperty.PRIVATE_KEY_FILE,
              InftProperty.PRIVATE_KEY_PASSWORD),
          EnumSet.of(
              InftProperty.NETWORK,
              InftProperty.RPC,
              InftProperty.INDEXER,
              InftProperty.NODES,
              InftProperty.FLOW,
              InftProperty.CONTRACT,
              InftProperty.CHAIN_ID,
              InftProperty.STORE,
              InftProperty.REGISTRY,
              InftProperty.EMBEDDED_DIR));

  /**
   * The profile that counts.
   *
   * @param named by the option {@code --profile}
   * @return empty if none was named and there is no default one
   * @throws SettingException the named one does not exist, or one says what no property is
   */
  public static Optional<Profile> find(Optional<String> named, Surroundings surroundings)
      throws InftException {
    Optional<String> wanted =
        named.or(() -> surroundings.environment().apply(NAME_VARIABLE).filter(n -> !n.isEmpty()));
    String name = wanted.orElse(DEFAULT);
    Optional<Path> there = foundFolder(surroundings);
    if (wanted.isEmpty() && there.isEmpty()) {
      return Optional.empty();
    }
    Path folder = there.isPresent() ? there.get() : folder(surroundings);
    Path file = file(folder, name);
    if (Files.isRegularFile(file)) {
      return Optional.of(new Profile(name, file, read(file)));
    }
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    throw new SettingException(
        "profile",
        "there is no profile '"
            + name
            + "' in "
            + folder
            + " (there: "
            + String.join(", ", names(folder))
            + "); 'inft init --profile "
            + name
            + "' makes one");
  }

  /** Where a profile lies or would lie. */
  public static Path file(Path folder, String name) throws SettingException {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new SettingException(
          "profile", "'" + name + "' cannot be a name; letters, digits, '.', '_' and '-' can");
    }
    return folder.resolve(name + SUFFIX);
  }

  /**
   * The folder of the profiles; it need not exist.
   *
   * @throws SettingException the account has no home, and nothing else names the folder
   */
  public static Path folder(Surroundings surroundings) throws SettingException {
    return foundFolder(surroundings)
        .orElseThrow(
            () ->
                new SettingException(
                    "profile",
                    "the account that runs this process has no home folder, where profiles lie;"
                        + " name another one in "
                        + FOLDER_VARIABLE));
  }

  private static Optional<Path> foundFolder(Surroundings surroundings) {
    Optional<String> given =
        surroundings
            .systemProperties()
            .apply(FOLDER_PROPERTY)
            .or(() -> surroundings.environment().apply(FOLDER_VARIABLE))
            .filter(text -> !text.isEmpty());
    if (given.isPresent()) {
      return Optional.of(Path.of(given.get()).toAbsolutePath());
    }
    return surroundings
        .environment()
        .apply("XDG_CONFIG_HOME")
        .or(() -> surroundings.environment().apply("APPDATA"))
        .filter(text -> !text.isEmpty())
        .map(Path::of)
        .filter(Path::isAbsolute)
        .or(() -> UserHome.found().map(home -> home.resolve(".config")))
        .map(configuration -> configuration.resolve("inft"));
  }

  /** The profiles there are, by name. */
  public static List<String> names(Path folder) throws LocalStorageException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
  }

  /**
   * What of this profile counts beside what was given.
   *
   * @param given by options
   */
  public Properties beside(Properties given, Surroundings surroundings) {
    Set<InftProperty> elsewhere = EnumSet.noneOf(InftProperty.class);
    for (InftProperty property : InftProperty.values()) {
      if (given.containsKey(property.propertyName())
          || isSet(surroundings.systemProperties().apply(property.systemProperty()))
          || isSet(property.environment().flatMap(surroundings.environment()))) {
        elsewhere.add(property);
      }
    }
    for (Set<InftProperty> group : TOGETHER) {
      if (group.stream().anyMatch(elsewhere::contains)) {
        elsewhere.addAll(group);
      }
    }
    Properties counts = new Properties();
    for (String name : values.stringPropertyNames()) {
      boolean known = InftProperty.of(name).filter(elsewhere::contains).isPresent();
      if (!known && !given.containsKey(name)) {
        counts.setProperty(name, values.getProperty(name));
      }
    }
    return counts;
  }

  private static boolean isSet(Optional<String> value) {
    return value.filter(text -> !text.isEmpty()).isPresent();
  }

  private static Properties read(Path file) throws InftException {
    String text = new String(DurableFiles.read(file, MAX_BYTES), StandardCharsets.UTF_8);
    Properties found = new Properties();
    try {
      found.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingException("profile", file + ": " + e.getMessage());
    }
    for (String name : found.stringPropertyNames()) {
      if (InftProperty.of(name).filter(InftProperty::secret).isPresent()) {
        throw new SettingException(
            name,
            "it is a secret and must not stand in "
                + file
                + "; "
                + (InftProperty.of(name + "File").isPresent()
                    ? "put it into a file of its own and name that, as " + name + "File"
                    : "give it in the environment"));
      }
    }
    return found;
  }
}
