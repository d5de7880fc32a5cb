package io.inft.agents.langgraph4j;

import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.ShortId;
import io.inft.agents.rows.StoreException;
import io.inft.bytes.Digest;
import io.inft.bytes.JsonMappers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import javax.sql.DataSource;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.checkpoint.BaseCheckpointSaver;
import org.bsc.langgraph4j.checkpoint.Checkpoint;
import org.bsc.langgraph4j.serializer.StateSerializer;
import org.jspecify.annotations.Nullable;

/**
 * LangGraph4j's checkpoints in a {@code jdbc:inft:} database. A checkpoint is one row, which holds
 * what its state changed; each 256th holds all of it. A checkpoint is also an event {@code
 * graph.checkpoint} in the event log, with the SHA-256 of the state as the graph's serializer wrote
 * it, and a thread that is released an event {@code graph.released}; its rows stay, apart.
 *
 * <p>Each call is a transaction of its own. The table {@code inft_graph_checkpoint} is made by the
 * first checkpoint. Failures of the database are {@link SQLException} where LangGraph4j lets them
 * be, else {@link StoreException}. What is sealed and cannot be opened here is left out; a thread
 * whose newest state is such takes no other one until it is released. What is asked for is read
 * from the whole state before it on, so neither a new checkpoint nor the newest one takes longer
 * with the thread's age. May be shared between threads.
 */
public final class InftCheckpointSaver implements BaseCheckpointSaver {
  private static final byte[] NOTHING = {};
  private static final long LAST = Long.MAX_VALUE;

  /** So many states at most are read to know one. */
  private static final int WHOLE_EACH = 256;

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_graph_checkpoint(seq INTEGER PRIMARY KEY, thread TEXT NOT NULL,"
              + " id NOT NULL, node TEXT, next TEXT, whole INTEGER NOT NULL,"
              + " state BLOB NOT NULL, released INTEGER NOT NULL DEFAULT 0)",
          "CREATE INDEX inft_graph_checkpoint_thread ON inft_graph_checkpoint(thread)"
              + " WHERE NOT released");

