package io.inft.agents.search;

import io.inft.agents.search.MemoryRows.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** One question, answered on one connection as of one moment. */
final class MemorySearch {
  /** How far down each list is looked, at least. */
  private static final int LEAST_DEPTH = 100;

  private final Connection connection;
  private final List<MemorySpace> spaces;
  private final int depth;
  private final Optional<Predicate<Memory>> filter;

  MemorySearch(Connection connection, List<MemorySpace> spaces, Question question) {
    this.connection = connection;
    this.spaces = spaces;
    this.depth = Math.max(LEAST_DEPTH, question.limit());
    this.filter = question.filter();
  }

  /** A question in the words of an index: any of these words, in these spaces. */
  String match(String words) {
    List<String> names = spaces.stream().map(MemoryRows::word).toList();
    return "space : (" + String.join(" OR ", names) + ") AND text : (" + words + ")";
  }

  /** Those with any of the words, those first that SQLite's bm25 finds best. */
  List<Row> byWords(String words) throws SQLException {
    String sql =
        "SELECT "
            + MemoryRows.COLUMNS
            + " FROM inft_memory_text t JOIN inft_memory m ON m.id = t.rowid"
            + " JOIN inft_memory_space s ON s.id = m.space WHERE inft_memory_text MATCH ?"
            + " ORDER BY bm25(inft_memory_text, 0.0, 1.0), m.id"
            + limit();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, match(words));
      return rows(query, false);
    }
  }

  /** The nearest first, in all spaces that have vectors. */
  List<Row> byVector(float[] vector) throws SQLException {
    List<Row> found = new ArrayList<>();
    for (boolean quantized : new boolean[] {false, true}) {
      List<Long> ids = new ArrayList<>();
      for (MemorySpace space : spaces) {
        if (space.dimensions().isPresent() && space.quantized() == quantized) {
          ids.add(space.id());
        }
      }
      if (!ids.isEmpty()) {
        found.addAll(byVector(vector, ids, quantized));
      }
    }
    return nearest(found, List.of());
  }

  private List<Row> byVector(float[] vector, List<Long> ids, boolean quantized)
      throws SQLException {
    String distance =
        quantized
            ? "vec_distance_cosine(vec_int8(vector),"
                + " vec_quantize_int8(vec_normalize(?), 'unit'))"
            : "vec_distance_cosine(vector, ?)";
    String sql =
        "SELECT "
            + MemoryRows.COLUMNS
            + ", v.distance FROM (SELECT id, "
            + distance
            + " AS distance FROM inft_memory_vector WHERE space IN ("
            + String.join(", ", ids.stream().map(String::valueOf).toList())
            + ") ORDER BY distance, id"
            + limit()
            + ") v JOIN inft_memory m ON m.id = v.id JOIN inft_memory_space s ON s.id = m.space"
            + " ORDER BY v.distance, v.id";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setBytes(1, MemoryRows.blob(vector));
      return rows(query, true);
    }
  }

  /** A filter is asked here, so SQLite must not end before it has let enough of them pass. */
  private String limit() {
    return filter.isPresent() ? "" : " LIMIT " + depth;
  }

  private List<Row> rows(PreparedStatement query, boolean measured) throws SQLException {
    List<Row> found = new ArrayList<>();
    try (ResultSet rows = query.executeQuery()) {
      while (found.size() < depth && rows.next()) {
        Optional<Memory> memory = MemoryRows.memory(rows);
        if (memory.isPresent() && (filter.isEmpty() || filter.get().test(memory.get()))) {
          OptionalDouble distance =
              measured ? OptionalDouble.of(rows.getDouble(9)) : OptionalDouble.empty();
          found.add(new Row(rows.getLong(1), memory.get(), distance));
        }
      }
    }
    return found;
  }

  /** Those of ids that are here and readable still, in their order. */
  List<Row> ofSealed(List<SealedIndex.Place> places) throws SQLException {
    List<Row> found = new ArrayList<>();
    String sql =
        "SELECT "
            + MemoryRows.COLUMNS
            + MemoryRows.FROM
            + " WHERE m.id = ? AND m.sealed IS NOT NULL AND "
            + MemoryRows.CURRENT
            + " AND "
            + MemoryRows.READABLE;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (SealedIndex.Place place : places) {
        query.setLong(1, place.id());
        for (Row row : found.size() < depth ? rows(query, false) : List.<Row>of()) {
          found.add(new Row(row.id(), row.memory(), place.distance()));
        }
      }
    }
    return found;
  }

  /** Lists that all say how far away, as one. */
  List<Row> nearest(List<Row> first, List<Row> second) {
    List<Row> both = new ArrayList<>(first);
    both.addAll(second);
    both.sort(
        Comparator.comparingDouble((Row row) -> row.distance().orElseThrow())
            .thenComparingLong(Row::id));
    return both.subList(0, Math.min(depth, both.size()));
  }

  /** All lists as one: by words, by words among the sealed, by distance. */
  static List<Recall.Hit> joined(
      List<Row> byWords, List<Row> sealedByWords, List<Row> byVector, int limit) {
    Map<Long, Row> rows = new HashMap<>();
    Map<Long, Integer> places = new HashMap<>();
    Ranking ranking = new Ranking();
    for (List<Row> list : List.of(byWords, sealedByWords)) {
      for (int i = 0; i < list.size(); i++) {
        places.put(list.get(i).id(), i + 1);
        rows.put(list.get(i).id(), list.get(i));
      }
      ranking.add(list.stream().map(Row::id).toList());
    }
    byVector.forEach(row -> rows.put(row.id(), row));
    ranking.add(byVector.stream().map(Row::id).toList());
    List<Recall.Hit> hits = new ArrayList<>();
    for (Ranking.Scored scored : ranking.best(limit)) {
      Row row = Objects.requireNonNull(rows.get(scored.id()));
      Integer place = places.get(scored.id());
      hits.add(
          new Recall.Hit(
              row.memory(),
              scored.score(),
              place == null ? OptionalInt.empty() : OptionalInt.of(place),
              row.distance()));
    }
    return hits;
  }
}
