package io.inft.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How values stand in lines of 80 columns. Nothing that a person might copy is cut in two: a path
 * or a command that is longer than a line makes that line longer. Tables shorten hashes and
 * addresses; whole ones are in the JSON.
 */
final class TextLayout {
  private static final int COLUMNS = 80;
  private static final String GAP = "  ";
  private static final String INDENT = "    ";
  private static final Pattern HEX = Pattern.compile("(0x[0-9a-f]{6})[0-9a-f]{30,}([0-9a-f]{4})");
  private static final Pattern FRACTION = Pattern.compile("(\\d\\dT\\d\\d:\\d\\d:\\d\\d)\\.\\d+Z");
  private static final Pattern BREAK = Pattern.compile(" +|(?<=,)(?=\")");

  /** Spaces between words, and none of those inside a command that may be copied. */
  private static final Pattern WORDS = Pattern.compile("'inft [^']*'\\S*|\\S+");

  private TextLayout() {}

  /**
   * A sentence in lines that begin below its first word; a command in single quotes stays whole.
   */
  static List<String> sentence(String before, String text) {
    List<String> lines = new ArrayList<>();
    String under = " ".repeat(before.length());
    StringBuilder line = new StringBuilder(before);
    boolean empty = true;
    var words = WORDS.matcher(text);
    while (words.find()) {
      if (!empty && line.length() + 1 + words.group().length() > COLUMNS) {
        lines.add(line.toString());
        line = new StringBuilder(under);
        empty = true;
      }
      line.append(empty ? "" : " ").append(words.group());
      empty = false;
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** An object as lines of name and value; of a list, each item begins a line. */
  static List<String> object(ObjectNode node) {
    int width = node.propertyStream().mapToInt(field -> field.getKey().length()).max().orElse(0);
    String under = " ".repeat(width + GAP.length());
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String before = pad(field.getKey(), width) + GAP;
      for (String item : items(field.getValue())) {
        lines.addAll(wrapped(before, under, item));
        before = under;
      }
    }
    return lines;
  }

  private static List<String> items(JsonNode value) {
    if (!value.isArray()) {
      return List.of(plain(value));
    }
    return value.isEmpty() ? List.of("none") : value.valueStream().map(TextLayout::plain).toList();
  }

  /** A value as a person reads it: lists without brackets, nothing for what is empty. */
  private static String plain(JsonNode value) {
    if (value.isArray()) {
      return value.isEmpty()
          ? "none"
          : value.valueStream().map(TextLayout::plain).collect(Collectors.joining("; "));
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

  /**
   * An array of objects as a table of some of their fields. Where it is too wide, what stands in
   * the last columns, as few as need be, stands under each row instead.
   */
  static List<String> table(ArrayNode rows, List<String> columns) {
    List<List<String>> table = new ArrayList<>(List.of(columns));
    for (JsonNode row : rows) {
      table.add(columns.stream().map(column -> cell(row.path(column))).toList());
    }
    int[] widths = new int[columns.size()];
    int all = -GAP.length();
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = table.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
      all += widths[i] + GAP.length();
    }
    int inRow = columns.size();
    while (inRow > 1 && all > COLUMNS) {
      inRow--;
      all -= widths[inRow] + GAP.length();
    }
    List<String> lines = new ArrayList<>();
    for (List<String> cells : table) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < inRow; i++) {
        line.append(pad(cells.get(i), widths[i])).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
      String below = String.join(GAP, cells.subList(inRow, cells.size())).strip();
      lines.addAll(below.isEmpty() ? List.of() : wrapped(INDENT, INDENT, below));
    }
    return Collections.unmodifiableList(lines);
  }

  private static String cell(JsonNode value) {
    if (value.isMissingNode()) {
      return "";
    }
    String text = value.isTextual() ? value.asText() : value.toString();
    String seconds = FRACTION.matcher(text).replaceFirst("$1Z");
    return HEX.matcher(seconds).matches() ? HEX.matcher(seconds).replaceFirst("$1…$2") : seconds;
  }

  private static List<String> wrapped(String first, String under, String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    int empty = first.length();
    var breaks = BREAK.matcher(text);
    int from = 0;
    while (from < text.length()) {
      boolean more = breaks.find(); // goes on behind the one before
      String word = text.substring(from, more ? breaks.end() : text.length());
      if (line.length() > empty && line.length() + word.stripTrailing().length() > COLUMNS) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(under);
        empty = under.length();
      }
      line.append(word);
      from = more ? breaks.end() : text.length();
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
