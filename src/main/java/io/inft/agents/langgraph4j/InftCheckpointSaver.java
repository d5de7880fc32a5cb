package io.inft.agents.langgraph4j;

import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.ShortId;
import io.inft.bytes.Digest;
import io.inft.bytes.JsonMappers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.checkpoint.AbstractCheckpointSaver;
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
 * first checkpoint. Failures of the database are {@link SQLException}, or the cause of what
 * LangGraph4j throws. One saver writes a thread at a time; it may be shared between threads.
 */
@SuppressWarnings("NonApiType") // LangGraph4j says LinkedList.
public final class InftCheckpointSaver extends AbstractCheckpointSaver {
  private static final byte[] NOTHING = {};

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

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param serializer the graph's own, which writes its states
   */
  public InftCheckpointSaver(DataSource dataSource, StateSerializer<?> serializer) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_graph_checkpoint_thread");
    this.serializer = serializer;
  }

  @SuppressWarnings("ArrayRecordComponent") // Rows are not compared.
  private record Row(
      long seq,
      String id,
      @Nullable String node,
      @Nullable String next,
      boolean whole,
      byte[] state) {
    /** With the state unpacked. */
    Row after(byte[] before) {
      return new Row(
          seq, id, node, next, whole, StateDelta.unpacked(state, whole ? NOTHING : before));
    }
  }

  /** The newest first. */
  @Override
  protected LinkedList<Checkpoint> loadCheckpoints(RunnableConfig config) throws Exception {
    LinkedList<Checkpoint> checkpoints = new LinkedList<>();
    for (Row row : rows.read(List.<Row>of(), connection -> unpacked(connection, config))) {
      checkpoints.push(
          Checkpoint.builder()
              .id(row.id())
              .nodeId(row.node())
              .nextNodeId(row.next())
              .state(serializer.dataFromBytes(row.state()))
              .build());
    }
    return checkpoints;
  }

  /** The rows of a thread from one on, oldest first, as they are stored. */
  private List<Row> packed(Connection connection, RunnableConfig config, long from)
      throws SQLException {
    return Rows.query(
        connection,
        row ->
            new Row(
                row.getLong(1),
                ShortId.read(row, 2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getBytes(6)),
        "SELECT seq, id, node, next, whole, state FROM inft_graph_checkpoint"
            + " WHERE thread = ? AND NOT released AND seq >= ? ORDER BY seq",
        threadId(config),
        from);
  }

  /** The newest state of a thread, out of the rows since the last one that holds all of it. */
  private byte[] newest(Connection connection, RunnableConfig config) throws SQLException {
    long from =
        Rows.query(
                connection,
                row -> row.getLong(1),
                "SELECT seq FROM inft_graph_checkpoint WHERE thread = ? AND NOT released AND whole"
                    + " ORDER BY seq DESC LIMIT 1",
                threadId(config))
            .get(0);
    byte[] state = NOTHING;
    for (Row row : packed(connection, config, from)) {
      state = row.after(state).state();
    }
    return state;
  }

  private long count(Connection connection, RunnableConfig config) throws SQLException {
    return Rows.query(
            connection,
            row -> row.getLong(1),
            "SELECT count(*) FROM inft_graph_checkpoint WHERE thread = ? AND NOT released",
            threadId(config))
        .get(0);
  }

  /** The rows of a thread, oldest first, with their states as the serializer wrote them. */
  private List<Row> unpacked(Connection connection, RunnableConfig config) throws SQLException {
    List<Row> found = new ArrayList<>();
    byte[] before = NOTHING;
    for (Row row : packed(connection, config, 0)) {
      Row whole = row.after(before);
      found.add(whole);
      before = whole.state();
    }
    return found;
  }

  @Override
  protected void insertedCheckpoint(
      RunnableConfig config, LinkedList<Checkpoint> checkpoints, Checkpoint checkpoint)
      throws Exception {
    byte[] state = bytes(checkpoint);
    rows.write(
        connection -> {
          boolean whole = count(connection, config) % WHOLE_EACH == 0;
          byte[] before = whole ? NOTHING : newest(connection, config);
          Rows.update(
              connection,
              "INSERT INTO inft_graph_checkpoint(thread, id, node, next, whole, state)"
                  + " VALUES (?, ?, ?, ?, ?, ?)",
              threadId(config),
              ShortId.stored(checkpoint.getId()),
              checkpoint.getNodeId(),
              checkpoint.getNextNodeId(),
              whole,
              StateDelta.packed(state, before));
          event(connection, config, checkpoint, state);
          return true;
        });
  }

  private byte[] bytes(Checkpoint checkpoint) throws IOException {
    return serializer.dataToBytes(checkpoint.getState());
  }

  private void event(
      Connection connection, RunnableConfig config, Checkpoint checkpoint, byte[] state)
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
                "sha256",
                Digest.sha256(state).toString())));
  }

  /** Writes the checkpoint anew, and what was told as a change of it. */
  @Override
  protected void updatedCheckpoint(
      RunnableConfig config, LinkedList<Checkpoint> checkpoints, Checkpoint checkpoint)
      throws Exception {
    byte[] state = bytes(checkpoint);
    String replaced = config.checkPointId().orElse(checkpoint.getId());
    rows.write(
        connection -> {
          byte[] before = NOTHING;
          boolean found = false;
          for (Row row : unpacked(connection, config)) {
            byte[] now = row.id().equals(replaced) ? state : row.state();
            if (row.id().equals(replaced)) {
              found = true;
              Rows.update(
                  connection,
                  "UPDATE inft_graph_checkpoint SET id = ?, node = ?, next = ?, state = ?"
                      + " WHERE seq = ?",
                  ShortId.stored(checkpoint.getId()),
                  checkpoint.getNodeId(),
                  checkpoint.getNextNodeId(),
                  StateDelta.packed(now, row.whole() ? NOTHING : before),
                  row.seq());
            } else if (found) {
              if (!row.whole()) {
                Rows.update(
                    connection,
                    "UPDATE inft_graph_checkpoint SET state = ? WHERE seq = ?",
                    StateDelta.packed(now, before),
                    row.seq());
              }
              break; // The next one is a change of this one, which is what it was.
            }
            before = now;
          }
          event(connection, config, checkpoint, state);
          return true;
        });
  }

  /** Sets the thread's checkpoints apart, so that its name begins anew. */
  @Override
  protected Tag releaseCheckpoints(RunnableConfig config, LinkedList<Checkpoint> checkpoints)
      throws Exception {
    rows.write(
        connection -> {
          Rows.update(
              connection,
              "UPDATE inft_graph_checkpoint SET released = 1 WHERE thread = ? AND NOT released",
              threadId(config));
          Rows.event(
              connection,
              "graph.released",
              JsonMappers.text(
                  Map.of("thread", threadId(config), "checkpoints", checkpoints.size())));
          return true;
        });
    return new Tag(threadId(config), checkpoints);
  }
}
