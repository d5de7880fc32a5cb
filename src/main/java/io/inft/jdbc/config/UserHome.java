package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The home folder of the account that runs this process. An account without a name, as containers
 * have when they run under a number of their own, has none by {@code user.home} ("?"): then the
 * environment's {@code HOME} is taken, unless it is the root of all folders.
 */
public final class UserHome {
  private UserHome() {}

  /**
   * The folder; it need not exist.
   *
   * @throws SettingException there is none, with what to set
   */
  public static Path folder() throws SettingException {
    return folder(
        Optional.ofNullable(System.getProperty("user.home")),
        Optional.ofNullable(System.getenv("HOME")));
  }

  /** The folder where the account has one, for what can do without. */
  public static Optional<Path> found() {
    return found(
        Optional.ofNullable(System.getProperty("user.home")),
        Optional.ofNullable(System.getenv("HOME")));
  }

  private static Optional<Path> found(Optional<String> property, Optional<String> environment) {
    return property.flatMap(UserHome::usable).or(() -> environment.flatMap(UserHome::usable));
  }

  static Path folder(Optional<String> property, Optional<String> environment)
      throws SettingException {
    return found(property, environment)
        .orElseThrow(
            () ->
                new SettingException(
                    "home",
                    "the account that runs this process has no home folder (user.home is '"
                        + property.orElse("")
                        + "', HOME is '"
                        + environment.orElse("")
                        + "'); set home (INFT_HOME) to a folder that it may write to and that is"
                        + " kept, for example a mounted volume"));
  }

  private static Optional<Path> usable(String text) {
    try {
      return Optional.of(Path.of(text))
          .filter(Path::isAbsolute)
          .filter(folder -> folder.getParent() != null);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }
}
