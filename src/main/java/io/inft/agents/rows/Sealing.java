package io.inft.agents.rows;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
   * @param app whose user that is; empty in stores that know no apps
   * @param user whom it belongs to; empty in stores that know none
   * @param conversation the conversation, session, thread or collection
   * @param metadata what was said of it: of a segment, or of a run of a graph
   */
  public record Origin(
      Optional<String> app,
      Optional<String> user,
      String conversation,
      Map<String, Object> metadata) {
    public Origin {
      metadata = Map.copyOf(metadata);
    }

    /** In a store that knows apps, where a user is one of an app, and a session one of a user. */
    public static Origin of(String app, String user, String conversation) {
      return new Origin(Optional.of(app), Optional.of(user), conversation, Map.of());
    }

    /** In a store that knows users. */
    public static Origin of(String user, String conversation) {
      return new Origin(Optional.empty(), Optional.of(user), conversation, Map.of());
    }

    /** In a store that knows none. */
    public static Origin of(String conversation) {
      return new Origin(Optional.empty(), Optional.empty(), conversation, Map.of());
    }

    /** The last name; in an app all of them, since another app or user may have the last too. */
    private String within(String... names) {
      return app.isEmpty()
          ? names[names.length - 1]
          : Stream.concat(app.stream(), Stream.of(names))
              .map(name -> name.replace("%", "%25").replace("/", "%2F"))
              .collect(Collectors.joining("/"));
    }
  }

  /** Nothing is sealed. What is sealed already is opened all the same where its key is. */
  public static Sealing none() {
    return new Sealing(Optional.empty());
  }

  /**
   * Each conversation, session, thread or collection is a subject of its name. In ADK, where other
   * apps and users may have sessions of the same name, the subject is {@code app/user/session},
   * with {@code %2F} for a slash in a name and {@code %25} for a percent sign.
   */
  public static Sealing byConversation() {
    return bySubject(origin -> origin.within(origin.user().orElse(""), origin.conversation()));
  }

  /**
   * Each user is a subject; in ADK as {@code app/user}, since users of two apps may be two people.
   * Stores that know no users refuse to write.
   */
  public static Sealing byUser() {
    return bySubject(
        origin ->
            origin.within(
                origin
                    .user()
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "nothing says whose '"
                                    + origin.conversation()
                                    + "' is, and it is to be sealed by user: seal this store by"
                                    + " conversation, by metadata or by a function (Sealing)"))));
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
   * <p>On a connection of its own: in a transaction of the caller's that has written it would wait
   * for that; give it the connection of the transaction then.
   *
   * @return false if there was no key of this subject here
   */
  public static boolean forget(DataSource dataSource, String subject) throws SQLException {
    return forget(Lender.of(dataSource), subject);
  }

  /**
   * As the other one, in the transaction of a connection if it has none of its own. The event is
   * the transaction's; the key is destroyed at once, and no rollback brings it back.
   *
   * @param connection without autocommit, the caller commits; in Spring's transaction, what {@code
   *     DataSourceUtils.getConnection} answers
   * @return false if there was no key of this subject here
   */
  public static boolean forget(Connection connection, String subject) throws SQLException {
    return forget(Lender.of(connection), subject);
  }

  private static boolean forget(Lender lender, String subject) throws SQLException {
    return Transaction.of(
        lender,
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
