package io.inft.agents.search;

import io.inft.agents.rows.WordIndex;
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
  /** A memory's place in an answer. */
  record Place(long id, OptionalDouble distance) {}

  /** A memory that can be opened. */
  private record Entry(long space, String tag, String text, Optional<float[]> vector) {}

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
            "SELECT m.id, m.space, hex(substr(m.sealed, 5, 16)), m.sealed, "
                + MemoryRows.OPENED
                + " FROM inft_memory m WHERE m.id > ? AND m.sealed IS NOT NULL ORDER BY m.id")) {
      query.setLong(1, last);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong(1);
          lastSealed = rows.getBytes(4);
          String opened = rows.getString(5);
          Optional<SealedMemory> memory =
              opened == null ? Optional.empty() : SealedMemory.of(opened);
          if (memory.isPresent()) {
            entries.put(last, entry(rows.getLong(2), rows.getString(3), memory.get()));
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
            "SELECT " + MemoryRows.STATE + " FROM inft_memory m WHERE m.id = ?")) {
      // The newest value of a subject first: older ones may be of a key that it had before.
      for (Map.Entry<Long, Entry> entry : entries.descendingMap().entrySet()) {
        String tag = entry.getValue().tag();
        Boolean known = subjects.get(tag);
        if (known == null) {
          query.setLong(1, entry.getKey());
          try (ResultSet row = query.executeQuery()) {
            String state = row.next() ? row.getString(1) : null;
            if ("damaged".equals(state)) {
              continue; // It says nothing of the key.
            }
            known = "readable".equals(state);
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
    return new Entry(space, tag, memory.text(), memory.vector());
  }

  /**
   * Those that have what is asked for, as SQLite ranks them: in a database that is made in memory
   * for the question and gone after it.
   */
  synchronized List<Place> byWords(List<MemorySpace> spaces, String match) throws SQLException {
    List<Place> places = new ArrayList<>();
    if (entries.values().stream().noneMatch(entry -> isIn(spaces, entry))) {
      return places;
    }
    try (WordIndex words = new WordIndex(MemorySchema.COLUMNS, MemorySchema.OPTIONS)) {
      for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
        if (isIn(spaces, entry.getValue())) {
          words.add(
              entry.getKey(), MemoryRows.word(entry.getValue().space()), entry.getValue().text());
        }
      }
      for (long id : words.matching(match, "bm25(t, 0.0, 1.0), rowid")) {
        places.add(new Place(id, OptionalDouble.empty()));
      }
    }
    return places;
  }

  private static boolean isIn(List<MemorySpace> spaces, Entry entry) {
    return spaces.stream().anyMatch(space -> space.id() == entry.space());
  }

  /** The nearest first. */
  synchronized List<Place> byVector(List<MemorySpace> spaces, float[] vector) {
    List<Place> places = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (isIn(spaces, entry) && entry.vector().isPresent()) {
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
