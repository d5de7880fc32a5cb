package io.inft.diff;

import com.fasterxml.jackson.core.JsonGenerator;
import io.inft.bytes.Blob;
import io.inft.bytes.JsonMappers;
import io.inft.diff.RowChange.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes what differs as one JSON object while it is found; {@code time-travel.md} describes it.
 * What fails to be written is an {@link UncheckedIOException}.
 */
public final class DiffJson implements DiffListener {
  private final JsonGenerator json;

  // Mutable: whether a table's rows are being written.
  private boolean inTable;

  /**
   * @param pretty on many lines
   */
  public DiffJson(Writer out, boolean pretty, DiffState left, DiffState right) {
    try {
      json = JsonMappers.plain().createGenerator(out);
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      if (pretty) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
      json.writeStringField("left", left.toString());
      json.writeStringField("right", right.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Something that may fail to be written. */
  private interface Writing {
    void run() throws IOException;
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void schema(DatabaseDiff diff) {
    write(
        () -> {
          json.writeArrayFieldStart("settings");
          for (DatabaseDiff.SettingChange one : diff.settings()) {
            json.writeStartObject();
            json.writeStringField("name", one.name());
            json.writeNumberField("left", one.left());
            json.writeNumberField("right", one.right());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("schema");
          for (DatabaseDiff.SchemaChange one : diff.schema()) {
            json.writeStartObject();
            json.writeStringField("change", one.word());
            json.writeStringField("type", one.type());
            json.writeStringField("name", one.name());
            text("left", one.left());
            text("right", one.right());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("tables");
        });
  }

  private void text(String field, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    }
  }

  @Override
  public void table(TableDiff table) {
    write(
        () -> {
          endTable();
          inTable = true;
          json.writeStartObject();
          json.writeStringField("name", table.name());
          text("oldName", table.oldName());
          json.writeStringField("kind", lower(table.kind()));
          json.writeStringField("presence", lower(table.presence()));
          texts("key", table.key());
          json.writeNumberField("added", table.added());
          json.writeNumberField("changed", table.changed());
          json.writeNumberField("removed", table.removed());
          texts("columnsAdded", table.columnsAdded());
          texts("columnsRemoved", table.columnsRemoved());
          json.writeArrayFieldStart("rows");
        });
  }

  private void texts(String field, List<String> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private void endTable() throws IOException {
    if (inTable) {
      json.writeEndArray();
      json.writeEndObject();
      inTable = false;
    }
  }

  @Override
  public void row(RowChange row) {
    write(
        () -> {
          json.writeStartObject();
          json.writeStringField("change", lower(row.kind()));
          json.writeArrayFieldStart("key");
          for (Value value : row.key()) {
            value(value);
          }
          json.writeEndArray();
          json.writeObjectFieldStart("cells");
          for (RowChange.Cell cell : row.cells()) {
            json.writeObjectFieldStart(cell.column());
            side("left", cell.left());
            side("right", cell.right());
            json.writeEndObject();
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private void side(String field, @Nullable Value value) throws IOException {
    if (value != null) {
      json.writeFieldName(field);
      value(value);
    }
  }

  /** Numbers and texts as they are; what JSON has no word for, and what was cut, as an object. */
  private void value(Value value) throws IOException {
    Object plain = value.value();
    if (plain == null) {
      json.writeNull();
    } else if (plain instanceof Long number) {
      json.writeNumber(number);
    } else if (plain instanceof Double number && Double.isFinite(number)) {
      json.writeNumber(number);
    } else if (plain instanceof String text && !value.isCut()) {
      json.writeString(text);
    } else {
      json.writeStartObject();
      if (plain instanceof Blob blob) {
        json.writeStringField("blob", HexFormat.of().formatHex(blob.toBytes()));
      } else if (plain instanceof Double number) {
        json.writeStringField("real", number.toString());
      } else {
        json.writeStringField("text", plain.toString());
      }
      if (value.isCut()) {
        json.writeNumberField("bytes", value.sizeBytes());
      }
      json.writeEndObject();
    }
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** Writes the end. */
  public void end(boolean same) {
    write(
        () -> {
          endTable();
          json.writeEndArray();
          json.writeBooleanField("same", same);
          json.writeEndObject();
          json.close();
        });
  }
}
