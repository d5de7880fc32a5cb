package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.agents.InftChatMemoryRepository;
import io.inft.agents.InftSessionDialect;
import io.inft.agents.InftSessionRepository;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.session.CreateSessionRequest;
import org.springframework.ai.session.SessionRepository;
import org.springframework.ai.session.SessionService;
import org.springframework.ai.session.jdbc.JdbcSessionRepository;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The jar and a URL are all that an application needs. */
class AutoConfigurationTest {
  @RegisterExtension final Machines machines = new Machines();

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class WithItsOwn {
    @Bean
    JdbcSessionRepository theirs(DataSource dataSource) {
      return JdbcSessionRepository.builder()
          .dataSource(dataSource)
          .dialect(new InftSessionDialect())
          .build();
    }
  }

  private static ConfigurableApplicationContext start(Class<?> app) {
    SpringApplication application = new SpringApplication(app);
    application.setDefaultProperties(
        Map.of("spring.datasource.url", "jdbc:inft:agent", "spring.main.banner-mode", "off"));
    return application.run();
  }

  @Test
  void theServiceOfSessionsGoesOnOnAnotherMachine() throws Exception {
    try (ConfigurableApplicationContext app = start(App.class)) {
      SessionService service = app.getBean(SessionService.class);
      service.create(CreateSessionRequest.builder().id("s").userId("ada").build());
      service.appendMessage("s", new UserMessage("hello"));
      assertThat(app.getBean(SessionRepository.class)).isInstanceOf(InftSessionRepository.class);
      assertThat(app.getBeansOfType(JdbcSessionRepository.class)).isEmpty();
    }

    machines.lose();

    try (ConfigurableApplicationContext app = start(App.class)) {
      assertThat(app.getBean(SessionService.class).getMessages("s"))
          .extracting(Message::getText)
          .containsExactly("hello");
    }
  }

  @Test
  void chatMemoryIsOursWhereThereIsNoOther() {
    try (ConfigurableApplicationContext app = start(App.class)) {
      assertThat(app.getBean(ChatMemoryRepository.class))
          .isInstanceOf(InftChatMemoryRepository.class);
    }
  }

  @Test
  void aRepositoryOfTheApplicationWins() {
    try (ConfigurableApplicationContext app = start(WithItsOwn.class)) {
      assertThat(app.getBeansOfType(SessionRepository.class)).containsOnlyKeys("theirs");
    }
  }
}
