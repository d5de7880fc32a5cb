package io.inft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page that names every field of JSON that commands print. */
public final class JsonPage {
  /** What keys of the value are a user's own names. */
  private static final Set<String> OF_THE_USER =
      Set.of("cells", "payload", "environment", "settings", "tables");

  private JsonPage() {}

  /** The page's parts by their headings. */
  static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new LinkedHashMap<>();
    for (String part :
        Files.readString(Path.of("src/site/markdown/json.md")).split("(?m)^## ", -1)) {
      sections.put(part.lines().findFirst().orElse(""), part);
    }
    return sections;
  }

  /**
   * The fields of a value that the page does not name.
   *
   * @param heading of the part that should name them, which must be there
   */
  public static Set<String> unnamed(String heading, JsonNode value) throws IOException {
    String section = sections().get(heading);
    if (section == null) {
      throw new AssertionError("json.md has no part '" + heading + "'");
    }
    Set<String> found = new TreeSet<>();
    fields(value, found);
    Matcher word = Pattern.compile("`([A-Za-z0-9]+)`").matcher(section);
    while (word.find()) {
      found.remove(word.group(1));
    }
    return found;
  }

  private static void fields(JsonNode value, Set<String> into) {
    value.forEach(each -> collect(each, into));
    value.properties().forEach(field -> into.add(field.getKey()));
    for (String own : OF_THE_USER) {
      value.path(own).properties().forEach(field -> into.remove(field.getKey()));
    }
  }

  private static void collect(JsonNode value, Set<String> into) {
    Set<String> inside = new TreeSet<>();
    fields(value, inside);
    into.addAll(inside);
  }
}
