package io.inft.cli.mcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a client gave a tool, each value checked as it is taken. */
final class ToolArguments {
  static final int MOST_TEXT = 32_768;
  static final int MOST_NAME = 256;
  private static final int MOST_METADATA = 32;
  private static final int MOST_SHOWN = 40;

  private final Map<String, Object> given;

  private ToolArguments(Map<String, Object> given) {
    this.given = given;
  }

  /** Refuses names that the tool does not have, so that a misspelt one is not passed over. */
  static ToolArguments of(Map<String, Object> given, Tool tool) throws ToolFailure {
    List<String> names = tool.parameters().stream().map(Tool.Parameter::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new ToolFailure(
            tool.name()
                + " has no argument '"
                + shown(name)
                + "'; it has: "
                + String.join(", ", names));
      }
    }
    return new ToolArguments(given);
  }

  static String shown(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  boolean has(String name) {
    return given.get(name) != null;
  }

  /** A text that must be there. */
  String text(String name, int most) throws ToolFailure {
    return optionalText(name, most)
        .orElseThrow(() -> new ToolFailure("the argument '" + name + "' is missing"));
  }

  Optional<String> optionalText(String name, int most) throws ToolFailure {
    Object value = given.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof String text)) {
      throw new ToolFailure("the argument '" + name + "' must be a text");
    }
    return Optional.of(checked(name, text, most));
  }

  private static String checked(String name, String text, int most) throws ToolFailure {
    if (text.isBlank() || text.length() > most) {
      throw new ToolFailure(
          "the argument '"
              + name
              + "' may have from 1 to "
              + most
              + " characters, not "
              + text.length()
              + (text.length() > most ? ": divide it into several" : ""));
    }
    if (text.indexOf('\0') >= 0) {
      throw new ToolFailure("the argument '" + name + "' has a character with code 0 in it");
    }
    return text;
  }

  Optional<Long> number(String name, long least, long most) throws ToolFailure {
    Object value = given.get(name);
    if (value == null) {
      return Optional.empty();
    }
    boolean whole = value instanceof Integer || value instanceof Long;
    long number = whole ? ((Number) value).longValue() : 0;
    if (!whole || number < least || number > most) {
      throw new ToolFailure(
          "the argument '"
              + name
              + "' must be a whole number from "
              + least
              + (most == Long.MAX_VALUE ? "" : " to " + most)
              + ", not "
              + shown(value.toString()));
    }
    return Optional.of(number);
  }

  /** A limit, or what counts without one. */
  int limit(int without, int most) throws ToolFailure {
    return number("limit", 1, most).orElse((long) without).intValue();
  }

  /** Names and texts. */
  Map<String, String> metadata(String name) throws ToolFailure {
    Object value = given.get(name);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map) || map.size() > MOST_METADATA) {
      throw new ToolFailure(
          "the argument '" + name + "' must be an object of at most " + MOST_METADATA + " texts");
    }
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      if (!(entry.getValue() instanceof String text) || text.length() > MOST_NAME * 4) {
        throw new ToolFailure(
            "'" + shown(key) + "' in '" + name + "' must be a text of at most 1024 characters");
      }
      metadata.put(checked("a name in " + name, key, MOST_NAME), text);
    }
    return metadata;
  }
}
