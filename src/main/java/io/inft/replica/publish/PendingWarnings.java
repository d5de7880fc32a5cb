package io.inft.replica.publish;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users should be told, kept until somebody asks; the oldest give way. Safe for many threads.
 */
final class PendingWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(PendingWarnings.class);
  private static final int MOST = 32;

  private final ConcurrentLinkedDeque<String> messages = new ConcurrentLinkedDeque<>();

  void add(String message) {
    LOG.warn("{}", message);
    messages.addLast(message);
    while (messages.size() > MOST) {
      messages.pollFirst();
    }
  }

  /** The oldest that nobody was told yet. */
  Optional<String> take() {
    return Optional.ofNullable(messages.pollFirst());
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }
}
