package io.inft.conformance;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sqlite.SQLiteException;

/** What a caller sees of an answer, as text that can be compared and read when it differs. */
final class Picture {
  private Picture() {}

  /** The public methods of a JDBC interface, without those of {@code Wrapper}, in a fixed order. */
  static List<Method> methods(Class<?> type) {
    return Stream.of(type.getMethods())
        .filter(method -> !method.getDeclaringClass().equals(java.sql.Wrapper.class))
        .sorted(Comparator.comparing(Method::toString))
        .toList();
  }

  /** Asks every getter without arguments, except those named. */
  static Map<String, String> getters(Class<?> type, Object target, Set<String> except)
      throws Exception {
    Map<String, String> answers = new TreeMap<>();
    for (Method method : methods(type)) {
      String name = method.getName();
      boolean getter = Stream.of("get", "is", "was").anyMatch(name::startsWith);
      if (getter && method.getParameterCount() == 0 && !except.contains(name)) {
        answers.put(name, call(target, method));
      }
    }
    return answers;
  }

  /** The answer, or the failure's message. */
  static String call(Object target, Method method, Object... arguments) throws Exception {
    Object answer;
    try {
      answer = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      return failure(e.getCause());
    }
    return of(answer);
  }

  /** SQLSTATEs are left out, and vendor codes but SQLite's: sqlite-jdbc has none, ours do. */
  static String failure(Throwable thrown) {
    if (thrown instanceof SQLiteException e) {
      return "SQLiteException " + e.getErrorCode() + " " + e.getMessage();
    }
    if (thrown instanceof SQLException e) {
      return "SQLException " + e.getMessage();
    }
    return thrown.getClass().getSimpleName() + " " + thrown.getMessage();
  }

  static String of(Object answer) throws Exception {
    if (answer instanceof ResultSet rows) {
      try (rows) {
        return rows(rows);
      } catch (SQLException e) {
        return failure(e);
      }
    }
    return value(answer);
  }

  private static String value(Object value) throws Exception {
    if (value == null) {
      return "null";
    }
    if (value instanceof byte[] bytes) {
      return "bytes " + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof InputStream stream) {
      try (stream) {
        return "stream " + HexFormat.of().formatHex(stream.readAllBytes());
      }
    }
    if (value instanceof Reader reader) {
      try (reader) {
        StringBuilder text = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
          text.append((char) c);
        }
        return "reader " + text;
      }
    }
    if (value instanceof int[] numbers) {
      return Arrays.toString(numbers);
    }
    if (value instanceof Connection || value instanceof Statement) {
      return value instanceof Connection ? "a connection" : "a statement";
    }
    if (value instanceof java.sql.Clob || value instanceof java.sql.Blob) {
      return "a large object";
    }
    return value.getClass().getSimpleName() + " " + value;
  }

  private static String rows(ResultSet rows) throws Exception {
    StringBuilder text = new StringBuilder();
    int columns = rows.getMetaData().getColumnCount();
    for (int i = 1; i <= columns; i++) {
      text.append(i == 1 ? "" : " | ").append(rows.getMetaData().getColumnLabel(i));
    }
    text.append('\n');
    while (rows.next()) {
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        values.add(value(rows.getObject(i)));
      }
      text.append(String.join(" | ", values)).append('\n');
    }
    return text.toString();
  }

  /** What differs, and nothing else, so that a failing test can be read. */
  static List<String> differences(Map<String, String> theirs, Map<String, String> mine) {
    List<String> found = new ArrayList<>();
    Set<String> questions = new TreeSet<>(theirs.keySet());
    questions.addAll(mine.keySet());
    for (String question : questions) {
      if (!Objects.equals(theirs.get(question), mine.get(question))) {
        found.add(question + ": " + theirs.get(question) + " here " + mine.get(question));
      }
    }
    return found;
  }

  /** The columns of the rows that a method answers with. */
  static String columns(Object target, Method method, List<Object> arguments) throws Exception {
    try (ResultSet rows = (ResultSet) method.invoke(target, arguments.toArray())) {
      return columns(rows.getMetaData());
    } catch (InvocationTargetException e) {
      return failure(e.getCause());
    }
  }

  /** Every answer about every column. */
  static String columns(ResultSetMetaData metadata) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      for (Method method : methods(ResultSetMetaData.class)) {
        if (method.getParameterCount() == 1) {
          String answer = call(metadata, method, i);
          text.append(i)
              .append(' ')
              .append(method.getName())
              .append(' ')
              .append(answer)
              .append('\n');
        }
      }
    }
    return text.toString();
  }
}
