package io.inft.agents.rows;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values in columns that may be sealed. JSON that is sealed is a blob where JSON in the clear is a
 * text, so the row itself says which it is, and a table may have both.
 */
public final class Sealed {
  /** By so much a text or a blob is longer when it is sealed. */
  public static final int OVERHEAD_BYTES = 57;

  private static final byte[] MAGIC = "ISV1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAG_END = MAGIC.length + 16;

  private Sealed() {}

  /** What a column of JSON may have. */
  public static String check(String column) {
    return "CHECK (" + orBlob(column) + "json_valid(" + column + "))";
  }

  private static String orBlob(String column) {
    return "typeof(" + column + ") = 'blob' OR ";
  }

  /**
   * SQL for the text in a column; NULL if it cannot be opened here. For a query, never for a view.
   */
  public static String opened(String column) {
    return "CASE typeof("
        + column
        + ") WHEN 'blob' THEN "
        + openedBlob(column)
        + " ELSE "
        + column
        + " END";
  }

  /** SQL for what was sealed; NULL if it cannot be opened here, or is damaged. */
  public static String openedBlob(String blob) {
    // A damaged one is an error to inft_open, and all around it can be read.
    return "CASE inft_sealed_state(" + blob + ") WHEN 'readable' THEN inft_open(" + blob + ") END";
  }

  /** SQL for what to write for a value: in the clear if there is no subject. */
  public static String to(String value, String subject) {
    return "CASE WHEN "
        + subject
        + " IS NULL THEN "
        + value
        + " ELSE inft_seal("
        + subject
        + ", "
        + value
        + ") END";
  }

  /** What to write for a text or bytes: a blob, unless there is no subject or no value. */
  public static @Nullable Object of(
      Connection connection, Optional<String> subject, @Nullable Object value) throws SQLException {
    return subject.isEmpty() || value == null
        ? value
        : Rows.query(
                connection, row -> row.getBytes(1), "SELECT inft_seal(?, ?)", subject.get(), value)
            .get(0);
  }

  /** The text in a column; empty if it cannot be opened here, or is NULL. */
  public static Optional<String> text(Connection connection, @Nullable Object stored)
      throws SQLException {
    return stored instanceof byte[] blob
        ? opened(connection, blob, row -> row.getString(1))
        : Optional.ofNullable(stored).map(String::valueOf);
  }

  /**
   * The media of a message, which are sealed if it is.
   *
   * @param message as it is stored
   * @param sql answers the bytes of each in turn
   * @return empty if one cannot be opened here
   */
  public static Optional<List<byte[]>> media(
      Connection connection, Object message, String sql, Object... values) throws SQLException {
    List<byte[]> found = new ArrayList<>();
    for (byte[] data : Rows.query(connection, row -> row.getBytes(1), sql, values)) {
      Optional<byte[]> opened =
          message instanceof byte[] ? bytes(connection, data) : Optional.of(data);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      found.add(opened.get());
    }
    return Optional.of(found);
  }

  /** What was sealed as bytes; empty if it cannot be opened here. */
  public static Optional<byte[]> bytes(Connection connection, byte[] blob) throws SQLException {
    return opened(connection, blob, row -> row.getBytes(1));
  }

  private static <T> Optional<T> opened(
      Connection connection, byte[] blob, Rows.Row<@Nullable T> value) throws SQLException {
    return Rows.query(
            connection,
            row -> Optional.ofNullable(value.of(row)),
            "SELECT " + openedBlob("?1"),
            (Object) blob)
        .get(0);
  }

  /** Whether the key of a value was destroyed on this machine. */
  public static boolean isForgotten(Connection connection, @Nullable Object stored)
      throws SQLException {
    return stored instanceof byte[] blob && state(connection, blob).equals("forgotten");
  }

  private static String state(Connection connection, byte[] blob) throws SQLException {
    return Rows.query(
            connection, row -> row.getString(1), "SELECT inft_sealed_state(?)", (Object) blob)
        .get(0);
  }

  /**
   * Requires that a value may be replaced: nobody saw what cannot be read here, so it is not taken
   * away; and what was sealed is not followed by the same in the clear.
   *
   * @param stored what is there now
   * @param clear whether what comes is not sealed
   * @param what is there, for whoever reads the error
   * @throws IllegalStateException it may not
   */
  public static void requireReplaceable(
      Connection connection, @Nullable Object stored, boolean clear, String what)
      throws SQLException {
    if (!(stored instanceof byte[] blob)) {
      return;
    }
    String state = state(connection, blob);
    if (!state.equals("readable") && !state.equals("forgotten")) {
      throw new IllegalStateException(
          what
              + " cannot be opened here ("
              + state
              + "), so it is not replaced: do it on a machine that has its key, or delete it as a"
              + " whole");
    }
    if (clear) {
      throw inTheClear(what);
    }
  }

  /** What was sealed would be followed by what is not. */
  public static IllegalStateException inTheClear(String what) {
    return new IllegalStateException(
        what
            + " is sealed, and this store would write in the clear: make it with the Sealing that"
            + " the others have (with Spring Boot, inft.agents.seal or a bean of type Sealing)");
  }

  /** Whether bytes were sealed, where those in the clear begin in another way. */
  public static boolean isSealed(byte[] bytes) {
    return bytes.length >= OVERHEAD_BYTES
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** What stands for the subject of bytes that may be sealed; empty if they are not. */
  public static Optional<String> tag(byte[] bytes) {
    return isSealed(bytes)
        ? Optional.of(HexFormat.of().formatHex(bytes, MAGIC.length, TAG_END))
        : Optional.empty();
  }

  /** What stands for a subject. */
  public static Optional<String> tag(Connection connection, Optional<String> subject)
      throws SQLException {
    return subject.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Rows.query(
                    connection,
                    row -> row.getString(1),
                    "SELECT inft_subject_tag(?)",
                    subject.get())
                .get(0));
  }

  /**
   * Lets tables take sealed values that were made when theirs were only JSON. As SQLite's {@code
   * ALTER TABLE} page has it for a constraint: by the text in the schema, in the transaction.
   */
  static void admit(Connection connection, List<String> schema) throws SQLException {
    for (String statement : schema) {
      String before = statement.replaceAll("typeof\\(\\w+\\) = 'blob' OR ", "");
      if (!before.equals(statement)
          && !Rows.query(
                  connection, row -> true, "SELECT 1 FROM sqlite_schema WHERE sql = ?", before)
              .isEmpty()) {
        rewrite(connection, before, statement);
      }
    }
  }

  private static void rewrite(Connection connection, String before, String after)
      throws SQLException {
    int version = Rows.query(connection, row -> row.getInt(1), "PRAGMA schema_version").get(0);
    Rows.execute(connection, "PRAGMA writable_schema=ON");
    try {
      Rows.update(connection, "UPDATE sqlite_schema SET sql = ? WHERE sql = ?", after, before);
      Rows.execute(connection, "PRAGMA schema_version=" + (version + 1));
    } finally {
      Rows.execute(connection, "PRAGMA writable_schema=RESET");
    }
  }
}
