package io.inft.agents.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.agents.Published;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
  private Published published;

  @BeforeEach
  void begin() {
    published = new Published(folder);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private long publishAll(InftDataSource source) throws Exception {
    List<String> plain = List.of("Tea is in the kitchen", "The train leaves at noon");
    Memories memories =
        Memories.in(source).with(text -> new float[] {text.length(), 1, text.indexOf('t')});
    for (String text : plain) {
      memories.remember(NewMemory.of("ada", text));
    }
    memories.remember(NewMemory.of("ada", "Eve is allergic to walnut").key("a").about(SUBJECT));
    Published.sync(source);
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
      Published.sync(source);
      statement.execute("UPDATE person SET note = note WHERE id = 1");
      statement.execute("DELETE FROM person WHERE id = 2");
    }
    return Published.sync(source);
  }

  @Test
  void leavesNothingInAnythingThatWasEverPublished() throws Exception {
    InftDataSource here = published.machine("here");
    long newest = publishAll(here);
    List<byte[]> keys = published.keys("here");
    assertThat(keys).as("two subjects and the secret of names").hasSize(3);

    assertThat(Memories.in(here).forget(SUBJECT)).isTrue();
    Map<Path, String> all = published.everything(Math.max(newest, Published.sync(here)));

    // The search finds what is there to be found.
    assertThat(Published.holders(all, Published.bytes("Tea is in the kitchen")))
        .hasSizeGreaterThan(2);
    for (String secret : SECRETS) {
      assertThat(Published.holders(all, Published.bytes(secret))).as(secret).isEmpty();
    }
    int kept = 0;
    for (byte[] key : keys) {
      List<Path> holders = Published.holders(all, key);
      kept += holders.size();
      assertThat(holders).allMatch(file -> file.startsWith(folder.resolve("here/subjects")));
    }
    assertThat(kept).as("Bob's key and the secret of names").isEqualTo(2);
    assertReadable(published.machine("here"), "forgotten", "readable");
    assertReadable(published.machine("there"), "no key", "no key");
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
