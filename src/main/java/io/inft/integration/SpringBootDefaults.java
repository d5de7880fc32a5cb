package io.inft.integration;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/** {@link SpringDefaults} for Spring Boot 4. */
final class SpringBootDefaults implements EnvironmentPostProcessor {
  SpringBootDefaults() {}

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    SpringDefaults.add(environment);
  }
}
