package io.inft.agents.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.JsonMappers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows of the tables, read and written on a connection that somebody else commits. */
final class MemoryRows {
  /** Why the sealed value of a row can be read or not; NULL if there is none. */
  static final String STATE =
      "CASE WHEN m.sealed IS NULL THEN NULL WHEN typeof(m.sealed) <> 'blob' THEN 'damaged'"
          + " ELSE inft_sealed_state(m.sealed) END";

  /** What was sealed; NULL if it cannot be read, be it that somebody changed it. */
  static final String OPENED = "CASE " + STATE + " WHEN 'readable' THEN inft_open(m.sealed) END";

  static final String COLUMNS =
      "m.id, s.name, m.key, m.revision, m.time, m.text, m.metadata, " + OPENED;

  /** Of each key the newest revision, unless that withdrew it. */
  static final String CURRENT =
      "(m.text IS NOT NULL OR m.sealed IS NOT NULL) AND m.revision = (SELECT max(n.revision) FROM"
          + " inft_memory n WHERE n.space = m.space AND n.key = m.key)";

  /** Not those whose subject was forgotten, whose key another machine has, or that are damaged. */
  static final String READABLE = "(m.text IS NOT NULL OR " + STATE + " = 'readable')";

  static final String FROM = " FROM inft_memory m JOIN inft_memory_space s ON s.id = m.space";
  private static final ObjectMapper JSON = JsonMappers.plain();

  private final Connection connection;

  MemoryRows(Connection connection) {
    this.connection = connection;
  }

  /** The newest revision of a key. */
  private record Newest(long id, int revision) {}

  /**
   * A memory that was read.
   *
   * @param distance where one was asked for
   */
  record Row(long id, Memory memory, OptionalDouble distance) {}

