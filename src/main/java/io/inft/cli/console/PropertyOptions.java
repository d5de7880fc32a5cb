package io.inft.cli.console;

import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Surroundings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that uses a network takes, under the names of the driver's properties. */
public final class PropertyOptions {
  @Option(
      names = "--private-key-file",
      paramLabel = "<file>",
      description = "File with the key that signs and pays (hex or keystore v3).")
  private @Nullable Path privateKeyFile;

  @Option(
      names = "--home",
      paramLabel = "<folder>",
      description = "Working copies and transactions of this machine (default: ~/.inft).")
  private @Nullable Path home;

  @Option(
      names = "--profile",
      paramLabel = "<name>",
      description = "Settings that 'inft init' wrote (default: default, if there is one).")
  private @Nullable String profile;

  private final Map<String, String> more = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = {"-P", "--property"},
      paramLabel = "<name>=<value>",
      description = "Any other property of the driver but secrets, may be given often.")
  @SuppressWarnings("UnusedMethod") // picocli calls it
  private void more(Map<String, String> given) {
    for (String name : given.keySet()) {
      if (InftProperty.of(name).filter(InftProperty::secret).isPresent()) {
        throw new ParameterException(
            Objects.requireNonNull(spec).root().commandLine(),
            "-P "
                + name
                + ": everybody on this machine can read a command line; put the secret into a file"
                + " and name that, or into the environment");
      }
    }
    more.putAll(given);
  }

  /**
   * All that was given here, by the command's own options and in the profile; {@code -P} wins.
   *
   * @param own values of the command's own options; null for one that was not given
   */
  public Properties with(Map<InftProperty, @Nullable Object> own) throws SQLException {
    Properties properties = given(own);
    Surroundings surroundings = Surroundings.ofThisProcess();
    profile().ifPresent(found -> properties.putAll(found.beside(properties, surroundings)));
    return properties;
  }

  /** The profile that was named. */
  Optional<String> profileName() {
    return Optional.ofNullable(profile);
  }

  /** The profile that counts. */
  public Optional<Profile> profile() throws SQLException {
    try {
      return Profile.find(Optional.ofNullable(profile), Surroundings.ofThisProcess());
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  /** All that was given by options. */
  public Properties given(Map<InftProperty, @Nullable Object> own) {
    Properties properties = new Properties();
    own.forEach((property, value) -> set(properties, property, value));
    set(properties, InftProperty.PRIVATE_KEY_FILE, privateKeyFile);
    set(properties, InftProperty.HOME, home);
    properties.putAll(more);
    return properties;
  }

  private static void set(Properties to, InftProperty property, @Nullable Object value) {
    if (value != null) {
      to.setProperty(property.propertyName(), value.toString());
    }
  }
}
