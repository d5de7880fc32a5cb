package io.inft.cli.console;

import io.inft.jdbc.config.InftProperty;
import java.nio.file.Path;
import java.util.Objects;

/** This machine's folder for commands that open no database. */
public final class CommandHome {
  private CommandHome() {}

  /** As the property {@code home} is found, absolute. */
  public static Path folder() {
    String given =
        Objects.requireNonNullElse(
            System.getProperty(InftProperty.HOME.systemProperty()),
            InftProperty.HOME.environment().map(System::getenv).orElse(""));
    Path folder =
        given.isEmpty() ? Path.of(System.getProperty("user.home"), ".inft") : Path.of(given);
    return folder.toAbsolutePath().normalize();
  }
}
