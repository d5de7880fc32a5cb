package check;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.proof.ProofPin;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.proving.RowProofs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's verifier and check_row_proof.py say the same of row proofs, genuine and changed. */
class TwoRowVerifiersTest {
  @TempDir static Path folder;
  private static final List<BothVerifiers.Case> GENUINE = new ArrayList<>();

  @BeforeAll
  static void makeProofs() throws Exception {
    make("small", "page_size=512&encoding=UTF-8");
    make("wide", "page_size=65536&encoding=UTF-16le");
  }

  /** Tables of all kinds, in two versions. */
  private static void make(String id, String settings) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("encryptionKey", "07".repeat(32));
    try (Connection connection =
            DriverManager.getConnection("jdbc:inft:" + id + "?" + settings, properties);
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("BEGIN");
      statement.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, t TEXT, w REAL, g AS (w + 1))");
      statement.execute(
          "CREATE TABLE k(a TEXT COLLATE NOCASE, n, v, PRIMARY KEY(n DESC, a)) WITHOUT ROWID");
      String rows =
          "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 900) ";
      statement.execute(
          rows + "INSERT INTO notes SELECT i * 2, printf('note %d \u706f', i), i FROM r");
      statement.execute(
          rows + "INSERT INTO k SELECT 'Key ' || (i % 40), i / 40, hex(zeroblob(i)) FROM r");
      statement.execute("COMMIT");
      inft.sync(Duration.ofSeconds(60));
      statement.execute("BEGIN");
      statement.execute("ALTER TABLE notes ADD COLUMN late DEFAULT 'it''s'");
      statement.execute("DELETE FROM notes WHERE id % 10 = 0");
      statement.execute("COMMIT");
      inft.sync(Duration.ofSeconds(60));
    }
    Target target = Target.of(id, properties, true);
    List<Anchored> versions = target.history();
    String newest = String.valueOf(versions.size());
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      RowProofs.Order order = new RowProofs.Order(sought(i, random), true, 0, i % 20 == 0);
      RowProof proof = target.at(Optional.of(newest)).prove(order);
      ProofPin recorded =
          ProofPin.recorded(
              proof.context().chainId(),
              proof.context().registry(),
              DatabaseId.parse(id),
              versions.stream()
                  .filter(one -> one.version() == proof.context().version())
                  .findFirst()
                  .orElseThrow());
      boolean byRoot = random.nextBoolean();
      GENUINE.add(
          new BothVerifiers.Case(
              proof.toBytes(), byRoot ? BothVerifiers.rootOf(recorded) : recorded.historyAlone()));
    }
    target.network().registry().close();
  }

  private static RowSearch.Sought sought(int i, Random random) {
    if (i % 50 == 0) {
      return new RowSearch.Sought("nothing " + i, 0, List.of());
    }
    if (i % 2 == 0) {
      return new RowSearch.Sought("notes", random.nextInt(1900), List.of());
    }
    return RowSearch.Sought.byKey("k", List.of(random.nextInt(25), "kEY " + random.nextInt(45)));
  }

  @Test
  void bothAcceptAThousandGenuineProofs() throws Exception {
    BothVerifiers.requireBothAccept(folder, "check_row_proof", GENUINE);
  }

  @Test
  void bothSayTheSameOfTwoThousandChangedOnes() throws Exception {
    BothVerifiers.requireSameOfChanged(folder, "check_row_proof", GENUINE, 2000);
  }

  /** A text and a blob's digits look alike; a proof of the one is none of the other. */
  @Test
  void theTypesOfAKeyAreShown() throws Exception {
    BothVerifiers.requirePython("check_row_proof");
    String said =
        BothVerifiers.said(
            folder, GENUINE.get(1), "check_row_proof.py"); // odd ones are of the table k
    assertThat(said)
        .containsPattern("\"key\": \\[\\{\"type\": \"integer\", \"value\": [0-9]+}")
        .containsPattern("\\{\"type\": \"text\", \"value\": \"kEY [0-9]+\"}");
  }
}
