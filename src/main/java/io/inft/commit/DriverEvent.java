package io.inft.commit;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;

/**
 * What the driver says of itself in the event log: the one place that words it. The types and the
 * fields of their payloads are described in {@code event-log.md}; a released one keeps its meaning.
 *
 * @param type begins with {@code inft.}
 * @param payloadJson a JSON object
 */
public record DriverEvent(String type, String payloadJson) {
  /** The type of an application's row whose own cannot stand in the log. */
  public static final String UNTYPED = "inft.untyped";

  private static final String EVENT_TABLE_RESTARTED = "inft.events.restarted";

  /**
   * A version was made.
   *
   * @param version its number
   * @param transactions how many SQL transactions it brings
   */
  public static DriverEvent committed(long version, long transactions) {
    return of(
        "inft.commit",
        new Payload().number("version", version).number("transactions", transactions));
  }

  /** A machine rebuilt a version from storage and goes on with it. */
  public static DriverEvent opened(long version) {
    return of("inft.restore", new Payload().number("version", version));
  }

  /** The last connection of a machine was closed. */
  public static DriverEvent closed() {
    return of("inft.close", new Payload());
  }

  /**
   * The keyring was changed.
   *
   * @param change one word, as {@code add}
   * @param epoch the key epoch from then on
   * @param slots how many ways in there are from then on
   */
  public static DriverEvent keysChanged(String change, int epoch, int slots) {
    return of(
        "inft.keys",
        new Payload().text("change", change).number("epoch", epoch).number("slots", slots));
  }

  /** The content of a past version was made the newest. */
  public static DriverEvent recovered(long version, Digest root) {
    return of("inft.restored", of(version, root));
  }

  /** A newest version that could not be read was published over. */
  public static DriverEvent replaced(long version, Digest root) {
    return of("inft.replaced", of(version, root));
  }

  /**
   * The database begins with what was elsewhere before.
   *
   * @param format one word, as {@code sqlite}
   * @param file its name, without folders
   * @param sha256 of the bytes that were read
   */
  public static DriverEvent imported(String format, String file, Digest sha256) {
    return of(
        "inft.imported",
        new Payload().text("format", format).text("file", file).text("sha256", sha256.hex()));
  }

  /**
   * The event log begins with what stood in log files.
   *
   * @param files how many
   * @param records how many of their lines became events
   */
  public static DriverEvent importedLogs(long files, long records) {
    return of(
        "inft.imported",
        new Payload().text("format", "events").number("files", files).number("records", records));
  }

  /** The event table is another one than before; its rows count from 1 again. */
  public static DriverEvent eventTableRestarted() {
    return of(EVENT_TABLE_RESTARTED, new Payload());
  }

  /** Whether a type is that of {@link #eventTableRestarted}. */
  public static boolean isEventTableRestarted(String type) {
    return type.equals(EVENT_TABLE_RESTARTED);
  }

  /**
   * The payload that stands for one of an application's that cannot stand in the log.
   *
   * @param bytes how long that one is
   * @param sha256 of that one
   */
  public static String omittedPayload(long bytes, Digest sha256) {
    Payload omitted = new Payload().number("bytes", bytes).text("sha256", sha256.hex());
    return new Payload().object("inft.omitted", omitted).toString();
  }

  /**
   * As an entry of the log.
   *
   * @param sequence its place, from 1
   * @param timeMillis when it happened
   */
  public Event at(long sequence, long timeMillis) {
    return new Event(sequence, timeMillis, Event.Source.DRIVER, type, payloadJson, 0, Blob.EMPTY);
  }

  private static DriverEvent of(String type, Payload payload) {
    return new DriverEvent(type, payload.toString());
  }

  private static Payload of(long version, Digest root) {
    return new Payload().number("version", version).text("root", root.toString());
  }

  /**
   * A JSON object, field by field. By hand: a cold open writes events, and need not load a mapper
   * for it.
   */
  private static final class Payload {
    private final StringBuilder fields = new StringBuilder();

    Payload number(String name, long value) {
      name(name).append(value);
      return this;
    }

    Payload text(String name, String value) {
      quote(value, name(name));
      return this;
    }

    Payload object(String name, Payload value) {
      name(name).append(value);
      return this;
    }

    private StringBuilder name(String name) {
      if (!fields.isEmpty()) {
        fields.append(',');
      }
      return quote(name, fields).append(':');
    }

    private static StringBuilder quote(String text, StringBuilder to) {
      to.append('"');
      JsonStringEncoder.getInstance().quoteAsString(text, to);
      return to.append('"');
    }

    @Override
    public String toString() {
      return "{" + fields + "}";
    }
  }
}