  private Optional<Newest> newest(MemorySpace space, String key) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id, revision FROM inft_memory WHERE space = ? AND key = ?"
                + " ORDER BY revision DESC LIMIT 1")) {
      query.setLong(1, space.id());
      query.setString(2, key);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(new Newest(row.getLong(1), row.getInt(2)))
            : Optional.empty();
      }
    }
  }

  /** Adds a revision that anybody who has the database can read. */
  Memory add(
      MemorySpace space,
      String key,
      String text,
      Map<String, String> metadata,
      Optional<float[]> vector)
      throws SQLException {
    Added added = insert(space, key, text, metadata.isEmpty() ? null : json(metadata), null);
    indexText(space, added.id(), text);
    if (vector.isPresent()) {
      indexVector(space, added.id(), vector.get());
    }
    return new Memory(
        space.name(), key, added.revision(), added.time(), text, metadata, Optional.empty());
  }

  /** Adds a revision that only who has the subject's key can read; no index has it. */
  Memory add(MemorySpace space, String key, SealedMemory memory) throws SQLException {
    Added added = insert(space, key, null, null, memory);
    return memory.at(space.name(), key, added.revision(), added.time());
  }

  /** Adds a revision that takes the memory out of what is found. */
  void withdraw(MemorySpace space, String key) throws SQLException {
    insert(space, key, null, null, null);
  }

  /** A row that was added. */
  private record Added(long id, int revision, Instant time) {}

  /** Adds a row, and takes the revision before out of the indexes. */
  private Added insert(
      MemorySpace space,
      String key,
      @Nullable String text,
      @Nullable String metadata,
      @Nullable SealedMemory sealed)
      throws SQLException {
    Optional<Newest> before = newest(space, key);
    if (before.isPresent()) {
      unindex(before.get().id());
    }
    int revision = before.map(Newest::revision).orElse(0) + 1;
    event(space, key, revision, text == null && sealed == null);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO inft_memory(space, key, revision, time, text, metadata, sealed) VALUES"
                + " (?, ?, ?, CAST(unixepoch('subsec') * 1000 AS INTEGER), ?, ?, "
                + (sealed == null ? "NULL" : "inft_seal(?, ?)")
                + ") RETURNING id, time")) {
      insert.setLong(1, space.id());
      insert.setString(2, key);
      insert.setInt(3, revision);
      insert.setString(4, text);
      insert.setString(5, metadata);
      if (sealed != null) {
        insert.setString(6, sealed.subject());
        insert.setString(7, sealed.json());
      }
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new Added(row.getLong(1), revision, Instant.ofEpochMilli(row.getLong(2)));
      }
    }
  }

  private void unindex(long id) throws SQLException {
    for (String sql :
        List.of(
            "DELETE FROM inft_memory_text WHERE rowid = ?",
            "DELETE FROM inft_memory_vector WHERE id = ?")) {
      try (PreparedStatement delete = connection.prepareStatement(sql)) {
        delete.setLong(1, id);
        delete.executeUpdate();
      }
    }
  }

  private void indexText(MemorySpace space, long id, String text) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO inft_memory_text(rowid, space, text) VALUES (?, ?, ?)")) {
      insert.setLong(1, id);
      insert.setString(2, word(space));
      insert.setString(3, text);
      insert.executeUpdate();
    }
  }

  /** What stands for a space among the words. */
  static String word(MemorySpace space) {
    return word(space.id());
  }

  static String word(long space) {
    return "s" + space;
  }

  void indexVector(MemorySpace space, long id, float[] vector) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO inft_memory_vector(id, space, vector) VALUES (?, ?, "
                + (space.quantized() ? "vec_quantize_int8(vec_normalize(?), 'unit')" : "?")
                + ")")) {
      insert.setLong(1, id);
      insert.setLong(2, space.id());
      insert.setBytes(3, blob(vector));
      insert.executeUpdate();
    }
  }

  private void event(MemorySpace space, String key, int revision, boolean withdrawn)
      throws SQLException {
    String what = withdrawn ? "withdrawn" : revision == 1 ? "remembered" : "corrected";
    try (PreparedStatement event =
        connection.prepareStatement(
            "INSERT INTO inft_events(type, payload) VALUES (?,"
                + " json_object('space', ?, 'key', ?, 'revision', ?))")) {
      event.setString(1, "memory." + what);
      event.setString(2, space.name());
      event.setString(3, key);
      event.setInt(4, revision);
      event.executeUpdate();
    }
  }

  /** Whether a subject was forgotten after something was remembered of it, and no event says so. */
  boolean isForgottenUntold(String tag) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT 1 FROM inft_memory m WHERE m.sealed IS NOT NULL"
                + " AND hex(substr(m.sealed, 5, 16)) = upper(?1) AND "
                + STATE
                + " = 'forgotten' AND m.time > ifnull((SELECT max(e.time) FROM inft_events e"
                + " WHERE e.type = 'memory.forgotten' AND e.payload ->> 'subject' = ?1), -1)"
                + " LIMIT 1")) {
      query.setString(1, tag);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Says that a subject was forgotten, by what stands for it. */
  void forgotten(String tag) throws SQLException {
    try (PreparedStatement event =
        connection.prepareStatement(
            "INSERT INTO inft_events(type, payload) VALUES ('memory.forgotten',"
                + " json_object('subject', ?))")) {
      event.setString(1, tag);
      event.executeUpdate();
    }
  }

  /** As sqlite-vec has it: little-endian floats. */
  static byte[] blob(float[] vector) {
    byte[] blob = new byte[vector.length * Float.BYTES];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
    return blob;
  }

  /** Refuses a vector that no other can be compared with. */
  static float[] comparable(float[] vector) throws SQLDataException {
    boolean any = false;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new SQLDataException(
            "element " + (i + 1) + " of the vector is " + vector[i] + ", which is no number",
            "22000");
      }
      any |= vector[i] != 0;
    }
    if (!any) {
      throw new SQLDataException(
          vector.length == 0
              ? "the vector has no dimensions"
              : "the vector has only zeros, so it has no direction",
          "22000");
    }
    return vector;
  }

  /**
   * The memory of the current row, whose columns are {@link #COLUMNS}; empty if what was sealed in
   * it is no memory.
   */
  static Optional<Memory> memory(ResultSet row) throws SQLException {
    String text = row.getString(6);
    String space = row.getString(2);
    String key = row.getString(3);
    int revision = row.getInt(4);
    Instant time = Instant.ofEpochMilli(row.getLong(5));
    String opened = row.getString(8);
    return opened != null
        ? SealedMemory.of(opened).map(memory -> memory.at(space, key, revision, time))
        : Optional.of(
            new Memory(
                space,
                key,
                revision,
                time,
                text == null ? "" : text,
                metadata(row.getString(7)),
                Optional.empty()));
  }

  private static Map<String, String> metadata(@Nullable String json) throws SQLException {
    if (json == null) {
      return Map.of();
    }
    try {
      return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLDataException("metadata that are no JSON object of texts", "22000", e);
    }
  }

  private static String json(Map<String, String> metadata) {
    return JsonMappers.text(JSON.valueToTree(new TreeMap<>(metadata)));
  }

  List<Memory> memories(String sql, Object... values) throws SQLException {
    List<Memory> found = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          memory(rows).ifPresent(found::add);
        }
      }
    }
    return found;
  }
}
