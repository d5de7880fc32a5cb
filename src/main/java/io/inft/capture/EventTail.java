package io.inft.capture;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.DriverEvent;
import io.inft.commit.Event;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the application wrote to {@code inft_events} since the last version.
 *
 * @param lineage which life of the table the sequence numbers count in
 * @param lastSequence the newest sequence number in it, 0 for none
 * @param events the new ones, oldest first
 * @param restarted whether the table was dropped, emptied or rewound since the last version
 */
public record EventTail(
    Blob lineage, long lastSequence, List<ApplicationEvent> events, boolean restarted) {
  /** Column names of the table; another table of the same name is left alone. */
  private static final Set<String> COLUMNS = Set.of("payload", "seq", "time", "type");

  static final String TABLE = "inft_events";

  /** SQLite keeps any value in any column. */
  private static final String IS_NUMBER = "typeof(seq) = 'integer'";

  private static final Pattern LIFE = Pattern.compile("/\\* life ([0-9a-f]{16}) \\*/");

  /** One row. */
  public record ApplicationEvent(long sequence, long timeMillis, String type, String json) {}

  /**
   * Reads the rows that {@code previous} does not have.
   *
   * @param snapshot stands at the version being made
   * @param freshLineage names a new life of the table, if one begins
   */
  public static EventTail read(
      SqliteLink snapshot, Blob lineage, long lastPublished, Blob freshLineage)
      throws InftException {
    if (!isThere(snapshot)) {
      return lastPublished == 0
          ? new EventTail(lineage, 0, List.of(), false)
          : new EventTail(freshLineage, 0, List.of(), true);
    }
    long newest = newestOf(snapshot);
    Optional<byte[]> life = lifeOf(snapshot);
    boolean another = life.isPresent() && !begins(lineage, life.get());
    boolean restarted = newest < lastPublished || (another && lastPublished > 0);
    long after = restarted ? 0 : lastPublished;
    List<ApplicationEvent> events =
        snapshot.rows(
            "SELECT seq, time, type, payload FROM main."
                + TABLE
                + " WHERE seq > ? AND "
                + IS_NUMBER
                + " ORDER BY seq",
            after,
            row ->
                new ApplicationEvent(
                    row.getLong(1),
                    Math.max(0, row.getLong(2)),
                    typeOf(row.getString(3)),
                    payloadOf(row.getString(4))));
    return new EventTail(
        restarted || another ? withLife(freshLineage, life) : lineage, newest, events, restarted);
  }

  /**
   * The number that the table was made with, which is gone with it; empty for a table that the
   * application made itself. Without it, a table that was dropped and has grown beyond the
   * published count since cannot be told from the one before.
   */
  private static Optional<byte[]> lifeOf(SqliteLink link) throws InftException {
    return link
        .texts(
            "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = '"
                + TABLE
                + "' COLLATE NOCASE")
        .stream()
        .map(LIFE::matcher)
        .filter(Matcher::find)
        .map(found -> HexFormat.of().parseHex(found.group(1)))
        .findFirst();
  }

  private static boolean begins(Blob lineage, byte[] life) {
    return Arrays.equals(lineage.toBytes(), 0, life.length, life, 0, life.length);
  }

  /** A lineage begins with the table's own number, the rest tells rewound tables apart. */
  private static Blob withLife(Blob fresh, Optional<byte[]> life) {
    byte[] bytes = fresh.toBytes();
    life.ifPresent(number -> System.arraycopy(number, 0, bytes, 0, number.length));
    return Blob.of(bytes);
  }

  /** The newest sequence number in the table; 0 if there is no such table or nothing in it. */
  static long newest(SqliteLink link) throws InftException {
    return isThere(link) ? newestOf(link) : 0;
  }

  /**
   * Whether the table is one that holds rows, with these columns and no computed ones. Of a view, a
   * virtual table or whatever else has the name nothing is asked: its author chose what it does.
   */
  private static boolean isThere(SqliteLink link) throws InftException {
    boolean table =
        link.texts(
                "SELECT type = 'table' AND rootpage > 0 FROM main.sqlite_schema WHERE name = '"
                    + TABLE
                    + "' COLLATE NOCASE AND type IN ('table', 'view')")
            .equals(List.of("1"));
    return table
        && new TreeSet<>(link.texts("SELECT name FROM pragma_table_xinfo('" + TABLE + "', 'main')"))
            .equals(COLUMNS)
        && link.texts(
                "SELECT hidden FROM pragma_table_xinfo('" + TABLE + "', 'main') WHERE hidden <> 0")
            .isEmpty()
        && link.compiles("SELECT seq FROM main." + TABLE + " WHERE seq > 0 ORDER BY seq");
  }

  private static long newestOf(SqliteLink link) throws InftException {
    String order = link.text("SELECT typeof(max(seq)) FROM main." + TABLE);
    boolean numbers = order.equals("integer") || order.equals("null");
    return Long.parseLong(
        link.text(
            "SELECT coalesce(max(seq), 0) FROM main."
                + TABLE
                + (numbers ? "" : " WHERE " + IS_NUMBER)));
  }

  /**
   * What cannot be a type in the log is said to be none: a row must never keep data from
   * publishing.
   */
  private static String typeOf(@Nullable String type) {
    boolean fits = type != null && !type.isEmpty() && utf8(type).length <= Event.MAX_TYPE_BYTES;
    return fits && type != null && wellFormed(type) ? type : DriverEvent.UNTYPED;
  }

  /** A payload that is too long for the log stays in the table; the log has its length and hash. */
  private static String payloadOf(@Nullable String payload) {
    if (payload == null) {
      return "null";
    }
    byte[] bytes = utf8(payload);
    return bytes.length <= Event.MAX_PAYLOAD_BYTES && wellFormed(payload)
        ? payload
        : DriverEvent.omittedPayload(bytes.length, Digest.sha256(bytes));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the text has no half of a surrogate pair, which UTF-8 cannot say. */
  private static boolean wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
