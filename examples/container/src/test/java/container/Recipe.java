package container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Dockerfile's instructions, of the kinds that this one has; another kind is an error. */
record Recipe(
    Map<String, List<String>> copies,
    List<String> runs,
    Map<String, String> environment,
    String user,
    List<String> entry,
    List<String> arguments) {

  static Recipe read(Path file) throws IOException {
    Map<String, List<String>> copies = new LinkedHashMap<>();
    List<String> runs = new ArrayList<>();
    Map<String, String> environment = new LinkedHashMap<>();
    String user = "";
    List<String> entry = List.of();
    List<String> arguments = List.of();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split(" ", 2);
      switch (parts[0]) {
        case "FROM", "VOLUME", "STOPSIGNAL" -> {}
        case "COPY" -> {
          List<String> words = List.of(parts[1].split(" "));
          copies.put(words.get(words.size() - 1), words.subList(0, words.size() - 1));
        }
        case "RUN" -> runs.add(parts[1]);
        case "ENV" -> {
          String[] pair = parts[1].split("=", 2);
          environment.put(pair[0], pair[1].replaceAll("^\"(.*)\"$", "$1"));
        }
        case "USER" -> user = parts[1];
        case "ENTRYPOINT" -> entry = words(parts[1]);
        case "CMD" -> arguments = words(parts[1]);
        default -> throw new IllegalArgumentException("no test of the instruction " + parts[0]);
      }
    }
    return new Recipe(copies, runs, environment, user, entry, arguments);
  }

  private static List<String> words(String json) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("\"([^\"]*)\"").matcher(json);
    while (word.find()) {
      words.add(word.group(1));
    }
    return words;
  }
}
