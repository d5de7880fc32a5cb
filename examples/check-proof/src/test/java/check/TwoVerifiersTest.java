package check;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.proof.EventProof;
import io.inft.proof.ProofPin;
import io.inft.registry.Anchored;
import io.inft.replica.proving.Receipts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's verifier and check_proof.py say the same of receipts, genuine and changed. */
class TwoVerifiersTest {
  @TempDir static Path folder;
  private static final List<BothVerifiers.Case> GENUINE = new ArrayList<>();

  @BeforeAll
  static void makeReceipts() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("encryptionKey", "07".repeat(32));
    try (Connection connection = DriverManager.getConnection("jdbc:inft:book", properties);
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      for (int count : new int[] {1, 7, 64, 300}) {
        statement.execute("BEGIN");
        for (int i = 0; i < count; i++) {
          String text = i % 5 == 0 ? "\u706f\\nline" : "plain " + i;
          inft.appendEvent("kind " + i % 3, "{\"n\":" + i + ",\"t\":\"" + text + "\"}", false, 1);
        }
        statement.execute("COMMIT");
        inft.sync(Duration.ofSeconds(60));
      }
    }
    Target target = Target.of("book", properties, true);
    List<Anchored> versions = target.history();
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      int event = 1 + i % 370;
      boolean signed = i % 20 == 0;
      EventProof proof = target.receipt(new Receipts.Order(event, 0, i % 2 * 4, signed));
      int last = (int) proof.context().version() + proof.links().size();
      Anchored pinned = versions.get(versions.size() - last);
      ProofPin recorded =
          ProofPin.recorded(
              proof.context().chainId(),
              proof.context().registry(),
              io.inft.registry.DatabaseId.parse("book"),
              pinned);
      boolean byRoot = proof.links().isEmpty() && random.nextBoolean();
      GENUINE.add(
          new BothVerifiers.Case(
              proof.toBytes(), byRoot ? BothVerifiers.rootOf(recorded) : recorded.historyAlone()));
    }
    target.network().registry().close();
  }

  @Test
  void bothAcceptAThousandGenuineReceipts() throws Exception {
    BothVerifiers.requireBothAccept(folder, "check_proof", GENUINE);
  }

  @Test
  void bothSayTheSameOfThreeThousandChangedOnes() throws Exception {
    BothVerifiers.requireSameOfChanged(folder, "check_proof", GENUINE, 3000);
  }
}
