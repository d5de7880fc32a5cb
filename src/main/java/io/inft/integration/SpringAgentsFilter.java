package io.inft.integration;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Keeps the repository of Spring AI's sessions out that would treat a database of ours as
 * PostgreSQL, if ours takes its place.
 */
final class SpringAgentsFilter implements AutoConfigurationImportFilter, EnvironmentAware {
  private @Nullable Environment environment;

  SpringAgentsFilter() {}

  @Override
  public void setEnvironment(Environment environment) {
    this.environment = environment;
  }

  @Override
  public boolean[] match(@Nullable String[] types, AutoConfigurationMetadata metadata) {
    String url = environment == null ? null : environment.getProperty("spring.datasource.url");
    boolean taken =
        url != null
            && Urls.ours(url)
            && ClassUtils.isPresent("io.inft.agents.InftSessionRepository", null);
    boolean[] kept = new boolean[types.length];
    for (int i = 0; i < types.length; i++) {
      kept[i] = !taken || !Objects.equals(types[i], SpringAgents.SESSIONS);
    }
    return kept;
  }
}
