package io.inft.agents;

import io.inft.agents.rows.Sealing;
import javax.sql.DataSource;
import org.springframework.ai.session.SessionRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring AI's sessions, unless the application has a repository of its own. */
@Configuration(proxyBeanMethods = false)
final class SpringSessions {
  SpringSessions() {}

  @Bean
  @ConditionalOnMissingBean(SessionRepository.class)
  InftSessionRepository inftSessionRepository(
      DataSource dataSource,
      ObjectProvider<Sealing> sealing,
      @Value("${inft.agents.seal:none}") String seal) {
    return new InftSessionRepository(dataSource, sealing.getIfAvailable(() -> Sealing.named(seal)));
  }
}
