package io.inft.agents.rows;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Under whose key a store seals what it writes, so that it can be forgotten: texts, tool calls,
 * media, metadata, state and vectors. Names are not sealed: those of users, conversations, keys and
 * files stand in the clear, and so do times and roles. May be shared between threads if its
 * function may.
 */
public final class Sealing {
  private final Optional<Function<Origin, String>> subject;

  private Sealing(Optional<Function<Origin, String>> subject) {
    this.subject = subject;
  }

  /**
   * Whence a value comes, as far as a store knows.
   *
   * @param user whom it belongs to; empty in stores that know none
   * @param conversation the conversation, session, thread or collection
   * @param metadata what was said of it: of a segment, or of a run of a graph
   */
  public record Origin(Optional<String> user, String conversation, Map<String, Object> metadata) {
    public Origin {
      metadata = Map.copyOf(metadata);
    }

    /** In a store that knows users. */
    public static Origin of(String user, String conversation) {
      return new Origin(Optional.of(user), conversation, Map.of());
    }

    /** In a store that knows none. */
    public static Origin of(String conversation) {
      return new Origin(Optional.empty(), conversation, Map.of());
    }
  }

  /** Nothing is sealed. What is sealed already is opened all the same where its key is. */
  public static Sealing none() {
    return new Sealing(Optional.empty());
  }

  /** Each conversation, session, thread or collection is a subject of its name. */
  public static Sealing byConversation() {
    return bySubject(Origin::conversation);
  }

  /** Each user is a subject. Stores that know no users refuse to write. */
  public static Sealing byUser() {
    return bySubject(
        origin ->
            origin
                .user()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "nothing says whose '"
                                + origin.conversation()
                                + "' is, and it is to be sealed by user: seal this store by"
                                + " conversation, by metadata or by a function (Sealing)")));
  }

  /** The subject stands in the metadata; what has none under this name is refused. */
  public static Sealing byMetadata(String name) {
    return bySubject(
        origin ->
            Optional.ofNullable(origin.metadata().get(name))
                .map(String::valueOf)
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "no metadata '"
                                + name
                                + "' say of whom it is what is written to '"
                                + origin.conversation()
                                + "', and it is to be sealed by them")));
  }

  /** The subject is what a function answers; whatever it answers is sealed. */
  public static Sealing bySubject(Function<Origin, String> subject) {
    return new Sealing(Optional.of(subject));
  }

  /** The one that a setting names: {@code none}, {@code conversation} or {@code user}. */
  public static Sealing named(String name) {
    return switch (name) {
      case "none" -> none();
      case "conversation" -> byConversation();
      case "user" -> byUser();
      default ->
          throw new IllegalArgumentException(
              "inft.agents.seal is '" + name + "': none, conversation or user");
    };
  }

  /**
   * Under whose key to seal; empty if it is not to be sealed.
   *
   * @throws IllegalStateException if nobody is named
   */
  public Optional<String> subjectOf(Origin origin) {
    if (subject.isEmpty()) {
      return Optional.empty();
    }
    String name = subject.get().apply(origin);
    if (name == null || name.isEmpty()) {
      throw new IllegalStateException(
          "what is written to '" + origin.conversation() + "' is to be sealed, but for nobody");
    }
    return Optional.of(name);
  }

  boolean seals() {
    return subject.isPresent();
  }

  /**
   * Destroys this machine's key of a subject: what any store sealed under it can be read nowhere
   * and never again, in no version that was ever published. It cannot be taken back. Leaves an
   * event {@code subject.forgotten} that does not name the subject; where that could not be
   * committed, calling again leaves it.
   *
   * @return false if there was no key of this subject here
   */
  public static boolean forget(DataSource dataSource, String subject) throws SQLException {
    return Transaction.of(
        Lender.of(dataSource),
        "BEGIN IMMEDIATE",
        connection -> {
          // The event first: what cannot be told is not done.
          Rows.update(
              connection,
              "INSERT INTO inft_events(type, payload) VALUES ('subject.forgotten',"
                  + " json_object('subject', inft_subject_tag(?)))",
              subject);
          return Rows.query(connection, row -> row.getBoolean(1), "SELECT inft_forget(?)", subject)
              .get(0);
        });
  }
}
