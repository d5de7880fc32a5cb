package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about JSON names every field that commands print; what is for people is 80 wide. */
class JsonPageTest {
  private static final int COLUMNS = 80;

  /** Its form is described elsewhere, and by a test there. */
  private static final String ELSEWHERE = "inft verify";

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private CommandCall call(String... arguments) {
    return CommandCall.of(
        List.of("--network", "embedded", "--home", folder.resolve("home").toString()), arguments);
  }

  private Map<String, List<String>> callsThatChange() {
    Map<String, List<String>> calls = new LinkedHashMap<>();
    String other = "0x" + "12".repeat(20);
    calls.put(
        "inft init",
        List.of("init --no-questions --force --profile json-page --property linger=1s"));
    calls.put("inft import", List.of("import " + folder.resolve("some.db") + " --as " + name()));
    calls.put(
        "inft registry grant, revoke, freeze, unfreeze, transfer, accept, register, deploy",
        List.of(
            "registry grant agent-memory " + other + " --yes",
            "registry revoke agent-memory " + other + " --yes",
            "registry freeze agent-memory",
            "registry register " + name() + " --yes"));
    calls.put(
        "inft keys wallet", List.of("keys wallet --wallet-key-file " + folder.resolve("wallet")));
    calls.put(
        "inft keys add, remove, rotate",
        List.of("keys add agent-memory --new-key-file " + folder.resolve("new-key")));
    calls.put("inft keys backup", List.of("keys backup agent-memory " + unused("backup")));
    return calls;
  }

  private int names;

  private String name() {
    return "name-" + names++;
  }

  private Path unused(String name) {
    return folder.resolve(name + names++);
  }

  private void fill() throws Exception {
    Files.writeString(folder.resolve("wallet"), "11".repeat(32));
    Files.writeString(folder.resolve("new-key"), "22".repeat(32));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("some.db"));
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n)");
    }
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
    calls.putAll(callsThatChange());
    return calls;
  }

  @Test
  void everyFieldIsNamedUnderItsCommand() throws Exception {
    fill();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, List<String>> group : calls().entrySet()) {
      for (String command : group.getValue()) {
        CommandCall call = call((command + " --json").split(" ", -1));
        assertThat(call.code()).as("%s: %s", command, call.err()).isIn(0, 1, 2);
        assertThat(call.out()).as("%s: %s", command, call.err()).isNotBlank();
        JsonNode printed = new ObjectMapper().readTree(call.out());
        if (!group.getKey().equals(ELSEWHERE)) {
          JsonPage.unnamed(group.getKey(), printed)
              .forEach(field -> missing.add(command + ": " + field));
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(JsonPage.sections()).containsKeys(calls().keySet().toArray(String[]::new));
  }

  /** A path, a hash or a command that one may copy is not cut in two. */
  @Test
  void tablesAndListsForPeopleFitEightyColumns() throws Exception {
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
