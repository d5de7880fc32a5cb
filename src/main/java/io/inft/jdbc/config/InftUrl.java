package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A URL of this driver, taken apart: {@code jdbc:inft:<id>[?name=value&…]}. The form {@code
 * jdbc:inft:sqlite:<id>} means the same and is for tools that look for {@code :sqlite:}.
 *
 * @param text the URL as it was given
 * @param id not checked yet
 * @param parameters in the order of the URL; values are percent-decoded, "+" stays "+"
 */
public record InftUrl(String text, String id, Map<String, String> parameters) {
  public static final String PREFIX = "jdbc:inft:";
  private static final String TOOL_PREFIX = "sqlite:";

  /** Whether this driver is meant at all; says nothing about whether the rest is right. */
  public static boolean accepts(String url) {
    return url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  /**
   * Takes a URL apart.
   *
   * @return empty if it is for another driver
   * @throws SettingException if a parameter has no value, comes twice or is badly encoded; the
   *     message never contains a value
   */
  public static Optional<InftUrl> parse(String url) throws SettingException {
    if (!accepts(url)) {
      return Optional.empty();
    }
    String rest = url.substring(PREFIX.length());
    if (rest.regionMatches(true, 0, TOOL_PREFIX, 0, TOOL_PREFIX.length())) {
      rest = rest.substring(TOOL_PREFIX.length());
    }
    int question = rest.indexOf('?');
    if (question < 0) {
      return Optional.of(new InftUrl(url, rest, Map.of()));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : rest.substring(question + 1).split("&", -1)) {
      if (!pair.isEmpty()) {
        add(pair, parameters);
      }
    }
    return Optional.of(
        new InftUrl(url, rest.substring(0, question), Collections.unmodifiableMap(parameters)));
  }

  private static void add(String pair, Map<String, String> parameters) throws SettingException {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      // What stands there is not repeated: it may be a piece of a secret that contained a "&".
      throw new SettingException("?", "a URL parameter is written name=value, joined by &");
    }
    String name = pair.substring(0, equals);
    String value = decode(name, pair.substring(equals + 1));
    if (parameters.put(name, value) != null) {
      throw new SettingException(name, "it stands in the URL twice");
    }
  }

  private static String decode(String name, String encoded) throws SettingException {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded[length++] = bytes[i];
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new SettingException(name, "a % in its value must be followed by two hex digits");
      }
      decoded[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }
}
