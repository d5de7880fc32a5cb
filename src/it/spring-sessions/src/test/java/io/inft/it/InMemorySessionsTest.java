package io.inft.it;

import org.springframework.ai.session.InMemorySessionRepository;
import org.springframework.ai.session.SessionRepository;

/** Spring AI's own, so that the contract is theirs. */
class InMemorySessionsTest extends SessionContract {
  @Override
  SessionRepository repository() {
    return InMemorySessionRepository.builder().build();
  }
}
