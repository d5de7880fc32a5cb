package io.inft.agents.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Transaction;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoriesTest {
  /** Three topics, each a direction: enough of a model to have a meaning that words do not have. */
  private static final Embedder TOPICS =
      new Embedder() {
        private final List<List<String>> topics =
            List.of(
                List.of("tea", "coffee", "drink", "thirsty"),
                List.of("train", "travel", "station", "journey"),
                List.of("paint", "colour", "blue", "green"));

        @Override
        public float[] embed(String text) {
          float[] vector = new float[topics.size() + 1];
          vector[topics.size()] = 0.1f;
          for (String word : text.toLowerCase(java.util.Locale.ROOT).split("\\W+", -1)) {
            for (int i = 0; i < topics.size(); i++) {
              vector[i] += topics.get(i).contains(word) ? 1 : 0;
            }
          }
          return vector;
        }

        @Override
        public String model() {
          return "topics";
        }
      };

  @TempDir Path folder;
  private InftDataSource here;
  private Memories memories;

  @BeforeEach
  void open() throws Exception {
    here = machine("here");
    memories = Memories.in(here).with(TOPICS);
  }

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

  private static List<String> keys(Recall recall) {
    return recall.hits().stream().map(hit -> hit.memory().key()).toList();
  }

  private List<String> rows(String sql) throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private void rememberSome(Memories into) throws SQLException {
    into.remember(
        List.of(
            NewMemory.of("ada", "Ada likes her tea strong").key("tea"),
            NewMemory.of("ada", "The next train leaves at noon").key("train"),
            NewMemory.of("ada", "The kitchen is to be blue").key("kitchen"),
            NewMemory.of("bob", "Bob is thirsty all day").key("bob")));
  }

  @Test
  void findsByWordsAndByMeaning() throws Exception {
    rememberSome(memories);

    Recall recall = memories.recall(Question.of("ada", "what does she drink in the kitchen?"));

    assertThat(keys(recall)).first().isEqualTo("kitchen");
    assertThat(keys(recall)).containsExactly("kitchen", "train", "tea");
    assertThat(recall.how()).isEqualTo(Recall.How.HYBRID);
    assertThat(recall.note()).isEmpty();
    assertThat(recall.hits())
        .filteredOn(hit -> hit.memory().key().equals("tea"))
        .singleElement()
        .satisfies(hit -> assertThat(hit.textRank()).isEmpty())
        .satisfies(hit -> assertThat(hit.distance().orElseThrow()).isLessThan(0.05));
  }

  @Test
  void findsByMeaningWhatSharesNoWord() throws Exception {
    rememberSome(memories);

    assertThat(keys(memories.recall(Question.of("ada", "thirsty")))).first().isEqualTo("tea");
    assertThat(keys(memories.recall(Question.near("ada", TOPICS.embed("journey")).limit(1))))
        .containsExactly("train");
  }

  @Test
  void saysThatItIsFullTextOnly() throws Exception {
    Memories words = Memories.in(here);
    rememberSome(words);

    Recall recall = words.recall(Question.of("ada", "train blue"));
    Recall withModel = memories.recall(Question.of("ada", "train blue"));

    assertThat(keys(recall)).containsExactlyInAnyOrder("train", "kitchen");
    assertThat(recall.how()).isEqualTo(Recall.How.FULL_TEXT);
    assertThat(recall.note()).contains("no embedding model");
    assertThat(withModel.how()).isEqualTo(Recall.How.FULL_TEXT);
    assertThat(withModel.note()).contains("nothing here was given a vector");
  }

  @Test
  void countsWhatHasNoVectorAndMakesItUp() throws Exception {
    rememberSome(Memories.in(here));
    memories.remember(NewMemory.of("ada", "green paint").key("paint"));

    Recall before = memories.recall(Question.of("ada", "thirsty"));
    int made = memories.embedMissing("ada");
    Recall after = memories.recall(Question.of("ada", "thirsty"));

    assertThat(before.note()).contains("3 of 4 memories have no vector");
    assertThat(made).isEqualTo(3);
    assertThat(after.note()).isEmpty();
    assertThat(keys(after)).first().isEqualTo("tea");
    assertThat(memories.embedMissing("ada")).isZero();
  }

  @Test
  void keepsAgentsApart() throws Exception {
    rememberSome(memories);

    assertThat(keys(memories.recall(Question.of("bob", "tea train kitchen thirsty"))))
        .containsExactly("bob");
    assertThat(keys(memories.recall(Question.of("bob", "strong tea").and("ada"))))
        .contains("tea", "bob");
    assertThat(memories.recall(Question.of("eve", "tea")).hits()).isEmpty();
    assertThat(memories.find("bob", "tea")).isEmpty();
    assertThat(memories.list("bob", 10, 0)).hasSize(1);
    assertThat(memories.spaces()).containsExactly("ada", "bob");
  }

  @Test
  void correctsByANewRevision() throws Exception {
    memories.remember(
        NewMemory.of("ada", "Ada likes tea").key("drink").metadata(Map.of("by", "chat")));
    Memory corrected = memories.correct("ada", "drink", "Ada likes coffee");

    assertThat(corrected.revision()).isEqualTo(2);
    assertThat(corrected.metadata()).containsEntry("by", "chat");
    assertThat(Memories.in(here).recall(Question.of("ada", "tea")).hits()).isEmpty();
    assertThat(keys(memories.recall(Question.of("ada", "coffee")))).containsExactly("drink");
    assertThat(memories.find("ada", "drink")).contains(corrected);
    assertThat(memories.history("ada", "drink"))
        .extracting(revision -> revision.memory().map(Memory::text).orElse("-"))
        .containsExactly("Ada likes tea", "Ada likes coffee");
    assertThatThrownBy(() -> memories.correct("ada", "food", "x"))
        .hasMessageContaining("no memory 'food' in the space 'ada'");
    assertThatThrownBy(() -> rows("DELETE FROM inft_memory RETURNING 1"))
        .hasMessageContaining("a correction is a new revision");
  }

  @Test
  void withdrawsAndRemembersAgain() throws Exception {
    rememberSome(memories);

    assertThat(memories.withdraw("ada", "tea")).isTrue();
    assertThat(memories.withdraw("ada", "tea")).isFalse();
    assertThat(keys(memories.recall(Question.of("ada", "tea")))).doesNotContain("tea");
    assertThat(memories.list("ada", 10, 0)).hasSize(2);
    assertThat(memories.history("ada", "tea"))
        .hasSize(2)
        .last()
        .extracting("memory")
        .isEqualTo(java.util.Optional.empty());
    assertThat(memories.remember(NewMemory.of("ada", "tea again").key("tea")).revision())
        .isEqualTo(3);
    assertThat(keys(memories.recall(Question.of("ada", "tea")))).first().isEqualTo("tea");
  }

  @Test
  void leavesEventsWithoutTheText() throws Exception {
    memories.remember(NewMemory.of("ada", "Ada likes tea").key("drink"));
    memories.correct("ada", "drink", "coffee");
    memories.withdraw("ada", "drink");

    assertThat(rows("SELECT type || payload FROM inft_events"))
        .containsExactly(
            "memory.remembered{\"space\":\"ada\",\"key\":\"drink\",\"revision\":1}",
            "memory.corrected{\"space\":\"ada\",\"key\":\"drink\",\"revision\":2}",
            "memory.withdrawn{\"space\":\"ada\",\"key\":\"drink\",\"revision\":3}");
  }

  /** What users write has no syntax. */
  @Test
  void takesAnyQuestion() throws Exception {
    rememberSome(memories);
    Memories words = Memories.in(here);

    for (String text :
        List.of(
            "",
            " ",
            "\"",
            "tea\"",
            "'; DROP TABLE inft_memory; --",
            "tea AND",
            "NOT tea",
            "NEAR(",
            "(",
            "text:tea",
            "space : s1",
            "tea*",
            "-tea",
            "^tea",
            "\\",
            "\u0000tea",
            "te\u0000a",
            "%_?",
            "tea OR OR",
            "{tea}",
            "\uD83C\uDF75 tea",
            "\uD83C",
            "caf\u00e9",
            "\u8336",
            "a+b",
            "AND OR NOT",
            "x ".repeat(10_000) + "tea")) {
      assertThat(memories.recall(Question.of("ada", text)).hits()).hasSizeLessThanOrEqualTo(3);
      assertThat(keys(words.recall(Question.of("ada", text))).contains("tea"))
          .as("finds tea by '%s'", text)
          .isEqualTo(text.matches("(?s).*\\btea\\b.*"));
    }
  }

  @Test
  void filtersByMetadataHoweverFewPass() throws Exception {
    List<NewMemory> many = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.add(
          NewMemory.of("ada", "tea number " + i)
              .key("k" + i)
              .metadata(Map.of("last", String.valueOf(i == 299))));
    }
    memories.remember(many);

    assertThat(keys(memories.recall(Question.of("ada", "tea").where("last", "true"))))
        .containsExactly("k299");
  }

  @Test
  void refusesVectorsThatDoNotGoTogether() throws Exception {
    memories.remember(NewMemory.of("ada", "tea").key("tea"));

    assertThatThrownBy(() -> memories.remember(NewMemory.of("ada", "x").vector(new float[] {1, 2})))
        .hasMessageContaining("'ada' have 4 dimensions, this one has 2");
    assertThatThrownBy(() -> memories.recall(Question.near("ada", new float[] {1, 2})))
        .hasMessageContaining("'ada' have 4 dimensions, this one has 2");
    assertThatThrownBy(
            () -> memories.remember(NewMemory.of("ada", "x").vector(new float[] {0, 0, 0, 0})))
        .hasMessageContaining("only zeros");
    assertThatThrownBy(
            () ->
                memories.remember(
                    NewMemory.of("ada", "x").vector(new float[] {0, Float.NaN, 0, 0})))
        .hasMessageContaining("element 2 of the vector is NaN");
    assertThat(memories.list("ada", 10, 0)).hasSize(1);
  }

  @Test
  void storesInAByteADimension() throws Exception {
    Memories small = memories.quantized();
    rememberSome(small);

    assertThat(rows("SELECT DISTINCT length(vector) FROM inft_memory_vector")).containsExactly("4");
    assertThat(keys(small.recall(Question.of("ada", "thirsty")))).first().isEqualTo("tea");
    assertThat(keys(memories.recall(Question.of("ada", "journey")))).first().isEqualTo("train");
  }

  @Test
  void isPartOfTheCallersTransaction() throws Exception {
    memories.remember(NewMemory.of("ada", "tea").key("tea"));
    try (Connection connection = here.getConnection()) {
      connection.setAutoCommit(false);
      Memories inside = memories.on(connection);
      inside.remember(NewMemory.of("ada", "coffee").key("coffee"));
      assertThatThrownBy(
              () ->
                  inside.remember(
                      List.of(
                          NewMemory.of("ada", "half"),
                          NewMemory.of("ada", "x").vector(new float[] {1}))))
          .isInstanceOf(SQLException.class);
      assertThat(inside.list("ada", 10, 0)).hasSize(2);
      connection.rollback();
    }

    assertThat(memories.list("ada", 10, 0)).hasSize(1);
    assertThat(keys(memories.recall(Question.of("ada", "coffee")))).containsExactly("tea");
  }

  @Test
  void answersTheSameOnAnotherMachine() throws Exception {
    rememberSome(memories);
    Question question = Question.of("ada", "a journey to the kitchen").and("bob");
    Recall expected = memories.recall(question);
    Engines.endIdle();

    Recall found = Memories.in(machine("there")).with(TOPICS).recall(question);

    assertThat(found).isEqualTo(expected);
    assertThat(found.hits()).hasSize(4);
  }

  @Test
  void readsADatabaseWhereNothingWasRemembered() throws Exception {
    assertThat(memories.recall(Question.of("ada", "tea")).note())
        .contains("nothing was remembered");
    assertThat(memories.list("ada", 1, 0)).isEmpty();
    assertThat(memories.history("ada", "tea")).isEmpty();
    assertThat(memories.embedMissing("ada")).isZero();
  }

  @Test
  void keepsWhatSpeaksOfASubjectOutOfEveryTableButItsOwn() throws Exception {
    rememberSome(memories);
    memories.remember(
        List.of(
            NewMemory.of("ada", "Eve drinks coffee").key("eve").about("eve@example.org"),
            NewMemory.of("ada", "Eve travels by train")
                .key("eve2")
                .about("eve@example.org")
                .metadata(Map.of("source", "chat")),
            NewMemory.of("bob", "Eve paints").key("eve3").about("eve@example.org")));

    Recall recall = memories.recall(Question.of("ada", "Eve's coffee"));

    assertThat(keys(recall)).startsWith("eve").contains("eve2", "tea").doesNotContain("eve3");
    assertThat(recall.hits().get(0).memory().subject()).contains("eve@example.org");
    assertThat(recall.hits().get(0).distance().orElseThrow()).isLessThan(0.01);
    assertThat(keys(memories.recall(Question.of("ada", "eve").where("source", "chat"))))
        .containsExactly("eve2");
    assertThat(rows("SELECT count(*) FROM inft_memory_vector")).containsExactly("4");
    assertThat(rows("SELECT count(*) FROM inft_memory_text WHERE inft_memory_text MATCH 'eve'"))
        .containsExactly("0");
    assertThat(rows("SELECT text || metadata FROM inft_memory WHERE sealed IS NOT NULL"))
        .containsOnlyNulls();
    assertThat(rows("SELECT payload FROM inft_events").toString()).doesNotContain("example");
  }

  @Test
  void forgetsASubject() throws Exception {
    memories.remember(NewMemory.of("ada", "Eve drinks coffee").key("eve").about("Eve"));
    memories.correct("ada", "eve", "Eve drinks tea");
    memories.remember(NewMemory.of("ada", "Bob drinks coffee").key("bob").about("Bob"));
    Memories second = Memories.in(here).with(TOPICS);
    assertThat(keys(second.recall(Question.of("ada", "tea")))).startsWith("eve");
    assertThat(second.find("ada", "eve").orElseThrow().subject()).contains("Eve");

    assertThat(memories.forget("Eve")).isTrue();

    for (Memories each : List.of(memories, second)) {
      assertThat(keys(each.recall(Question.of("ada", "who drinks tea?")))).containsExactly("bob");
      assertThat(each.find("ada", "eve")).isEmpty();
      assertThat(each.list("ada", 10, 0)).extracting(Memory::key).containsExactly("bob");
      assertThat(each.history("ada", "eve"))
          .extracting(Memories.Revision::state)
          .containsExactly("forgotten", "forgotten");
    }
    assertThat(memories.forget("Eve")).isFalse();
    assertThat(rows("SELECT type FROM inft_events").get(3)).isEqualTo("memory.forgotten");
    assertThat(rows("SELECT payload FROM inft_events").toString()).doesNotContain("Eve");
    memories.remember(NewMemory.of("ada", "Eve is back with tea").key("eve").about("Eve"));
    assertThat(keys(second.recall(Question.of("ada", "tea")))).startsWith("eve");
  }

  /** The key is gone for good when the transaction is not. */
  @Test
  void leavesTheEventOfForgettingAtTheNextCallIfItWasRolledBack() throws Exception {
    memories.remember(NewMemory.of("ada", "Eve drinks coffee").key("eve").about("Eve"));
    try (Connection connection = here.getConnection()) {
      connection.setAutoCommit(false);
      assertThat(memories.on(connection).forget("Eve")).isTrue();
      connection.rollback();
    }
    String events = "SELECT count(*) FROM inft_events WHERE type = 'memory.forgotten'";
    assertThat(rows(events)).containsExactly("0");

    assertThat(memories.forget("Eve")).isTrue();
    assertThat(rows(events)).containsExactly("1");
    assertThat(memories.forget("Eve")).isFalse();
    assertThat(rows(events)).containsExactly("1");
  }

  @Test
  void aCommitThatFailsLeavesNoTransaction() throws Exception {
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA foreign_keys = ON");
      statement.execute("CREATE TABLE one(id INTEGER PRIMARY KEY)");
      statement.execute("CREATE TABLE two(one REFERENCES one(id) DEFERRABLE INITIALLY DEFERRED)");
      assertThatThrownBy(
              () ->
                  Transaction.of(
                      Lender.of(connection),
                      "BEGIN IMMEDIATE",
                      on -> {
                        try (Statement insert = on.createStatement()) {
                          return insert.executeUpdate("INSERT INTO two VALUES (7)");
                        }
                      }))
          .hasMessageContaining("FOREIGN KEY");
      assertThat(memories.on(connection).remember(NewMemory.of("ada", "tea")).revision())
          .isEqualTo(1);
      assertThat(rows("SELECT count(*) FROM two")).containsExactly("0");
    }
  }

  /** Whoever may write rows must not be able to make the others unreadable. */
  @Test
  void givesBackAllElseWhereSealedMemoriesWereTamperedWith() throws Exception {
    memories.remember(NewMemory.of("ada", "Eve drinks tea").key("eve").about("Eve"));
    memories.recall(Question.of("ada", "tea"));
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sealed :
          List.of(
              "substr(sealed, 1, length(sealed) - 1) || x'00'",
              "x'00'",
              "'text'",
              "inft_seal('Eve', 'no memory')",
              "inft_seal('Eve', 42)")) {
        statement.execute(
            "INSERT INTO inft_memory(space, key, revision, time, sealed) SELECT space, 'bad"
                + " ' || (SELECT count(*) FROM inft_memory), 1, time, "
                + (sealed.startsWith("substr") ? "CAST(" + sealed + " AS BLOB)" : sealed)
                + " FROM inft_memory WHERE key = 'eve'");
      }
    }
    for (Memories each : List.of(memories, Memories.in(here).with(TOPICS))) {
      assertThat(keys(each.recall(Question.of("ada", "tea")))).containsExactly("eve");
      assertThat(each.list("ada", 10, 0)).extracting(Memory::key).containsExactly("eve");
      assertThat(each.find("ada", "bad 1")).isEmpty();
      for (int i = 1; i <= 5; i++) {
        assertThat(each.history("ada", "bad " + i))
            .extracting(Memories.Revision::state)
            .containsExactly("damaged");
      }
    }
  }

  @Test
  void readsAllElseOnAMachineWithoutTheKeys() throws Exception {
    rememberSome(memories);
    memories.remember(NewMemory.of("ada", "Eve drinks tea").key("eve").about("Eve"));
    Engines.endIdle();

    Memories there = Memories.in(machine("there")).with(TOPICS);

    assertThat(keys(there.recall(Question.of("ada", "tea"))))
        .startsWith("tea")
        .doesNotContain("eve");
    assertThat(there.list("ada", 10, 0)).hasSize(3);
    assertThat(there.history("ada", "eve"))
        .extracting(Memories.Revision::state)
        .containsExactly("no key");
    assertThat(there.forget("Eve")).isFalse();
    assertThat(there.correct("ada", "tea", "Ada likes coffee").revision()).isEqualTo(2);
  }

  @Test
  void forgetsNothingOnAConnectionThatOnlyReads() throws Exception {
    memories.remember(NewMemory.of("ada", "Eve drinks coffee").key("eve").about("Eve"));
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setReadOnly(true);

      assertThatThrownBy(() -> statement.executeQuery("SELECT inft_forget('Eve')"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
    }
    assertThat(memories.find("ada", "eve")).isPresent();
  }

  @Test
  void followsWhatWasRolledBack() throws Exception {
    memories.remember(NewMemory.of("ada", "Eve drinks coffee").key("eve").about("Eve"));
    try (Connection connection = here.getConnection()) {
      connection.setAutoCommit(false);
      memories.on(connection).remember(NewMemory.of("ada", "half").key("half").about("Eve"));
      assertThat(keys(memories.on(connection).recall(Question.of("ada", "half"))))
          .startsWith("half");
      connection.rollback();
    }
    memories.remember(NewMemory.of("ada", "whole").key("whole").about("Eve"));

    assertThat(keys(memories.recall(Question.of("ada", "half whole"))))
        .startsWith("whole")
        .doesNotContain("half");
  }
}
