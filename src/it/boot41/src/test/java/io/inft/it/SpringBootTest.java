package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.it.spring.SpringContract;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.memory.repository.jdbc.JdbcChatMemoryRepository;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.context.ConfigurableApplicationContext;

class SpringBootTest extends SpringContract {
  /** Its table is made because the defaults say so. */
  @Test
  void theChatMemoryNeedsNoSetting() throws Exception {
    try (ConfigurableApplicationContext context = run()) {
      ChatMemoryRepository memory = context.getBean(ChatMemoryRepository.class);
      assertThat(memory).isInstanceOf(JdbcChatMemoryRepository.class);
      memory.saveAll(
          "talk", List.of(new UserMessage("who are you?"), new AssistantMessage("I remember")));
    }
    machines.lose();
    try (ConfigurableApplicationContext context = run()) {
      ChatMemoryRepository memory = context.getBean(ChatMemoryRepository.class);
      assertThat(memory.findByConversationId("talk"))
          .extracting(Message::getText)
          .containsExactly("who are you?", "I remember");
    }
  }
}
