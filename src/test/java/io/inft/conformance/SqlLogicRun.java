package io.inft.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Runs sqllogictest records on both twins: every answer of ours must be sqlite-jdbc's, value by
 * value and with the same Java type, and the one that the file expects.
 */
final class SqlLogicRun {
  private static final Comparator<List<String>> BY_ROW =
      (a, b) -> {
        for (int i = 0; i < a.size(); i++) {
          int order = a.get(i).compareTo(b.get(i));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  /** Sums that overflow; the collection leaves their answers out. */
  private static final Set<String> UNANSWERED =
      Set.of(
          "test/evidence/slt_lang_aggfunc.test:480",
          "test/evidence/slt_lang_aggfunc.test:484",
          "test/evidence/slt_lang_aggfunc.test:491",
          "test/evidence/slt_lang_aggfunc.test:495");

  private final Twins twins;
  private final String file;
  private final List<String> wrong = new ArrayList<>();
  private long statements;
  private long queries;
  private long values;

  SqlLogicRun(Twins twins, String file) {
    this.twins = twins;
    this.file = file;
  }

  long statements() {
    return statements;
  }

  long queries() {
    return queries;
  }

  long values() {
    return values;
  }

  /** What went wrong: file, line, SQL, and both answers. */
  List<String> wrong() {
    return Collections.unmodifiableList(wrong);
  }

  /** Runs at most {@code most} records. */
  void run(SqlLogicReader reader, long most) throws IOException, SQLException {
    try (Statement plain = twins.plain.createStatement();
        Statement ours = twins.ours.createStatement()) {
      for (long i = 0; i < most; i++) {
        Optional<SqlLogicRecord> record = reader.next();
        if (record.isEmpty()) {
          return;
        }
        if (record.get().isQuery()) {
          query(record.get(), plain, ours);
        } else {
          statement(record.get(), plain, ours);
        }
      }
    }
  }

  private void statement(SqlLogicRecord record, Statement plain, Statement ours) {
    statements++;
    String theirs = executed(plain, record.sql());
    String mine = executed(ours, record.sql());
    if (!mine.equals(theirs)) {
      complain(record, "sqlite-jdbc: " + theirs + ", ours: " + mine);
    } else if (theirs.startsWith("!") != record.fails()) {
      complain(record, theirs);
    }
  }

  private static String executed(Statement statement, String sql) {
    try {
      statement.execute(sql);
      return "changed " + statement.getUpdateCount();
    } catch (SQLException e) {
      return "! " + e.getErrorCode() + " " + e.getMessage();
    }
  }

  private void query(SqlLogicRecord record, Statement plain, Statement ours) {
    queries++;
    List<List<Object>> theirs = rows(plain, record.sql());
    List<List<Object>> mine = rows(ours, record.sql());
    if (!mine.equals(theirs)) {
      complain(record, "sqlite-jdbc: " + theirs + ", ours: " + mine);
      return;
    }
    if (UNANSWERED.contains(file + ":" + record.line())) {
      return;
    }
    List<String> rendered = rendered(record, mine);
    values += rendered.size();
    List<String> expected = record.expected();
    if (expected.size() == 1 && expected.get(0).contains(" values hashing to ")) {
      String summary = rendered.size() + " values hashing to " + md5(rendered);
      if (!summary.equals(expected.get(0))) {
        complain(record, "expected " + expected.get(0) + ", got " + summary + " of " + rendered);
      }
    } else if (!rendered.equals(expected)) {
      complain(record, "expected " + expected + ", got " + rendered);
    }
  }

  /** The rows, or one value that says why there are none. */
  private static List<List<Object>> rows(Statement statement, String sql) {
    List<List<Object>> found = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        Object[] row = new Object[columns];
        for (int i = 0; i < columns; i++) {
          Object value = rows.getObject(i + 1);
          row[i] = value instanceof byte[] bytes ? "x" + HexFormat.of().formatHex(bytes) : value;
        }
        found.add(Arrays.asList(row));
      }
    } catch (SQLException e) {
      return List.of(List.of("! " + e.getErrorCode() + " " + e.getMessage()));
    }
    return found;
  }

  private static List<String> rendered(SqlLogicRecord record, List<List<Object>> rows) {
    List<List<String>> rendered = new ArrayList<>();
    for (List<Object> row : rows) {
      String[] texts = new String[row.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = rendered(record.types().charAt(i), row.get(i));
      }
      rendered.add(Arrays.asList(texts));
    }
    if (record.order() == SqlLogicRecord.Order.ROWSORT) {
      rendered.sort(BY_ROW);
    }
    List<String> all = new ArrayList<>();
    rendered.forEach(all::addAll);
    if (record.order() == SqlLogicRecord.Order.VALUESORT) {
      Collections.sort(all);
    }
    return all;
  }

  private static String rendered(char type, Object value) {
    if (value == null) {
      return "NULL";
    }
    return switch (type) {
      case 'I' -> String.valueOf(value instanceof Number n ? n.longValue() : wholeNumber(value));
      case 'R' -> String.format(Locale.ROOT, "%.3f", realNumber(value));
      default -> text(String.valueOf(value));
    };
  }

  /** As SQLite reads a number from a text: its digits, or 0. */
  private static long wholeNumber(Object text) {
    String digits = String.valueOf(text).replaceFirst("^\\s*([-+]?\\d*).*$", "$1");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static double realNumber(Object value) {
    return value instanceof Number number ? number.doubleValue() : wholeNumber(value);
  }

  private static String text(String value) {
    return value.isEmpty() ? "(empty)" : value.replaceAll("[^ -~]", "@");
  }

  private static String md5(List<String> values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      for (String value : values) {
        digest.update((value + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void complain(SqlLogicRecord record, String what) {
    wrong.add(file + ":" + record.line() + " " + record.sql() + "\n  " + what);
  }
}
