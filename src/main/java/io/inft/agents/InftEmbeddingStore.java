package io.inft.agents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.ShortId;
import io.inft.agents.rows.StoreException;
import io.inft.agents.rows.Transaction;
import io.inft.bytes.JsonMappers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's store of embeddings in a {@code jdbc:inft:} database: exact search by cosine over
 * the vectors of one collection, with every filter that LangChain4j has. Adding under a name that
 * is there replaces what it names. An event {@code embedding.added} or {@code embedding.removed} in
 * the event log has the collection and how many.
 *
 * <p>Each call is a transaction of its own. The table {@code inft_embedding} is made by the first
 * call that writes; its vectors are 32-bit floats as sqlite-vec has them. Failures of the database
 * are {@link StoreException}. All vectors of a collection have as many dimensions as the first one
 * that is in it. May be shared between threads.
 */
public final class InftEmbeddingStore implements EmbeddingStore<TextSegment> {
  private static final ObjectMapper JSON = JsonMappers.plain();

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_embedding(number INTEGER PRIMARY KEY, collection TEXT NOT NULL,"
              + " id NOT NULL, vector BLOB NOT NULL, text TEXT, metadata TEXT "
              + Sealed.check("metadata")
              + ", UNIQUE (collection, id))");

  /** A row that is sealed always has metadata, which say so, and all of it is sealed. */
  private static final String IS_SEALED = "typeof(metadata) = 'blob'";

  private static final String OPEN_LENGTH =
      "(length(vector) - CASE WHEN "
          + IS_SEALED
          + " THEN "
          + Sealed.OVERHEAD_BYTES
          + " ELSE 0 END)";

  private static final String INSERT =
      "INSERT INTO inft_embedding(collection, id, vector, text, metadata) VALUES (?1, ?2, "
          + Sealed.to("?3", "?6")
          + ", "
          + Sealed.to("?4", "?6")
          + ", "
          + Sealed.to("?5", "?6")
          + ") ON CONFLICT (collection, id) DO UPDATE SET vector = excluded.vector,"
          + " text = excluded.text, metadata = excluded.metadata"
          // As Sealed.requireReplaceable has it, which says why.
          + " WHERE typeof(inft_embedding.metadata) <> 'blob' OR (?6 IS NOT NULL"
          + " AND inft_sealed_state(inft_embedding.metadata) IN ('readable', 'forgotten'))";

  /** What cannot be opened here has no direction, and so no distance. */
  private static final String OPEN_VECTOR =
      "CASE WHEN "
          + IS_SEALED
          + " THEN coalesce("
          + Sealed.openedBlob("vector")
          + ", zeroblob(length(?1))) ELSE vector END";

