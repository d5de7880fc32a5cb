package io.inft.integration;

import java.util.HashMap;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * What Spring Boot cannot find out from a URL it does not know. Only defaults: what the application
 * sets itself wins. An application with another URL is left alone.
 */
final class SpringDefaults {
  private static final String NAME = "inft-jdbc defaults";

  /** SQLite is none of the databases for which Boot makes schemas without being told. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "spring.datasource.driver-class-name", Urls.DRIVER,
          "spring.datasource.hikari.exception-override-class-name",
              "io.inft.integration.InftExceptionOverride",
          "spring.jooq.sql-dialect", "SQLITE");

  /** Spring AI before 1.1 has none for SQLite, and does not start unless told to run none. */
  private static final String CHAT_MEMORY_SCHEMA =
      "org/springframework/ai/chat/memory/repository/jdbc/schema-sqlite.sql";

  private SpringDefaults() {}

  static void add(ConfigurableEnvironment environment) {
    String url = environment.getProperty("spring.datasource.url");
    if (url != null && Urls.ours(url) && !environment.getPropertySources().contains(NAME)) {
      Map<String, Object> defaults = new HashMap<>(DEFAULTS);
      defaults.put(
          "spring.ai.chat.memory.repository.jdbc.initialize-schema",
          new ClassPathResource(CHAT_MEMORY_SCHEMA).exists() ? "always" : "never");
      environment.getPropertySources().addLast(new MapPropertySource(NAME, defaults));
    }
  }
}