  private final Rows rows;
  private final StateSerializer<?> serializer;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param serializer the graph's own, which writes its states
   */
  public InftCheckpointSaver(DataSource dataSource, StateSerializer<?> serializer) {
    this(dataSource, serializer, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param serializer the graph's own, which writes its states
   * @param sealing of states that are put from now on; a state carries on what is in those before,
   *     so a thread should be of one subject
   */
  public InftCheckpointSaver(
      DataSource dataSource, StateSerializer<?> serializer, Sealing sealing) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_graph_checkpoint_thread", sealing);
    this.serializer = serializer;
    this.sealing = sealing;
  }

  /**
   * @param state empty if it cannot be opened here
   * @param tag of the subject that it is sealed under
   */
  private record Row(
      long seq,
      String id,
      @Nullable String node,
      @Nullable String next,
      boolean whole,
      Optional<byte[]> state,
      Optional<String> tag) {
    /** With the state unpacked. */
    Row after(Optional<byte[]> before) {
      Optional<byte[]> dictionary = whole ? Optional.of(NOTHING) : before;
      return new Row(
          seq,
          id,
          node,
          next,
          whole,
          state.flatMap(packed -> dictionary.map(known -> StateDelta.unpacked(packed, known))),
          tag);
    }
  }

  /** All of a thread, the newest first. */
  @Override
  public Collection<Checkpoint> list(RunnableConfig config) {
    try {
      return checkpoints(
          rows.read(List.of(), connection -> unpacked(packed(connection, config, 0, LAST))));
    } catch (SQLException e) {
      throw new StoreException("list checkpoints of '" + threadId(config) + "'", e);
    } catch (IOException | ClassNotFoundException e) {
      throw unreadable(config, e);
    }
  }

  /** The one that the configuration names, or else the newest one; empty if there is none. */
  @Override
  public Optional<Checkpoint> get(RunnableConfig config) {
    try {
      return checkpoints(
              rows.read(
                  List.of(),
                  connection -> {
                    Optional<Long> seq = asked(connection, config);
                    return seq.isEmpty() ? List.of() : List.of(at(connection, config, seq.get()));
                  }))
          .stream()
          .findFirst();
    } catch (SQLException e) {
      throw new StoreException("get a checkpoint of '" + threadId(config) + "'", e);
    } catch (IOException | ClassNotFoundException e) {
      throw unreadable(config, e);
    }
  }

  private IllegalStateException unreadable(RunnableConfig config, Exception cause) {
    return new IllegalStateException(
        "a state of thread '" + threadId(config) + "' cannot be read: " + cause.getMessage(),
        cause);
  }

  private List<Checkpoint> checkpoints(List<Row> found) throws IOException, ClassNotFoundException {
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (Row row : found) {
      if (row.state().isPresent()) {
        checkpoints.add(
            Checkpoint.builder()
                .id(row.id())
                .nodeId(row.node())
                .nextNodeId(row.next())
                .state(serializer.dataFromBytes(row.state().get()))
                .build());
      }
    }
    Collections.reverse(checkpoints);
    return checkpoints;
  }

  /** Where the checkpoint is that a configuration names, or else the newest one. */
  private Optional<Long> asked(Connection connection, RunnableConfig config) throws SQLException {
    String sql =
        "SELECT seq FROM inft_graph_checkpoint WHERE thread = ? AND NOT released"
            + (config.checkPointId().isPresent() ? " AND id = ?" : "")
            + " ORDER BY seq DESC LIMIT 1";
    Object[] values =
        config.checkPointId().isPresent()
            ? new Object[] {threadId(config), ShortId.stored(config.checkPointId().get())}
            : new Object[] {threadId(config)};
    return Rows.query(connection, row -> row.getLong(1), sql, values).stream().findFirst();
  }

  /** The rows of a thread from one to another, oldest first, as they are stored. */
  private List<Row> packed(Connection connection, RunnableConfig config, long from, long to)
      throws SQLException {
    return packed(connection, config, from, to, Integer.MAX_VALUE);
  }

  private List<Row> packed(
      Connection connection, RunnableConfig config, long from, long to, int most)
      throws SQLException {
    return Rows.query(
        connection,
        row -> {
          byte[] stored = row.getBytes(6);
          Optional<String> tag = Sealed.tag(stored);
          return new Row(
              row.getLong(1),
              ShortId.read(row, 2),
              row.getString(3),
              row.getString(4),
              row.getBoolean(5),
              tag.isPresent() ? Sealed.bytes(connection, stored) : Optional.of(stored),
              tag);
        },
        "SELECT seq, id, node, next, whole, state FROM inft_graph_checkpoint"
            + " WHERE thread = ? AND NOT released AND seq BETWEEN ? AND ? ORDER BY seq"
            + " LIMIT ?",
        threadId(config),
        from,
        to,
        most);
  }

  /** With their states as the serializer wrote them; the first row has all of its own. */
  private static List<Row> unpacked(List<Row> packed) {
    List<Row> found = new ArrayList<>();
    Optional<byte[]> before = Optional.empty();
    for (Row row : packed) {
      Row whole = row.after(before);
      found.add(whole);
      before = whole.state();
    }
    return found;
  }

  /** The rows from the last one that has all of its state, before a place, to that place. */
  private List<Row> leadingTo(Connection connection, RunnableConfig config, long seq)
      throws SQLException {
    long from =
        Rows.query(
                connection,
                row -> row.getLong(1),
                "SELECT seq FROM inft_graph_checkpoint WHERE thread = ? AND NOT released AND whole"
                    + " AND seq <= ? ORDER BY seq DESC LIMIT 1",
                threadId(config),
                seq)
            .get(0);
    return packed(connection, config, from, seq);
  }

  private Row at(Connection connection, RunnableConfig config, long seq) throws SQLException {
    List<Row> leading = unpacked(leadingTo(connection, config, seq));
    return leading.get(leading.size() - 1);
  }

  private long count(Connection connection, RunnableConfig config) throws SQLException {
    return Rows.query(
            connection,
            row -> row.getLong(1),
            "SELECT count(*) FROM inft_graph_checkpoint WHERE thread = ? AND NOT released",
            threadId(config))
        .get(0);
  }

  /**
   * Adds a checkpoint, or writes the one anew that the configuration names.
   *
   * @return a configuration that names it
   * @throws NoSuchElementException there is none of the name, or it cannot be opened here
   * @throws IllegalStateException the newest one of the thread cannot be opened here any more, or
   *     what is sealed would be carried on in the clear or for somebody else
   */
  @Override
  public RunnableConfig put(RunnableConfig config, Checkpoint checkpoint) throws Exception {
    byte[] state = bytes(checkpoint);
    if (config.checkPointId().isPresent()) {
      update(config, checkpoint, state);
      return config;
    }
    insert(config, checkpoint, state);
    return RunnableConfig.builder(config).checkPointId(checkpoint.getId()).build();
  }

  private void insert(RunnableConfig config, Checkpoint checkpoint, byte[] state)
      throws SQLException {
    rows.write(
        connection -> {
          Optional<String> subject = sealing.subjectOf(origin(config));
          Optional<byte[]> before =
              before(connection, config, subject, Sealed.tag(connection, subject));
          Object stored =
              Sealed.of(connection, subject, StateDelta.packed(state, before.orElse(NOTHING)));
          Rows.update(
              connection,
              "INSERT INTO inft_graph_checkpoint(thread, id, node, next, whole, state)"
                  + " VALUES (?, ?, ?, ?, ?, ?)",
              threadId(config),
              ShortId.stored(checkpoint.getId()),
              checkpoint.getNodeId(),
              checkpoint.getNextNodeId(),
              before.isEmpty(),
              stored);
          event(connection, config, checkpoint, told(state, stored));
          return true;
        });
  }

  /** What a state can be a change of; nothing of another subject, which may be forgotten alone. */
  private Optional<byte[]> before(
      Connection connection, RunnableConfig config, Optional<String> subject, Optional<String> tag)
      throws SQLException {
    long count = count(connection, config);
    if (count == 0) {
      return Optional.empty();
    }
    Row newest = at(connection, config, LAST);
    if (newest.state().isEmpty()) {
      // A run that began before may still carry what was in it.
      throw new IllegalStateException(
          "the newest checkpoint of thread '"
              + threadId(config)
              + "' cannot be opened here any more, so no state is put behind it: end the run, then"
              + " release the thread (which begins anew) or take another one");
    }
    if (newest.tag().isPresent() && subject.isEmpty()) {
      throw Sealed.inTheClear("the newest checkpoint of thread '" + threadId(config) + "'");
    }
    return count % WHOLE_EACH != 0 && newest.tag().equals(tag) ? newest.state() : Optional.empty();
  }

  private Sealing.Origin origin(RunnableConfig config) {
    Map<String, Object> metadata = new HashMap<>();
    for (String key : config.metadataKeys()) {
      config.metadata(key).ifPresent(value -> metadata.put(key, value));
    }
    return new Sealing.Origin(Optional.empty(), Optional.empty(), threadId(config), metadata);
  }

  private byte[] bytes(Checkpoint checkpoint) throws IOException {
    return serializer.dataToBytes(checkpoint.getState());
  }

  /** The digest of a state that is sealed would tell whoever guesses it that he is right. */
  private static Map.Entry<String, String> told(byte[] state, @Nullable Object stored) {
    return stored instanceof byte[] blob && Sealed.isSealed(blob)
        ? Map.entry("sealedSha256", Digest.sha256(blob).toString())
        : Map.entry("sha256", Digest.sha256(state).toString());
  }

  private void event(
      Connection connection,
      RunnableConfig config,
      Checkpoint checkpoint,
      Map.Entry<String, String> told)
      throws SQLException {
    Rows.event(
        connection,
        "graph.checkpoint",
        JsonMappers.text(
            Map.of(
                "thread",
                threadId(config),
                "node",
                String.valueOf(checkpoint.getNodeId()),
                told.getKey(),
                told.getValue())));
  }

  /** Writes the checkpoint anew, and what was told as a change of it. */
  private void update(RunnableConfig config, Checkpoint checkpoint, byte[] state)
      throws SQLException {
    String replaced = config.checkPointId().orElseThrow();
    rows.write(
        connection -> {
          long seq =
              asked(connection, config)
                  .orElseThrow(
                      () ->
                          new NoSuchElementException(
                              "thread '"
                                  + threadId(config)
                                  + "' has no checkpoint '"
                                  + replaced
                                  + "'"));
          Optional<String> subject = sealing.subjectOf(origin(config));
          List<Row> leading = unpacked(leadingTo(connection, config, seq));
          Row old = leading.get(leading.size() - 1);
          requireSame(old, Sealed.tag(connection, subject), threadId(config));
          byte[] before =
              old.whole() ? NOTHING : leading.get(leading.size() - 2).state().orElseThrow();
          Object stored = Sealed.of(connection, subject, StateDelta.packed(state, before));
          Rows.update(
              connection,
              "UPDATE inft_graph_checkpoint SET id = ?, node = ?, next = ?, state = ?"
                  + " WHERE seq = ?",
              ShortId.stored(checkpoint.getId()),
              checkpoint.getNodeId(),
              checkpoint.getNextNodeId(),
              stored,
              seq);
          changeOf(connection, config, old, state, subject);
          event(connection, config, checkpoint, told(state, stored));
          return true;
        });
  }

  /** What is behind a state is a change of it, and cannot be sealed for somebody else. */
  private static void requireSame(Row old, Optional<String> tag, String thread) {
    if (old.state().isEmpty()) {
      throw new NoSuchElementException(
          "checkpoint '" + old.id() + "' of thread '" + thread + "' cannot be opened here");
    }
    if (old.tag().isPresent() && !old.tag().equals(tag)) {
      throw new IllegalStateException(
          "checkpoint '"
              + old.id()
              + "' of thread '"
              + thread
              + "' is sealed, and not by what this saver seals by: use one that does");
    }
  }

  /** The one behind is a change of this one, and stays what it was. */
  private void changeOf(
      Connection connection, RunnableConfig config, Row old, byte[] state, Optional<String> subject)
      throws SQLException {
    List<Row> behind = packed(connection, config, old.seq() + 1, LAST, 1);
    if (!behind.isEmpty() && !behind.get(0).whole()) {
      Row next = behind.get(0).after(old.state());
      requireSame(next, Sealed.tag(connection, subject), threadId(config));
      byte[] kept = next.state().orElseThrow();
      Rows.update(
          connection,
          "UPDATE inft_graph_checkpoint SET state = ? WHERE seq = ?",
          Sealed.of(connection, subject, StateDelta.packed(kept, state)),
          next.seq());
    }
  }

  /** Sets the thread's checkpoints apart, so that its name begins anew. */
  @Override
  public Tag release(RunnableConfig config) throws Exception {
    List<Row> released =
        rows.write(
            connection -> {
              List<Row> all = unpacked(packed(connection, config, 0, LAST));
              Rows.update(
                  connection,
                  "UPDATE inft_graph_checkpoint SET released = 1 WHERE thread = ? AND NOT released",
                  threadId(config));
              Rows.event(
                  connection,
                  "graph.released",
                  JsonMappers.text(Map.of("thread", threadId(config), "checkpoints", all.size())));
              return all;
            });
    return new Tag(threadId(config), checkpoints(released));
  }
}