  private final Rows rows;
  private final String collection;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param collection whose embeddings these are; others in the same database are apart
   */
  public InftEmbeddingStore(DataSource dataSource, String collection) {
    this(dataSource, collection, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param collection whose embeddings these are; others in the same database are apart
   * @param sealing of texts, metadata and vectors that are added from now on; names are not sealed
   */
  public InftEmbeddingStore(DataSource dataSource, String collection, Sealing sealing) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_embedding", sealing);
    this.collection = collection;
    this.sealing = sealing;
  }

  @Override
  public String add(Embedding embedding) {
    String id = UUID.randomUUID().toString();
    add(id, embedding);
    return id;
  }

  @Override
  public void add(String id, Embedding embedding) {
    insert(List.of(id), List.of(embedding), null);
  }

  @Override
  public String add(Embedding embedding, TextSegment segment) {
    String id = UUID.randomUUID().toString();
    insert(List.of(id), List.of(embedding), List.of(segment));
    return id;
  }

  @Override
  public List<String> addAll(List<Embedding> embeddings) {
    List<String> ids = generateIds(embeddings.size());
    insert(ids, embeddings, null);
    return ids;
  }

  /**
   * Adds embeddings under names, in one transaction.
   *
   * @throws IllegalArgumentException if the lists are not equally long, or a vector cannot be
   *     compared with those of the collection
   * @throws IllegalStateException if one would replace what is sealed in the clear, or where it
   *     cannot be opened
   */
  @Override
  public void addAll(
      @Nullable List<String> ids,
      @Nullable List<Embedding> embeddings,
      @Nullable List<TextSegment> segments) {
    int count = embeddings == null ? 0 : embeddings.size();
    int names = ids == null ? 0 : ids.size();
    if (names != count) {
      throw new IllegalArgumentException(
          "ids size (" + names + ") is not equal to embeddings size (" + count + ")");
    }
    if (segments != null && segments.size() != count) {
      throw new IllegalArgumentException(
          "embeddings size ("
              + count
              + ") is not equal to embedded size ("
              + segments.size()
              + ")");
    }
    if (ids != null && embeddings != null && count > 0) {
      insert(ids, embeddings, segments);
    }
  }

  private void insert(
      List<String> ids, List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
    write(
        "add to",
        connection -> {
          requireComparable(embeddings, dimensions(connection));
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < ids.size(); i++) {
              insert(
                  connection,
                  insert,
                  named(ids.get(i)),
                  embeddings.get(i),
                  Optional.ofNullable(segments == null ? null : segments.get(i)));
            }
          }
          event(connection, "embedding.added", ids.size());
          return ids.size();
        });
  }

  private void insert(
      Connection connection,
      PreparedStatement insert,
      String id,
      Embedding embedding,
      Optional<TextSegment> segment)
      throws SQLException {
    Optional<String> subject =
        sealing.subjectOf(
            new Sealing.Origin(
                Optional.empty(),
                Optional.empty(),
                collection,
                segment.map(said -> said.metadata().toMap()).orElse(Map.of())));
    Optional<Metadata> metadata =
        segment.map(TextSegment::metadata).or(() -> subject.map(named -> new Metadata()));
    insert.setString(1, collection);
    insert.setObject(2, ShortId.stored(id));
    insert.setBytes(3, bytes(embedding));
    insert.setString(4, segment.map(TextSegment::text).orElse(null));
    insert.setString(5, metadata.map(InftEmbeddingStore::json).orElse(null));
    insert.setString(6, subject.orElse(null));
    if (insert.executeUpdate() == 0) {
      Object stored =
          Rows.query(
                  connection,
                  row -> row.getObject(1),
                  "SELECT metadata FROM inft_embedding WHERE collection = ? AND id = ?",
                  collection,
                  ShortId.stored(id))
              .get(0);
      Sealed.requireReplaceable(
          connection,
          stored,
          subject.isEmpty(),
          "embedding '" + id + "' of the collection '" + collection + "'");
    }
  }

  /** How many dimensions the vectors of the collection have; empty if it has none. */
  private Optional<Integer> dimensions(Connection connection) throws SQLException {
    return Rows.query(
            connection,
            row -> row.getInt(1) / Float.BYTES,
            "SELECT " + OPEN_LENGTH + " FROM inft_embedding WHERE collection = ? LIMIT 1",
            collection)
        .stream()
        .findFirst();
  }

  private void requireComparable(List<Embedding> embeddings, Optional<Integer> known) {
    int dimensions = known.orElse(embeddings.get(0).vector().length);
    for (Embedding embedding : embeddings) {
      float[] vector = embedding.vector();
      if (vector.length != dimensions) {
        throw new IllegalArgumentException(
            "the vector has "
                + vector.length
                + " dimensions, those of the collection '"
                + collection
                + "' have "
                + dimensions
                + ": use a collection of its own for each model");
      }
      boolean any = false;
      for (float value : vector) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException("the vector has " + value + ", which is no number");
        }
        any |= value != 0;
      }
      if (!any) {
        throw new IllegalArgumentException(
            "the vector has only zeros, so it has no direction and is like no other");
      }
    }
  }

  private static String named(@Nullable String id) {
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException("id cannot be null or blank");
    }
    return id;
  }

  @Override
  public void removeAll(@Nullable Collection<String> ids) {
    if (ids == null || ids.isEmpty()) {
      return;
    }
    write(
        "remove from",
        connection -> {
          int removed = 0;
          for (String id : ids) {
            removed +=
                Rows.update(
                    connection,
                    "DELETE FROM inft_embedding WHERE collection = ? AND id = ?",
                    collection,
                    ShortId.stored(id));
          }
          return removed(connection, removed);
        });
  }

  /** Removes those that a filter lets through; what cannot be opened here it cannot judge. */
  @Override
  public void removeAll(@Nullable Filter filter) {
    if (filter == null) {
      throw new IllegalArgumentException("filter cannot be null");
    }
    write(
        "remove from",
        connection -> {
          record Found(long number, Optional<Metadata> metadata) {}
          int removed = 0;
          for (Found found :
              Rows.query(
                  connection,
                  row ->
                      new Found(
                          row.getLong(1), metadata(connection, row.getLong(1), row.getObject(2))),
                  "SELECT number, metadata FROM inft_embedding WHERE collection = ?",
                  collection)) {
            if (found.metadata().filter(filter::test).isPresent()) {
              removed +=
                  Rows.update(
                      connection, "DELETE FROM inft_embedding WHERE number = ?", found.number());
            }
          }
          return removed(connection, removed);
        });
  }

  @Override
  public void removeAll() {
    write(
        "remove from",
        connection ->
            removed(
                connection,
                Rows.update(
                    connection, "DELETE FROM inft_embedding WHERE collection = ?", collection)));
  }

  private int removed(Connection connection, int removed) throws SQLException {
    if (removed > 0) {
      event(connection, "embedding.removed", removed);
    }
    return removed;
  }

  private void event(Connection connection, String type, int count) throws SQLException {
    ObjectNode event = JSON.createObjectNode();
    event.put("collection", collection).put("count", count);
    Rows.event(connection, type, JsonMappers.text(event));
  }

  /**
   * The nearest embeddings, nearest first. What is sealed and cannot be opened here is left out.
   *
   * @throws IllegalArgumentException if the vector asked for cannot be compared with those of the
   *     collection
   */
  @Override
  public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
    try {
      return new EmbeddingSearchResult<>(
          rows.read(List.of(), connection -> nearest(connection, request)));
    } catch (SQLException e) {
      throw failed("search", e);
    }
  }

  private List<EmbeddingMatch<TextSegment>> nearest(
      Connection connection, EmbeddingSearchRequest request) throws SQLException {
    Filter filter = request.filter();
    List<EmbeddingMatch<TextSegment>> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            // Opened metadata would be sorted with the rest, in a file if there is much of it.
            "SELECT number, metadata, CASE WHEN "
                + OPEN_LENGTH
                + " = length(?1) THEN vec_distance_cosine("
                + OPEN_VECTOR
                + ", ?1) END AS distance FROM inft_embedding"
                + " WHERE collection = ?2 ORDER BY distance NULLS LAST, number LIMIT ?3")) {
      query.setBytes(1, bytes(request.queryEmbedding()));
      query.setString(2, collection);
      query.setInt(3, filter == null ? request.maxResults() : -1);
      try (ResultSet row = query.executeQuery()) {
        while (found.size() < request.maxResults() && row.next()) {
          double score = RelevanceScore.fromCosineSimilarity(1 - row.getDouble(3));
          if (row.wasNull() || score < request.minScore()) {
            break; // From here on they are farther away, or cannot be compared at all.
          }
          Optional<Metadata> metadata = metadata(connection, row.getLong(1), row.getObject(2));
          if (metadata.isPresent() && (filter == null || filter.test(metadata.get()))) {
            match(connection, row.getLong(1), score, metadata.get()).ifPresent(found::add);
          }
        }
      }
    }
    if (found.isEmpty()) {
      requireComparable(List.of(request.queryEmbedding()), dimensions(connection));
    }
    return found;
  }

  private static Optional<EmbeddingMatch<TextSegment>> match(
      Connection connection, long number, double score, Metadata metadata) throws SQLException {
    return Rows.query(
            connection,
            row -> {
              byte[] stored = row.getBytes(2);
              Optional<byte[]> vector =
                  row.getBoolean(4) ? Sealed.bytes(connection, stored) : Optional.of(stored);
              Optional<String> text = Sealed.text(connection, row.getObject(3));
              String id = ShortId.read(row, 1);
              return vector.map(
                  bytes ->
                      new EmbeddingMatch<>(
                          score,
                          id,
                          Embedding.from(floats(bytes)),
                          text.map(said -> TextSegment.from(said, metadata)).orElse(null)));
            },
            "SELECT id, vector, text, " + IS_SEALED + " FROM inft_embedding WHERE number = ?",
            number)
        .get(0);
  }

  private void write(String task, Transaction.Work<Integer> work) {
    try {
      rows.write(work);
    } catch (SQLException e) {
      throw failed(task, e);
    }
  }

  private StoreException failed(String task, SQLException cause) {
    return new StoreException(task + " the collection '" + collection + "'", cause);
  }

  private static byte[] bytes(Embedding embedding) {
    float[] vector = embedding.vector();
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static String json(Metadata metadata) {
    ObjectNode json = JSON.createObjectNode();
    metadata.toMap().forEach((key, value) -> json.set(key, JSON.valueToTree(value)));
    return JsonMappers.text(json);
  }

  /** Empty if they cannot be opened here. */
  private static Optional<Metadata> metadata(
      Connection connection, long row, @Nullable Object stored) throws SQLException {
    if (stored == null) {
      return Optional.of(new Metadata());
    }
    Optional<String> json = Sealed.text(connection, stored);
    try {
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Metadata.from(
                  JSON.readValue(json.get(), new TypeReference<Map<String, Object>>() {})));
    } catch (JsonProcessingException e) { // It quotes the text, which may have been sealed.
      throw new IllegalStateException("stored metadata " + row + " are no JSON");
    }
  }
}
