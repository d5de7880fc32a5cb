package io.inft.agents.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever has all that was ever published and every data key has nothing of a forgotten subject.
 */
class ForgettingTest {
  private static final String SUBJECT = "eve.adams@example.org";
  private static final List<String> SECRETS =
      List.of("quokka-7731", "walnut", "allergic", SUBJECT, "eve.adams");

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private InftDataSource machine(String name) throws Exception {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve(name).toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setSyncInterval("1h");
    return source;
  }

  /** Of every file below, by its name. */
  private static Map<Path, byte[]> contents(Path below) throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static boolean has(byte[] content, byte[] part) {
    return new String(content, StandardCharsets.ISO_8859_1)
        .contains(new String(part, StandardCharsets.ISO_8859_1));
  }

  private static long sync(InftDataSource source) throws Exception {
    try (Connection connection = source.getConnection()) {
      return connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30)).number();
    }
  }

  private long publishAll(InftDataSource source) throws Exception {
    List<String> plain = List.of("Tea is in the kitchen", "The train leaves at noon");
    Memories memories =
        Memories.in(source).with(text -> new float[] {text.length(), 1, text.indexOf('t')});
    for (String text : plain) {
      memories.remember(NewMemory.of("ada", text));
    }
    memories.remember(NewMemory.of("ada", "Eve is allergic to walnut").key("a").about(SUBJECT));
    sync(source);
    memories.correct("ada", "a", "Eve's door code is quokka-7731");
    memories.remember(NewMemory.of("ada", "Bob likes beer").key("b").about("Bob"));
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE person(id INTEGER PRIMARY KEY, note BLOB)");
      // A literal in the text of a statement, and a parameter.
      statement.execute(
          "INSERT INTO person(note) VALUES (inft_seal('" + SUBJECT + "', 'walnut, quokka-7731'))");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO person(note) VALUES (inft_seal(?, ?))")) {
        insert.setString(1, SUBJECT);
        insert.setString(2, "allergic");
        insert.execute();
      }
      sync(source);
      statement.execute("UPDATE person SET note = note WHERE id = 1");
      statement.execute("DELETE FROM person WHERE id = 2");
    }
    return sync(source);
  }

  @Test
  void leavesNothingInAnythingThatWasEverPublished() throws Exception {
    InftDataSource here = machine("here");
    long newest = publishAll(here);
    List<byte[]> keys = new ArrayList<>();
    for (byte[] key : contents(folder.resolve("here").resolve("subjects")).values()) {
      keys.add(key.length > 45 ? Arrays.copyOfRange(key, key.length - 32, key.length) : key);
    }
    assertThat(keys).as("two subjects and the secret of names").hasSize(3);

    assertThat(Memories.in(here).forget(SUBJECT)).isTrue();
    newest = Math.max(newest, sync(here));
    Engines.endIdle();

    Map<Path, byte[]> all = contents(folder);
    for (long version = 1; version <= newest; version++) {
      InftDataSource past = machine("reader-" + version);
      past.setAt(String.valueOf(version));
      try (Connection connection = past.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT inft_log()")) {
        row.next();
        all.put(Path.of("log-of-" + version), row.getString(1).getBytes(StandardCharsets.UTF_8));
      }
    }
    Engines.endIdle();
    all.putAll(contents(folder));
    assertThat(newest).isGreaterThan(2);
    assertThat(all.keySet().toString()).contains("database.sqlite", "log-of-2");
    // The search finds what is there to be found.
    assertThat(all.values().stream().filter(each -> has(each, bytes("Tea is in the kitchen"))))
        .hasSizeGreaterThan(2);
    all.forEach(
        (file, content) -> {
          for (String secret : SECRETS) {
            assertThat(has(content, bytes(secret))).as(secret + " in " + file).isFalse();
          }
        });
    int kept = 0;
    for (byte[] key : keys) {
      List<Path> holders = new ArrayList<>();
      all.forEach((file, content) -> holders.addAll(has(content, key) ? List.of(file) : List.of()));
      kept += holders.size();
      assertThat(holders).allMatch(file -> file.startsWith(folder.resolve("here/subjects")));
    }
    assertThat(kept).as("Bob's key and the secret of names").isEqualTo(2);
    assertReadable(machine("here"), "forgotten", "readable");
    assertReadable(machine("there"), "no key", "no key");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertReadable(InftDataSource source, String eve, String bob)
      throws Exception {
    Memories memories = Memories.in(source);
    assertThat(memories.history("ada", "a"))
        .extracting(Memories.Revision::state)
        .containsExactly(eve, eve);
    assertThat(memories.history("ada", "b"))
        .extracting(Memories.Revision::state)
        .containsExactly(bob);
    assertThat(memories.recall(Question.of("ada", "tea walnut quokka eve")).hits()).hasSize(1);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT ifnull(inft_open(note), '-') || inft_sealed_state(note) FROM person")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("-" + eve);
      assertThat(row.next()).isFalse();
    }
  }
}
