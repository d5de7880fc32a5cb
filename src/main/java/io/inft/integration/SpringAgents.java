package io.inft.integration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Spring AI's sessions and chat memory in the database that Boot has a URL for, if the jar with the
 * stores is there. Before those of Spring AI that would choose something else.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
      "org.springframework.ai.model.chat.memory.repository.jdbc.autoconfigure"
          + ".JdbcChatMemoryRepositoryAutoConfiguration"
    },
    beforeName = {
      SpringAgents.SESSIONS,
      "org.springaicommunity.session.autoconfigure.SessionServiceAutoConfiguration",
      "org.springframework.ai.model.chat.memory.autoconfigure.ChatMemoryAutoConfiguration"
    })
@Conditional(SpringAgentsUrl.class)
@Import(SpringAgentsImports.class)
public final class SpringAgents {
  /** Would make a second repository, with the wrong dialect. */
  static final String SESSIONS =
      "org.springaicommunity.session.jdbc.autoconfigure.JdbcSessionRepositoryAutoConfiguration";

  /** Made by Spring. */
  public SpringAgents() {}
}
