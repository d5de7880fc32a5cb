package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.FormatDocument;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.failure.WrongFlowException;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.Target;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.replica.Engines;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every failure in troubleshooting.md is made here, and says what the page says. */
class TroubleshootingTest {
  private static final String CHECKSUM = "checksum mismatch: message";
  private static final String DECRYPTION = "decryption fails: message";
  private static final String CORRUPTION = "database corruption: message";
  private static final String TRANSACTION = "transaction failure: message";
  private static final String ID = "agent-1";

  @TempDir Path folder;

  private final FormatDocument page = new FormatDocument("troubleshooting.md");
  private final Properties properties = new Properties();
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void configure() {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("encryptionKey", "33".repeat(32));
    properties.setProperty("linger", "0");
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection connect(Properties with) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + ID, with);
  }

  private Properties elsewhere(String... changes) {
    Properties changed = new Properties();
    changed.putAll(properties);
    changed.setProperty("home", folder.resolve("elsewhere").toString());
    for (int i = 0; i < changes.length; i += 2) {
      changed.setProperty(changes[i], changes[i + 1]);
    }
    return changed;
  }

  private void publish(String sql) throws Exception {
    try (Connection connection = connect(properties);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
    }
    Engines.endIdle();
  }

  /** The failure's message and state are those of exactly one row of the page's table. */
  private void assertOnThePage(String problem, ThrowingCallable failing) {
    SQLException failure = catchThrowableOfType(SQLException.class, failing);
    assertThat((Throwable) failure).as("a failure was expected").isNotNull();
    List<List<String>> fitting =
        page.table(problem, "SQLSTATE").stream()
            .filter(row -> pattern(row.get(0)).matcher(failure.getMessage()).matches())
            .toList();
    assertThat(fitting).as("rows for: %s", failure.getMessage()).hasSize(1);
    assertThat(fitting.get(0).get(1)).as(failure.getMessage()).isEqualTo(failure.getSQLState());
    seen.add(fitting.get(0).get(0));
  }

  private static Pattern pattern(String message) {
    return Pattern.compile(
        Arrays.stream(message.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  private void assertEveryRowWasSeen(String problem) {
    assertThat(page.table(problem, "SQLSTATE"))
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(seen);
  }

  private List<Path> objects() throws IOException {
    try (Stream<Path> tree = Files.walk(folder.resolve("network").resolve("store"))) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> file.toFile().length() > 100)
          .toList();
    }
  }

  @Test
  void aChecksumMismatchSaysWhatThePageSays() throws Exception {
    publish("CREATE TABLE memory(text)");
    copy(folder.resolve("network"), folder.resolve("earlier"));
    publish("INSERT INTO memory VALUES ('hello')");

    for (Path object : objects()) {
      byte[] bytes = Files.readAllBytes(object);
      bytes[50] ^= 1;
      Files.write(object, bytes);
    }
    assertOnThePage(CHECKSUM, () -> connect(elsewhere()));

    for (Path object : objects()) {
      Files.move(object, folder.resolve("gone"), StandardCopyOption.REPLACE_EXISTING);
    }
    assertOnThePage(CHECKSUM, () -> connect(elsewhere()));

    Files.move(folder.resolve("network"), folder.resolve("later"));
    copy(folder.resolve("earlier"), folder.resolve("network"));
    assertOnThePage(CHECKSUM, () -> connect(properties));
    assertEveryRowWasSeen(CHECKSUM);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  @Test
  void aFailedDecryptionSaysWhatThePageSays() throws Exception {
    publish("CREATE TABLE memory(text)");

    assertOnThePage(DECRYPTION, () -> connect(elsewhere("encryptionKey", "44".repeat(32))));
    Properties password = elsewhere("password", "correct horse battery staple");
    password.remove("encryptionKey");
    assertOnThePage(DECRYPTION, () -> connect(password));
    Properties none = elsewhere("network", "custom");
    none.remove("encryptionKey");
    try (Anvil anvil = TestPackages.anvil()) {
      none.setProperty("rpc", anvil.address().toString());
      none.setProperty("nodes", "http://127.0.0.1:1");
      none.setProperty("contract", deploy(none, anvil));
      assertOnThePage(DECRYPTION, () -> connect(none));
    }
    assertEveryRowWasSeen(DECRYPTION);
  }

  private static String deploy(Properties properties, Anvil anvil) throws Exception {
    SigningKey payer = SigningKey.generate(new SecureRandom());
    anvil.fund(payer.address(), BigInteger.TEN.pow(20));
    Properties paying = new Properties();
    paying.putAll(properties);
    paying.setProperty("privateKey", payer.revealHex());
    return io.inft.jdbc.RegistryDeployment.prepare(paying).deploy(mined -> {}).toString();
  }

  @Test
  void aCorruptDatabaseSaysWhatThePageSays() throws Exception {
    Path file = folder.resolve("corrupt.db");
    try (Connection connection =
            new org.sqlite.JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      statement.execute(
          "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT"
              + " 5000) SELECT hex(randomblob(20)) FROM n");
      statement.execute("CREATE INDEX i ON t(x)");
    }
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 4096, (byte) 7);
    Files.write(file, bytes);
    Target target = Target.of(ID, properties, true);

    assertOnThePage(
        CORRUPTION,
        () -> {
          try {
            io.inft.replica.Databases.push(target.settings(), target.network(), file);
          } catch (io.inft.failure.InftException e) {
            throw Target.failure(e);
          }
        });
    assertEveryRowWasSeen(CORRUPTION);
  }

  private static ThrowingCallable registering(Properties with, String id) {
    return () -> {
      try (Registry registry = Target.registry(with)) {
        registry.register(DatabaseId.parse(id));
      } catch (io.inft.failure.InftException e) {
        throw Target.failure(e);
      }
    };
  }

  @Test
  void aFailedTransactionSaysWhatThePageSays() throws Exception {
    publish("CREATE TABLE memory(text)");
    assertOnThePage(TRANSACTION, () -> connect(elsewhere("privateKey", "22".repeat(32))));
    try (Connection first = connect(properties);
        Connection second = connect(elsewhere());
        Statement slow = first.createStatement();
        Statement quick = second.createStatement()) {
      quick.execute("INSERT INTO memory VALUES ('first')");
      second.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
      slow.execute("INSERT INTO memory VALUES ('second')");
      assertOnThePage(
          TRANSACTION, () -> first.unwrap(InftConnection.class).sync(Duration.ofSeconds(30)));
    } catch (SQLException closingAFork) {
      assertThat(closingAFork.getSQLState()).isIn("40001", "08003");
    }
    try (Anvil anvil = TestPackages.anvil()) {
      Properties chain = elsewhere("network", "custom", "rpc", anvil.address().toString());
      chain.setProperty("nodes", "http://127.0.0.1:1");
      chain.setProperty("contract", "0x" + "17".repeat(20));
      assertOnThePage(TRANSACTION, registering(chain, ID));
      String contract = deploy(chain, anvil);
      chain.setProperty("contract", contract);
      assertOnThePage(TRANSACTION, registering(chain, ID)); // no money
      assertOnThePage(TRANSACTION, () -> connect(chain));
      chain.setProperty("chainId", "16600");
      assertOnThePage(TRANSACTION, registering(chain, ID));
      chain.remove("chainId");
      anvil.fund(SigningKey.parse("11".repeat(32)).address(), BigInteger.TEN.pow(19));
      chain.setProperty("gasLimit", "30000");
      assertOnThePage(TRANSACTION, registering(chain, ID));
      chain.setProperty("gasLimit", "500000");
      chain.setProperty("maxGasPrice", "1");
      assertOnThePage(TRANSACTION, registering(chain, ID));
      chain.remove("maxGasPrice");
      chain.setProperty("maxFeePerHour", "0.000000001");
      assertOnThePage(TRANSACTION, registering(chain, ID));
    }
    // What makes a node say so is in MoneyTest and FlowPinTest; here its words are held to the
    // page.
    assertOnThePage(
        TRANSACTION,
        () -> {
          throw SqlExceptions.of(
              new WrongFlowException("http://127.0.0.1:5678", "0x1", "a preset", "0x2"));
        });
    assertEveryRowWasSeen(TRANSACTION);
  }

  @Test
  void everyCommandOnThePageIsThere() throws Exception {
    String text = Files.readString(Path.of("src/site/markdown/troubleshooting.md"));
    Matcher command = Pattern.compile("inft ([a-z]+)(?: ([a-z]+))?").matcher(text);
    int found = 0;
    while (command.find()) {
      CommandLine first = Inft.commandLine().getSubcommands().get(command.group(1));
      assertThat(first).as(command.group()).isNotNull();
      boolean nested = !first.getSubcommands().isEmpty() && command.group(2) != null;
      if (nested) {
        assertThat(first.getSubcommands()).containsKey(command.group(2).toLowerCase(Locale.ROOT));
      }
      found++;
    }
    assertThat(found).isGreaterThan(10);
  }
}
