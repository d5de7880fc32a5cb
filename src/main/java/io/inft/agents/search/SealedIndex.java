package io.inft.agents.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where memories of subjects are looked for: in this process's memory, made of what can be opened
 * here, because an index on disk would be published with the words in it. It follows the table by
 * what was added since; what was forgotten goes as soon as it is used. May be shared between
 * threads.
 */
final class SealedIndex {
  /** As SQLite's bm25 has them. */
  private static final double K1 = 1.2;

  private static final double B = 0.75;

  /** A memory's place in an answer. */
  record Place(long id, OptionalDouble distance) {}

  /** A memory that can be opened. */
  private record Entry(
      long space, String tag, Map<String, Integer> words, int length, Optional<float[]> vector) {}

  // Mutable, under the lock of this object.
  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private long last;
  private byte[] lastSealed = {};

  /** Takes in what came since, and lets go what is not readable any more. */
  synchronized void follow(Connection connection) throws SQLException {
    if (!stillStands(connection)) {
      entries.clear();
      last = 0;
      lastSealed = new byte[0];
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT m.id, m.space, hex(substr(m.sealed, 5, 16)), m.sealed, inft_open(m.sealed)"
                + " FROM inft_memory m WHERE m.id > ? AND m.sealed IS NOT NULL ORDER BY m.id")) {
      query.setLong(1, last);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong(1);
          lastSealed = rows.getBytes(4);
          String opened = rows.getString(5);
          if (opened != null) {
            entries.put(last, entry(rows.getLong(2), rows.getString(3), SealedMemory.of(opened)));
          }
        }
      }
    }
    entries.keySet().retainAll(readable(connection));
  }

  /** Rows are only added, so all before the last one are as they were if that one is. */
  private boolean stillStands(Connection connection) throws SQLException {
    if (last == 0) {
      return true;
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT sealed FROM inft_memory WHERE id = ?")) {
      query.setLong(1, last);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && Arrays.equals(row.getBytes(1), lastSealed);
      }
    }
  }

  /** One value of each subject says whether its key is here. */
  private Set<Long> readable(Connection connection) throws SQLException {
    Map<String, Boolean> subjects = new HashMap<>();
    Set<Long> readable = new HashSet<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT inft_open(sealed) IS NOT NULL FROM inft_memory WHERE id = ?")) {
      // The newest value of a subject first: older ones may be of a key that it had before.
      for (Map.Entry<Long, Entry> entry : entries.descendingMap().entrySet()) {
        String tag = entry.getValue().tag();
        Boolean known = subjects.get(tag);
        if (known == null) {
          query.setLong(1, entry.getKey());
          try (ResultSet row = query.executeQuery()) {
            known = row.next() && row.getBoolean(1);
          }
          subjects.put(tag, known);
        }
        if (known) {
          readable.add(entry.getKey());
        }
      }
    }
    return readable;
  }

  private static Entry entry(long space, String tag, SealedMemory memory) {
    Map<String, Integer> words = new HashMap<>();
    List<String> all = TextQuery.words(memory.text());
    all.forEach(word -> words.merge(word, 1, Integer::sum));
    return new Entry(space, tag, words, all.size(), memory.vector());
  }

  /** Those with any of the words, as bm25 ranks them among those that are here. */
  synchronized List<Place> byWords(Set<Long> spaces, String text) {
    Set<String> words = new HashSet<>(TextQuery.words(text));
    double mean = entries.values().stream().mapToInt(Entry::length).average().orElse(1);
    Map<String, Double> weights = new HashMap<>();
    for (String word : words) {
      long having = entries.values().stream().filter(e -> e.words().containsKey(word)).count();
      double weight = Math.log((entries.size() - having + 0.5) / (having + 0.5));
      weights.put(word, Math.max(1e-6, weight));
    }
    Map<Long, Double> scores = new HashMap<>();
    entries.forEach(
        (id, entry) -> {
          double score = score(entry, weights, mean);
          if (score > 0 && spaces.contains(entry.space())) {
            scores.put(id, score);
          }
        });
    return scores.entrySet().stream()
        .sorted(
            Comparator.comparingDouble((Map.Entry<Long, Double> each) -> -each.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(each -> new Place(each.getKey(), OptionalDouble.empty()))
        .toList();
  }

  private static double score(Entry entry, Map<String, Double> weights, double mean) {
    double score = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      int times = entry.words().getOrDefault(weight.getKey(), 0);
      score +=
          weight.getValue()
              * (times * (K1 + 1))
              / (times + K1 * (1 - B + B * entry.length() / mean));
    }
    return score;
  }

  /** The nearest first. */
  synchronized List<Place> byVector(Set<Long> spaces, float[] vector) {
    List<Place> places = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (spaces.contains(entry.space()) && entry.vector().isPresent()) {
            double distance = cosine(vector, entry.vector().get());
            places.add(new Place(id, OptionalDouble.of(distance)));
          }
        });
    places.sort(
        Comparator.comparingDouble((Place place) -> place.distance().orElseThrow())
            .thenComparingLong(Place::id));
    return places;
  }

  private static double cosine(float[] left, float[] right) {
    double dot = 0;
    double lefts = 0;
    double rights = 0;
    for (int i = 0; i < left.length && i < right.length; i++) {
      dot += left[i] * right[i];
      lefts += left[i] * left[i];
      rights += right[i] * right[i];
    }
    return 1 - dot / (Math.sqrt(lefts) * Math.sqrt(rights));
  }
}
