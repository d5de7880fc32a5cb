package io.inft.jdbc.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * Where values come from when neither {@code Properties} nor URL give them; handed in so that tests
 * need no real environment.
 */
public record Surroundings(
    Function<String, Optional<String>> systemProperties,
    Function<String, Optional<String>> environment) {
  /** Those of this process. */
  public static Surroundings ofThisProcess() {
    return new Surroundings(
        name -> Optional.ofNullable(System.getProperty(name)),
        name -> Optional.ofNullable(System.getenv(name)));
  }
}
