package io.inft.integration;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether Boot's DataSource is a database of ours. */
final class SpringAgentsUrl implements Condition {
  SpringAgentsUrl() {}

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    String url = context.getEnvironment().getProperty("spring.datasource.url");
    return url != null && Urls.ours(url);
  }
}
