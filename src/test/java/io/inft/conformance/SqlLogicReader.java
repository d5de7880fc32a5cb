package io.inft.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the records of a sqllogictest file that are meant for SQLite.
 *
 * @see <a href="https://www.sqlite.org/sqllogictest/doc/trunk/about.wiki">the format</a>
 */
final class SqlLogicReader {
  private final BufferedReader lines;
  private int line;

  SqlLogicReader(BufferedReader lines) {
    this.lines = lines;
  }

  /** The next record, or empty at the end of the file or at {@code halt}. */
  Optional<SqlLogicRecord> next() throws IOException {
    boolean forUs = true;
    for (String text = read(); text != null; text = read()) {
      String[] words = text.split("\\s+");
      switch (words[0]) {
        case "", "hash-threshold" -> {}
        case "skipif" -> forUs &= !words[1].equals("sqlite");
        case "onlyif" -> forUs &= words[1].equals("sqlite");
        case "halt" -> {
          if (forUs) {
            return Optional.empty();
          }
          forUs = true;
        }
        case "statement", "query" -> {
          SqlLogicRecord record = record(words);
          if (forUs) {
            return Optional.of(record);
          }
          forUs = true;
        }
        default -> {
          if (!text.startsWith("#")) {
            throw new IOException("line " + line + " is no record: " + text);
          }
        }
      }
    }
    return Optional.empty();
  }

  private SqlLogicRecord record(String[] words) throws IOException {
    int start = line + 1;
    List<String> sql = new ArrayList<>();
    String text = read();
    for (; text != null && !text.isEmpty() && !text.equals("----"); text = read()) {
      sql.add(text);
    }
    List<String> expected = new ArrayList<>();
    if (text != null && text.equals("----")) {
      for (text = read(); text != null && !text.isEmpty(); text = read()) {
        expected.add(text);
      }
    }
    String statement = String.join("\n", sql);
    if (words[0].equals("statement")) {
      boolean fails = words[1].equals("error");
      return new SqlLogicRecord(start, "", SqlLogicRecord.Order.NOSORT, fails, statement, expected);
    }
    String order = words.length > 2 ? words[2].toUpperCase(Locale.ROOT) : "NOSORT";
    return new SqlLogicRecord(
        start, words[1], SqlLogicRecord.Order.valueOf(order), false, statement, expected);
  }

  private String read() throws IOException {
    line++;
    String text = lines.readLine();
    return text == null ? null : text.stripTrailing();
  }
}
