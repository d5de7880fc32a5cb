package io.inft.cli.console;

import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.UserHome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;

/** This machine's folder for commands that open no database. */
public final class CommandHome {
  private CommandHome() {}

  /** As the property {@code home} is found, absolute. */
  public static Path folder() throws SQLException {
    String given =
        Objects.requireNonNullElse(
            System.getProperty(InftProperty.HOME.systemProperty()),
            InftProperty.HOME.environment().map(System::getenv).orElse(""));
    try {
      Path folder = given.isEmpty() ? UserHome.folder().resolve(".inft") : Path.of(given);
      return folder.toAbsolutePath().normalize();
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }
}
