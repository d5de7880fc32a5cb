package journal;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Conversations, remembered. Nothing here knows where the database lives. */
public final class Journal implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final EntityManagerFactory entities;

  /** Settings override those in persistence.xml. */
  public Journal(Map<String, String> settings) {
    this.entities = Persistence.createEntityManagerFactory("journal", settings);
  }

  public void say(String topic, String who, String text) {
    transaction(manager -> conversation(manager, topic).say(who, text));
  }

  public List<String> read(String topic) {
    return transaction(
        manager ->
            conversation(manager, topic).messages().stream().map(Message::toString).toList());
  }

  private static Conversation conversation(EntityManager manager, String topic) {
    return manager
        .createQuery("select c from Conversation c where c.topic = :topic", Conversation.class)
        .setParameter("topic", topic)
        .getResultStream()
        .findFirst()
        .orElseGet(
            () -> {
              Conversation conversation = new Conversation(topic);
              manager.persist(conversation);
              return conversation;
            });
  }

  /** Runs work in a transaction, and again if somebody else wrote first (SQLSTATE 40001). */
  public <T> T transaction(Function<EntityManager, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return entities.callInTransaction(work::apply);
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || !somebodyElseWrote(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean somebodyElseWrote(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && "40001".equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    entities.close();
  }
}
