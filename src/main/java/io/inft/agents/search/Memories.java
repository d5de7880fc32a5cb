package io.inft.agents.search;

import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * What agents remember in a {@code jdbc:inft:} database, found by words (SQLite's FTS5) and, with
 * an {@link Embedder}, by meaning. Nothing is changed or deleted: a correction is a new revision,
 * and a memory that is withdrawn is not found any more. Each of these leaves an event of type
 * {@code memory.remembered}, {@code memory.corrected} or {@code memory.withdrawn}, without the
 * text.
 *
 * <p>The tables, {@code inft_memory} and others beside it, are made when something is remembered.
 * May be shared between threads, unless it is {@link #on} a connection.
 */
public final class Memories {
  private final Lender lender;
  private final Optional<Embedder> embedder;
  private final boolean quantized;
  private final SealedIndex sealed;

  private Memories(
      Lender lender, Optional<Embedder> embedder, boolean quantized, SealedIndex sealed) {
    this.lender = lender;
    this.embedder = embedder;
    this.quantized = quantized;
    this.sealed = sealed;
  }

  /** In a database, each call on a connection and in a transaction of its own. */
  public static Memories in(DataSource dataSource) {
    return new Memories(Lender.of(dataSource), Optional.empty(), false, new SealedIndex());
  }

  /**
   * The same on a connection of the caller's, who commits: each call is a part of the transaction.
   * With autocommit it is a transaction of its own.
   */
  public Memories on(Connection connection) {
    return new Memories(Lender.of(connection), embedder, quantized, new SealedIndex());
  }

  /** The same with a model: what is remembered from now on is found by its meaning too. */
  public Memories with(Embedder model) {
    return new Memories(lender, Optional.of(model), quantized, sealed);
  }

  /**
   * The same, with the vectors of spaces that have none yet in a byte a dimension instead of four:
   * a quarter of the bytes, and distances that are a little off.
   */
  public Memories quantized() {
    return new Memories(lender, embedder, true, sealed);
  }

  // Writing -------------------------------------------------------------------------------------

  /** Remembers; corrects if the space has that key already. */
  public Memory remember(NewMemory memory) throws SQLException {
    return remember(List.of(memory)).get(0);
  }

  /** Remembers all of them, or none if it fails. */
  public List<Memory> remember(List<NewMemory> memories) throws SQLException {
    List<Optional<float[]>> vectors = new ArrayList<>();
    for (NewMemory memory : memories) {
      vectors.add(vectorOf(memory.vector(), memory.text()));
    }
    return write(
        connection -> {
          MemoryRows rows = new MemoryRows(connection);
          List<Memory> stored = new ArrayList<>();
          for (int i = 0; i < memories.size(); i++) {
            stored.add(
                store(
                    rows,
                    space(connection, memories.get(i).space(), vectors.get(i)),
                    memories.get(i),
                    vectors.get(i)));
          }
          return stored;
        });
  }

  private static Memory store(
      MemoryRows rows, MemorySpace space, NewMemory memory, Optional<float[]> vector)
      throws SQLException {
    return memory.subject().isPresent()
        ? rows.add(
            space,
            memory.key(),
            new SealedMemory(memory.subject().get(), memory.text(), memory.metadata(), vector))
        : rows.add(space, memory.key(), memory.text(), memory.metadata(), vector);
  }

  /**
   * Puts a text in the place of another.
   *
   * @return the new revision, which keeps metadata and subject
   * @throws SQLDataException 02000 if there is no such memory
   */
  public Memory correct(String space, String key, String text) throws SQLException {
    Optional<float[]> vector = vectorOf(Optional.empty(), text);
    return write(
        connection -> {
          Memory before =
              current(connection, space, key)
                  .orElseThrow(
                      () ->
                          new SQLDataException(
                              "there is no memory '" + key + "' in the space '" + space + "'",
                              "02000"));
          NewMemory after = NewMemory.of(space, text).key(key).metadata(before.metadata());
          return store(
              new MemoryRows(connection),
              space(connection, space, vector),
              before.subject().map(after::about).orElse(after),
              vector);
        });
  }

  /** Takes a memory out of what is found and listed; its revisions stay in the history. */
  public boolean withdraw(String space, String key) throws SQLException {
    return write(
        connection -> {
          if (current(connection, space, key).isEmpty()) {
            return false;
          }
          new MemoryRows(connection)
              .withdraw(MemorySpace.find(connection, space).orElseThrow(), key);
          return true;
        });
  }

  /**
   * Destroys this machine's key of a subject: whatever was remembered about it can be read nowhere
   * and never again, in no version that was ever published. It cannot be taken back, and is no part
   * of a transaction. Leaves an event {@code memory.forgotten} that does not name the subject; if
   * that could not be committed, the next call leaves it.
   *
   * @return false if there was no key of this subject here, and no such event to be left
   */
  public boolean forget(String subject) throws SQLException {
    return write(
        connection -> {
          try (PreparedStatement forget =
              connection.prepareStatement("SELECT inft_forget(?), inft_subject_tag(?)")) {
            forget.setString(1, subject);
            forget.setString(2, subject);
            try (ResultSet row = forget.executeQuery()) {
              row.next();
              MemoryRows rows = new MemoryRows(connection);
              String tag = row.getString(2);
              if (!row.getBoolean(1) && !rows.isForgottenUntold(tag)) {
                return false;
              }
              rows.forgotten(tag);
            }
          }
          sealed.follow(connection);
          return true;
        });
  }

  /**
   * Asks the embedder for the vectors of memories that have none, because they came without one.
   *
   * @return how many there were
   * @throws IllegalStateException without an embedder
   */
  public int embedMissing(String space) throws SQLException {
    Embedder model =
        embedder.orElseThrow(() -> new IllegalStateException("with(Embedder) names the embedder"));
    Map<Long, String> texts = read(connection -> withoutVector(connection, space)).orElse(Map.of());
    Map<Long, float[]> vectors = new TreeMap<>();
    for (Map.Entry<Long, String> text : texts.entrySet()) {
      vectors.put(text.getKey(), MemoryRows.comparable(model.embed(text.getValue())));
    }
    return vectors.isEmpty() ? 0 : write(connection -> embed(connection, space, vectors));
  }

  private int embed(Connection connection, String name, Map<Long, float[]> vectors)
      throws SQLException {
    Map<Long, String> missing = withoutVector(connection, name);
    int count = 0;
    for (Map.Entry<Long, float[]> vector : vectors.entrySet()) {
      if (missing.containsKey(vector.getKey())) {
        MemorySpace space = space(connection, name, Optional.of(vector.getValue()));
        new MemoryRows(connection).indexVector(space, vector.getKey(), vector.getValue());
        count++;
      }
    }
    return count;
  }

  private static Map<Long, String> withoutVector(Connection connection, String space)
      throws SQLException {
    Map<Long, String> texts = new TreeMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT m.id, m.text"
                + MemoryRows.FROM
                + " WHERE s.name = ? AND m.text IS NOT NULL AND "
                + MemoryRows.CURRENT
                + " AND m.id NOT IN (SELECT id FROM inft_memory_vector)")) {
      query.setString(1, space);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          texts.put(rows.getLong(1), rows.getString(2));
        }
      }
    }
    return texts;
  }

  private Optional<float[]> vectorOf(Optional<float[]> given, String text) throws SQLException {
    Optional<float[]> vector =
        given.isPresent() || text.isBlank() ? given : embedder.map(model -> model.embed(text));
    return vector.isPresent() ? Optional.of(MemoryRows.comparable(vector.get())) : Optional.empty();
  }

  private MemorySpace space(Connection connection, String name, Optional<float[]> vector)
      throws SQLException {
    MemorySpace space = MemorySpace.make(connection, name);
    return vector.isPresent()
        ? space.taking(connection, vector.get().length, modelName(), quantized)
        : space;
  }

  private String modelName() {
    return embedder.map(Embedder::model).orElse("");
  }

  // Reading -------------------------------------------------------------------------------------

  /** Answers a question; empty if nothing was ever remembered. */
  public Recall recall(Question question) throws SQLException {
    Optional<String> words = question.text().flatMap(TextQuery::anyWordOf);
    Optional<float[]> vector = vectorOf(question.vector(), question.text().orElse(""));
    Optional<Recall> answer = read(connection -> recall(connection, question, words, vector));
    return answer.orElseGet(
        () -> new Recall(List.of(), Recall.How.FULL_TEXT, "nothing was remembered yet"));
  }

  private Recall recall(
      Connection connection, Question question, Optional<String> words, Optional<float[]> vector)
      throws SQLException {
    List<MemorySpace> spaces = new ArrayList<>();
    boolean compared = false;
    for (String name : question.spaces()) {
      Optional<MemorySpace> space = MemorySpace.find(connection, name);
      if (space.isPresent()) {
        spaces.add(space.get());
        if (vector.isPresent() && space.get().dimensions().isPresent()) {
          space.get().require(vector.get().length, modelName());
          compared = true;
        }
      }
    }
    if (spaces.isEmpty()) {
      return new Recall(
          List.of(),
          Recall.How.FULL_TEXT,
          "nothing was remembered in " + String.join(", ", question.spaces()));
    }
    MemorySearch search = new MemorySearch(connection, spaces, question);
    List<MemoryRows.Row> byWords = words.isPresent() ? search.byWords(words.get()) : List.of();
    List<MemoryRows.Row> byVector = compared ? search.byVector(vector.orElseThrow()) : List.of();
    sealed.follow(connection);
    List<MemoryRows.Row> sealedByWords =
        words.isPresent()
            ? search.ofSealed(sealed.byWords(spaces, search.match(words.get())))
            : List.of();
    if (compared) {
      byVector =
          search.nearest(byVector, search.ofSealed(sealed.byVector(spaces, vector.orElseThrow())));
    }
    Recall.How how =
        !compared
            ? Recall.How.FULL_TEXT
            : words.isPresent() ? Recall.How.HYBRID : Recall.How.VECTOR;
    return new Recall(
        MemorySearch.joined(byWords, sealedByWords, byVector, question.limit()),
        how,
        note(connection, spaces, vector.isPresent(), compared));
  }

  private static String note(
      Connection connection, List<MemorySpace> spaces, boolean asked, boolean compared)
      throws SQLException {
    if (!asked) {
      return "full text only: there is no embedding model";
    }
    if (!compared) {
      return "full text only: nothing here was given a vector";
    }
    if (everyTextHasAVector(connection)) {
      return "";
    }
    long texts = 0;
    long vectors = 0;
    for (MemorySpace space : spaces) {
      texts +=
          number(
              connection,
              "SELECT count(*)"
                  + MemoryRows.FROM
                  + " WHERE s.id = ? AND m.text IS NOT NULL AND "
                  + MemoryRows.CURRENT,
              space);
      vectors +=
          number(connection, "SELECT count(*) FROM inft_memory_vector WHERE space = ?", space);
    }
    return vectors < texts
        ? (texts - vectors) + " of " + texts + " memories have no vector: found by words only"
        : "";
  }

  /** Counts rows of two tables, which takes next to nothing. */
  private static boolean everyTextHasAVector(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT count(*) FROM inft_memory_text_docsize)"
                    + " = (SELECT count(*) FROM inft_memory_vector)")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static long number(Connection connection, String sql, MemorySpace space)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, space.id());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /** A memory as it is now. */
  public Optional<Memory> find(String space, String key) throws SQLException {
    return read(connection -> current(connection, space, key)).flatMap(found -> found);
  }

  private static Optional<Memory> current(Connection connection, String space, String key)
      throws SQLException {
    return new MemoryRows(connection)
            .memories(
                "SELECT "
                    + MemoryRows.COLUMNS
                    + MemoryRows.FROM
                    + " WHERE s.name = ? AND m.key = ? AND "
                    + MemoryRows.CURRENT
                    + " AND "
                    + MemoryRows.READABLE,
                space,
                key)
            .stream()
            .findFirst();
  }

  /** What a space has, in the order in which it was last written. */
  public List<Memory> list(String space, int limit, int offset) throws SQLException {
    return read(connection ->
            new MemoryRows(connection)
                .memories(
                    "SELECT "
                        + MemoryRows.COLUMNS
                        + MemoryRows.FROM
                        + " WHERE s.name = ? AND "
                        + MemoryRows.CURRENT
                        + " AND "
                        + MemoryRows.READABLE
                        + " ORDER BY m.id LIMIT ? OFFSET ?",
                    space,
                    limit,
                    offset))
        .orElse(List.of());
  }

  /** Every space that something was remembered in, by name. */
  public List<String> spaces() throws SQLException {
    return read(connection -> {
          List<String> names = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery("SELECT name FROM inft_memory_space ORDER BY name")) {
            while (rows.next()) {
              names.add(rows.getString(1));
            }
          }
          return names;
        })
        .orElse(List.of());
  }

  /**
   * One revision of a memory.
   *
   * @param memory what it said; empty if that cannot be read
   * @param state {@code readable}; {@code withdrawn}: it took the memory out of what is found;
   *     {@code forgotten}: its subject was forgotten here; {@code no key}: this machine does not
   *     have the key of its subject; {@code damaged}: it is not as it was sealed
   */
  public record Revision(int number, Instant time, Optional<Memory> memory, String state) {}

  /** All revisions of a memory, the first one first. */
  public List<Revision> history(String space, String key) throws SQLException {
    return read(connection -> history(connection, space, key)).orElse(List.of());
  }

  private static List<Revision> history(Connection connection, String space, String key)
      throws SQLException {
    List<Revision> revisions = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT "
                + MemoryRows.COLUMNS
                + ", CASE WHEN m.text IS NOT NULL THEN 'readable' ELSE ifnull("
                + MemoryRows.STATE
                + ", 'withdrawn') END"
                + MemoryRows.FROM
                + " WHERE s.name = ? AND m.key = ? ORDER BY m.revision")) {
      query.setString(1, space);
      query.setString(2, key);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String state = rows.getString(9);
          Optional<Memory> memory =
              state.equals("readable") ? MemoryRows.memory(rows) : Optional.empty();
          revisions.add(
              new Revision(
                  rows.getInt(4),
                  Instant.ofEpochMilli(rows.getLong(5)),
                  memory,
                  state.equals("readable") && memory.isEmpty() ? "damaged" : state));
        }
      }
    }
    return revisions;
  }

  // Transactions --------------------------------------------------------------------------------

  private <T> Optional<T> read(Transaction.Work<T> work) throws SQLException {
    return Transaction.of(
        lender,
        "BEGIN",
        connection ->
            MemorySchema.exists(connection) ? Optional.of(work.on(connection)) : Optional.empty());
  }

  private <T> T write(Transaction.Work<T> work) throws SQLException {
    return Transaction.of(
        lender,
        "BEGIN IMMEDIATE",
        connection -> {
          MemorySchema.make(connection);
          return work.on(connection);
        });
  }
}
