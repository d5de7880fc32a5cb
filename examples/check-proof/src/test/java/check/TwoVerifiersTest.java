package check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.proof.EventProof;
import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import io.inft.registry.Anchored;
import io.inft.replica.restore.Receipts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's verifier and check_proof.py say the same of receipts, genuine and changed. */
class TwoVerifiersTest {
  private static final Path SCRIPT = Path.of("check_proof.py").toAbsolutePath();

  /** Judges many in one process: lines of a pin and a file in base64; answers a code a line. */
  private static final String MANY =
      """
      import base64, sys
      sys.path.insert(0, sys.argv[1])
      import check_proof
      for line in open(sys.argv[2]):
          pin, data = line.rstrip('\\n').split(' ')
          print(check_proof.judge(base64.b64decode(data), check_proof.parse_pin(pin))['code'])
      """;

  private record Case(byte[] file, ProofPin pin) {}

  @TempDir static Path folder;
  private static final List<Case> GENUINE = new ArrayList<>();

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
      GENUINE.add(new Case(proof.toBytes(), byRoot ? rootOf(recorded) : recorded.historyAlone()));
    }
    target.network().registry().close();
  }

  private static ProofPin rootOf(ProofPin pin) {
    return new ProofPin(
        pin.chainId(), pin.registry(), pin.id(), pin.version(), pin.root(), Optional.empty());
  }

  private static List<String> python(List<Case> cases) throws Exception {
    Path script = Files.writeString(folder.resolve("many.py"), MANY);
    Path lines = folder.resolve("cases");
    StringBuilder text = new StringBuilder();
    for (Case one : cases) {
      text.append(one.pin()).append(' ');
      text.append(Base64.getEncoder().encodeToString(one.file())).append('\n');
    }
    Files.writeString(lines, text);
    Path out = folder.resolve("answers");
    Process process =
        new ProcessBuilder(
                "python3", script.toString(), SCRIPT.getParent().toString(), lines.toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("python ends in time").isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readAllLines(out);
  }

  private static void requirePython() throws InterruptedException {
    try {
      assumeTrue(new ProcessBuilder("python3", "--version").start().waitFor() == 0);
    } catch (IOException notThere) {
      assumeTrue(false, "python3 is not on this machine");
    }
  }

  @Test
  void bothAcceptAThousandGenuineReceipts() throws Exception {
    requirePython();
    for (Case one : GENUINE) {
      assertThat(ProofCheck.check(one.file(), one.pin()).code().name()).isEqualTo("PROVED");
    }
    List<String> answers = python(GENUINE);
    assertThat(answers).hasSize(1000).containsOnly("PROVED");
    System.out.println("check_proof.py: " + answers.size() + " genuine receipts accepted by both");
  }

  @Test
  void bothSayTheSameOfThreeThousandChangedOnes() throws Exception {
    requirePython();
    Random random = new Random(2);
    List<Case> changed = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      Case one = GENUINE.get(random.nextInt(GENUINE.size()));
      Case other = GENUINE.get(random.nextInt(GENUINE.size()));
      byte[] file = mutated(one.file(), other.file(), random);
      ProofPin pin = random.nextInt(10) == 0 ? other.pin() : one.pin();
      changed.add(new Case(file, pin));
      expected.add(ProofCheck.check(file, pin).code().name());
    }
    List<String> answers = python(changed);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(answers.get(i))
          .as("case %s:%n%s", i, new String(changed.get(i).file(), StandardCharsets.UTF_8))
          .isEqualTo(expected.get(i));
    }
    long refused = answers.stream().filter(code -> !code.equals("PROVED")).count();
    System.out.println("check_proof.py: " + refused + " of 3000 changed receipts refused by both");
    assertThat(refused).isGreaterThan(2500);
  }

  private static byte[] mutated(byte[] file, byte[] other, Random random) {
    int way = random.nextInt(6);
    if (way < 2) {
      byte[] changed = file.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(way == 0 ? 8 : 4));
      return changed;
    }
    if (way == 2) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
    List<String> lines = lines(file);
    int at = random.nextInt(lines.size());
    switch (way) {
      case 3 -> lines.add(random.nextInt(lines.size()), lines.get(at));
      case 4 -> lines.remove(at);
      default -> {
        List<String> donor = lines(other);
        lines.set(at, donor.get(Math.min(at, donor.size() - 1)));
      }
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    return new ArrayList<>(Arrays.asList(text.strip().split("\n", -1)));
  }
}
