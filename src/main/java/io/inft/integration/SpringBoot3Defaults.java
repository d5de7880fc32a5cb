package io.inft.integration;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/** {@link SpringDefaults} for Spring Boot 3, whose interface has another name. */
@SuppressWarnings({"deprecation", "removal"}) // that name is deprecated in Spring Boot 4
final class SpringBoot3Defaults implements org.springframework.boot.env.EnvironmentPostProcessor {
  SpringBoot3Defaults() {}

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    SpringDefaults.add(environment);
  }
}
