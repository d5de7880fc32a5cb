package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about JSON names every field that commands print; what is for people is 80 wide. */
class JsonPageTest {
  private static final int COLUMNS = 80;

  /** Its form is described elsewhere, and by a test there. */
  private static final String ELSEWHERE = "inft verify";

  /** What keys of the value are a user's own names. */
  private static final Set<String> OF_THE_USER = Set.of("cells", "payload");

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private CommandCall call(String... arguments) {
    return CommandCall.of(
        List.of("--network", "embedded", "--home", folder.resolve("home").toString()), arguments);
  }

  private void fill() {
    for (String sql :
        List.of(
            "CREATE TABLE memories(id INTEGER PRIMARY KEY, said TEXT)",
            "INSERT INTO memories(said) VALUES ('x')",
            "INSERT INTO inft_events(type, payload) VALUES ('n', '{\"own\":1}')")) {
      CommandCall written = call("sql", "agent-memory", sql, "--write");
      assertThat(written.code()).as(written.err()).isZero();
    }
  }

  /** Calls by the heading that describes what they print. */
  private Map<String, List<String>> calls() {
    Map<String, List<String>> calls = new LinkedHashMap<>();
    String receipt = folder.resolve("r.receipt").toString();
    String proof = folder.resolve("r.proof").toString();
    calls.put("inft status", List.of("status agent-memory"));
    calls.put(
        "inft history",
        List.of(
            "history agent-memory",
            "history agent-memory --details",
            "history agent-memory --stat"));
    calls.put("inft events", List.of("events agent-memory"));
    calls.put("inft diff", List.of("diff agent-memory 1 2"));
    calls.put("inft verify", List.of("verify agent-memory"));
    calls.put("inft receipt", List.of("receipt agent-memory --event 1 -o " + receipt));
    calls.put("inft prove", List.of("prove agent-memory --table memories --rowid 1 -o " + proof));
    calls.put("inft check-proof", List.of("check-proof " + proof + " --id agent-memory"));
    calls.put("inft forks list", List.of("forks list agent-memory"));
    calls.put("inft sync", List.of("sync agent-memory"));
    calls.put("inft outbox", List.of("outbox agent-memory"));
    calls.put("inft renew", List.of("renew agent-memory --dry-run"));
    calls.put("inft keys list", List.of("keys list agent-memory"));
    calls.put("inft keys check", List.of("keys check agent-memory"));
    calls.put("inft list", List.of("list"));
    calls.put("inft config", List.of("config"));
    calls.put("inft registry owner", List.of("registry owner agent-memory"));
    calls.put("inft doctor", List.of("doctor agent-memory"));
    calls.put(
        "inft report", List.of("report agent-memory --replace -o " + folder.resolve("r.html")));
    calls.put("inft pull, push, restore", List.of("pull agent-memory " + folder.resolve("p.db")));
    calls.put("inft watch", List.of("watch nobody --once"));
    return calls;
  }

  private static Map<String, String> sections() throws Exception {
    Map<String, String> sections = new LinkedHashMap<>();
    for (String part :
        Files.readString(Path.of("src/site/markdown/json.md")).split("(?m)^## ", -1)) {
      sections.put(part.lines().findFirst().orElse(""), part);
    }
    return sections;
  }

  private static Set<String> named(String section) {
    Set<String> words = new TreeSet<>();
    Matcher word = Pattern.compile("`([A-Za-z]+)`").matcher(section);
    while (word.find()) {
      words.add(word.group(1));
    }
    return words;
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

  @Test
  void everyFieldIsNamedUnderItsCommand() throws Exception {
    fill();
    Map<String, String> sections = sections();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, List<String>> group : calls().entrySet()) {
      assertThat(sections).containsKey(group.getKey());
      for (String command : group.getValue()) {
        CommandCall call = call((command + " --json").split(" ", -1));
        assertThat(call.code()).as("%s: %s", command, call.err()).isIn(0, 1, 2);
        Set<String> found = new TreeSet<>();
        fields(new ObjectMapper().readTree(call.out()), found);
        if (!group.getKey().equals(ELSEWHERE)) {
          found.removeAll(named(sections.getOrDefault(group.getKey(), "")));
          found.forEach(field -> missing.add(command + ": " + field));
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(sections.keySet()).containsAll(calls().keySet());
  }

  /** A path, a hash or a command that one may copy is not cut in two. */
  @Test
  void tablesAndListsForPeopleFitEightyColumns() {
    fill();
    List<String> wide = new ArrayList<>();
    for (List<String> group : calls().values()) {
      for (String command : group) {
        CommandCall call = call(command.split(" ", -1));
        call.out()
            .lines()
            .filter(line -> line.length() > COLUMNS)
            .filter(line -> !line.contains(folder.toString()) && !line.matches(".*\\S{60,}.*"))
            .forEach(line -> wide.add(command + ": " + line));
      }
    }
    assertThat(wide).isEmpty();
  }
}
