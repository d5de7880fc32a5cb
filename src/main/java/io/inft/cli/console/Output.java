package io.inft.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How a command says what it found: for people, or as JSON. */
public final class Output {
  /** The exit code of a command that could not do what it was asked. */
  public static final int FAILED = 1;

  /** The exit code of a command that was given what can never be, as {@code sysexits.h} has it. */
  public static final int USAGE = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public boolean asJson() {
    return json;
  }

  /** Prints an object as lines of name and value, or as it is. */
  public void object(PrintWriter out, ObjectNode node) throws IOException {
    if (json) {
      out.println(JSON.writeValueAsString(node));
      return;
    }
    int width = 0;
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      width = Math.max(width, names.next().length());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      out.println(pad(field.getKey(), width) + "  " + plain(field.getValue()));
    }
  }

  /** A value as a person reads it: lists without brackets, nothing for what is empty. */
  private static String plain(JsonNode value) {
    if (value.isArray()) {
      return value.isEmpty()
          ? "none"
          : value.valueStream().map(Output::plain).collect(Collectors.joining("; "));
    }
    if (value.isObject()) {
      return value
          .propertyStream()
          .filter(
              field -> !field.getValue().asText().isEmpty() || field.getValue().isContainerNode())
          .map(field -> field.getKey() + " " + plain(field.getValue()))
          .collect(Collectors.joining(", "));
    }
    return value.isTextual() ? value.asText() : value.toString();
  }

  /** Prints an array of objects as a table of some of their fields, or as it is. */
  public void array(PrintWriter out, ArrayNode rows, List<String> columns) throws IOException {
    if (json) {
      out.println(JSON.writeValueAsString(rows));
      return;
    }
    List<List<String>> table = new ArrayList<>();
    table.add(columns);
    for (JsonNode row : rows) {
      List<String> cells = new ArrayList<>();
      for (String column : columns) {
        JsonNode cell = row.path(column);
        cells.add(cell.isTextual() ? cell.asText() : cell.isMissingNode() ? "" : cell.toString());
      }
      table.add(cells);
    }
    int[] widths = new int[columns.size()];
    for (List<String> cells : table) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cells.get(i).length());
      }
    }
    for (List<String> cells : table) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(pad(cells.get(i), widths[i])).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
