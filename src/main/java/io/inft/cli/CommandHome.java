package io.inft.cli;

import io.inft.jdbc.InftProperty;
import java.nio.file.Path;
import java.util.Objects;

/** This machine's folder for commands that open no database. */
final class CommandHome {
  private CommandHome() {}

  /** As the property {@code home} is found, absolute. */
  static Path folder() {
    String given =
        Objects.requireNonNullElse(
            System.getProperty(InftProperty.HOME.systemProperty()),
            InftProperty.HOME.environment().map(System::getenv).orElse(""));
    Path folder =
        given.isEmpty() ? Path.of(System.getProperty("user.home"), ".inft") : Path.of(given);
    return folder.toAbsolutePath().normalize();
  }
}
