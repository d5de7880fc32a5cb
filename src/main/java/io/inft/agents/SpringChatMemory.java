package io.inft.agents;

import io.inft.agents.rows.Sealing;
import javax.sql.DataSource;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring AI's chat memory, unless the application has a repository, of its own or Spring's. */
@Configuration(proxyBeanMethods = false)
final class SpringChatMemory {
  SpringChatMemory() {}

  @Bean
  @ConditionalOnMissingBean(ChatMemoryRepository.class)
  InftChatMemoryRepository inftChatMemoryRepository(
      DataSource dataSource,
      ObjectProvider<Sealing> sealing,
      @Value("${inft.agents.seal:none}") String seal) {
    return new InftChatMemoryRepository(
        dataSource, sealing.getIfAvailable(() -> Sealing.named(seal)));
  }
}
