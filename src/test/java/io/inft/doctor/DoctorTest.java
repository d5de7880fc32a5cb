package io.inft.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.doctor.DoctorStep.State;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.config.Surroundings;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.registry.onchain.RegistryCode;
import io.inft.replica.Engines;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step of the doctor, right and wrong. */
class DoctorTest {
  private static final String OWNER = "11".repeat(32);
  private static final String AGENT = "22".repeat(32);
  private static final String ID = "agent-1";

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final Properties properties = new Properties();
  private Instant now = Instant.now();

  @BeforeEach
  void configure() {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("privateKey", OWNER);
    properties.setProperty("encryptionKey", "33".repeat(32));
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private List<DoctorStep> examine(boolean write, boolean restore) {
    return examine(Optional.of(ID), write, restore);
  }

  private List<DoctorStep> examine(Optional<String> id, boolean write, boolean restore) {
    return Doctor.examine(
        new Doctor.Wishes(id, write, restore),
        properties,
        new Surroundings(
            name -> Optional.empty(), name -> Optional.ofNullable(environment.get(name))),
        Clock.fixed(now, ZoneOffset.UTC),
        step -> {},
        cost -> {
          throw new AssertionError("nothing costs anything here: " + cost);
        });
  }

  private static DoctorStep step(List<DoctorStep> steps, String name) {
    return steps.stream()
        .filter(step -> step.name().equals(name))
        .reduce((first, last) -> last)
        .orElseThrow(() -> new AssertionError("no step " + name + " in " + steps));
  }

  private void publish() throws Exception {
    try (Connection connection = new InftDriver().connect("jdbc:inft:" + ID, properties);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE memory(text)");
      statement.execute("INSERT INTO memory VALUES ('hello')");
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
    }
    Engines.endIdle();
  }

  private DirectoryRegistry registry(String key) throws Exception {
    return DirectoryRegistry.open(
        folder.resolve("network").resolve("registry"),
        Optional.of(SigningKey.parse(key)),
        Clock.systemUTC());
  }

  @Test
  void everyStepOfAHealthyDatabaseIsRight() throws Exception {
    publish();

    List<DoctorStep> steps = examine(true, true);

    assertThat(steps).extracting(DoctorStep::state).containsOnly(State.OK);
    assertThat(steps)
        .extracting(DoctorStep::name)
        .containsExactly(
            "settings",
            "secret",
            "signing key",
            "network",
            "working copy",
            "database",
            "rights",
            "key",
            "content",
            "key age",
            "storage dates",
            "write",
            "restore");
    assertThat(step(steps, "restore").detail()).contains(": 1 table,");
    assertThat(steps.toString()).doesNotContain(OWNER).doesNotContain("33".repeat(32));
    try (Stream<Path> left = Files.list(folder.resolve("home"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("inft-scratch-"));
    }
  }

  @Test
  void aMistypedPropertyIsNamedWithTheNearestOne() {
    properties.setProperty("embeddedDri", "x");

    List<DoctorStep> steps = examine(false, false);

    assertThat(steps).hasSize(1);
    assertThat(step(steps, "settings").state()).isEqualTo(State.FAILED);
    assertThat(step(steps, "settings").detail()).contains("embeddedDir");
    assertThat(step(steps, "settings").sqlState()).contains("HY024");
  }

  @Test
  void nothingConfiguredShowsTheWays() {
    properties.remove("network");

    DoctorStep network = step(examine(Optional.empty(), false, false), "network");

    assertThat(network.state()).isEqualTo(State.FAILED);
    assertThat(network.detail()).contains("network=embedded").contains("ZERO_G_RPC");
  }

  @Test
  void lookingMakesNoKeys() throws Exception {
    properties.remove("privateKey");
    properties.remove("encryptionKey");

    assertThat(examine(false, false)).extracting(DoctorStep::state).doesNotContain(State.FAILED);

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("development-"));
    }
    publish(); // which makes them
    assertThat(step(examine(false, false), "rights").state()).isEqualTo(State.OK);
  }

  @Test
  void aPrivateKeyThatIsNoneFails() {
    properties.setProperty("privateKey", "12");

    assertThat(step(examine(false, false), "signing key").state()).isEqualTo(State.FAILED);
  }

  @Test
  void aDatabaseThatNobodyRegisteredIsAWarning() {
    DoctorStep database = step(examine(false, false), "database");

    assertThat(database.state()).isEqualTo(State.WARNING);
    assertThat(database.advice()).isEqualTo("the first publish registers it");
    properties.setProperty("create", "false");
    assertThat(step(examine(false, false), "database").advice())
        .contains("inft registry register agent-1");
  }

  @Test
  void aWrongSecretFailsAtItsStepAndTheRestIsStillLookedAt() throws Exception {
    publish();
    properties.setProperty("encryptionKey", "44".repeat(32));

    List<DoctorStep> steps = examine(false, false);

    assertThat(step(steps, "key").state()).isEqualTo(State.FAILED);
    assertThat(step(steps, "key").advice()).contains("inft keys add agent-1");
    assertThat(step(steps, "content").state()).isEqualTo(State.OK);
    assertThat(step(steps, "key age").state()).isEqualTo(State.OK);
    List<DoctorStep> restoring = examine(false, true);
    assertThat(step(restoring, "restore").state()).isEqualTo(State.FAILED);
    assertThat(step(restoring, "restore").sqlState()).contains("28000");
  }

  @Test
  void anAccountWithoutTheRightIsToldWhatTheOwnerMustDo() throws Exception {
    publish();
    properties.setProperty("privateKey", AGENT);
    Address agent = SigningKey.parse(AGENT).address();

    DoctorStep none = step(examine(false, false), "rights");
    assertThat(none.state()).isEqualTo(State.FAILED);
    assertThat(none.advice()).contains("'inft registry grant agent-1 " + agent + " --role writer'");

    DatabaseId id = DatabaseId.parse(ID);
    registry(OWNER).grant(id, agent, Rights.KEY_ADMIN, now.plus(Duration.ofDays(20)), 0);
    DoctorStep keysOnly = step(examine(false, false), "rights");
    assertThat(keysOnly.state()).isEqualTo(State.WARNING);
    assertThat(keysOnly.detail()).contains("may change keys and not write");
    assertThat(keysOnly.advice()).contains(agent + " --role writer,key-admin'");
    registry(OWNER).grant(id, agent, Rights.WRITER, now.plus(Duration.ofDays(2)), 0);
    assertThat(step(examine(false, false), "rights").state()).isEqualTo(State.WARNING);
    registry(OWNER).grant(id, agent, Rights.WRITER, now.plus(Duration.ofDays(20)), 0);
    assertThat(step(examine(false, false), "rights").state()).isEqualTo(State.OK);
  }

  @Test
  void aFrozenDatabaseFails() throws Exception {
    publish();
    registry(OWNER).freeze(DatabaseId.parse(ID));

    DoctorStep database = step(examine(false, false), "database");

    assertThat(database.state()).isEqualTo(State.FAILED);
    assertThat(database.advice()).contains("inft registry unfreeze agent-1");
  }

  @Test
  void anOldKeyIsAWarning() throws Exception {
    publish();
    now = now.plus(Duration.ofDays(100)).plus(Duration.ofHours(1));

    DoctorStep age = step(examine(false, false), "key age");

    assertThat(age.state()).isEqualTo(State.WARNING);
    assertThat(age.detail()).isEqualTo("key epoch 1 is 100 days old");
    assertThat(age.advice()).isEqualTo("run 'inft keys rotate agent-1'");
  }

  @Test
  void damagedObjectsFailWithTheCodeOfTheirFinding() throws Exception {
    publish();
    try (Stream<Path> files = Files.walk(folder.resolve("network").resolve("store"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 100) {
          bytes[50] ^= 1;
          Files.write(file, bytes);
        }
      }
    }

    DoctorStep content = step(examine(false, false), "content");

    assertThat(content.state()).isEqualTo(State.FAILED);
    assertThat(content.detail()).contains("OBJECT_SUBSTITUTED");
    assertThat(content.advice()).contains("inft verify agent-1");
  }

  @Test
  void aHomeThatCannotBeWrittenToFails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    properties.setProperty("home", file.resolve("below").toString());

    assertThat(step(examine(false, false), "working copy").state()).isEqualTo(State.FAILED);
  }

  @Test
  void aChainIsLookedAtPieceByPiece() throws Exception {
    try (Anvil anvil = TestPackages.anvil()) {
      properties.remove("network");
      environment.put("ZERO_G_RPC", anvil.address().toString());
      environment.put("ZERO_G_CHAIN_ID", "16600");
      DoctorStep retired = step(examine(false, false), "chain");
      assertThat(retired.state()).isEqualTo(State.FAILED);
      assertThat(retired.detail()).contains("retired Newton");
      assertThat(step(examine(false, false), "storage").state()).isEqualTo(State.SKIPPED);

      environment.remove("ZERO_G_CHAIN_ID");
      environment.put("ZERO_G_INDEXER", "http://127.0.0.1:1");
      List<DoctorStep> without = examine(false, false);
      assertThat(step(without, "chain").state()).isEqualTo(State.OK);
      assertThat(step(without, "contract").state()).isEqualTo(State.FAILED);
      assertThat(step(without, "contract").advice()).contains("inft registry deploy");
      assertThat(step(without, "balance").state()).isEqualTo(State.FAILED);
      assertThat(step(without, "balance").advice())
          .contains("send tokens of this chain to " + SigningKey.parse(OWNER).address());
      assertThat(step(without, "storage").state()).isEqualTo(State.FAILED);
      assertThat(step(without, "database").state()).isEqualTo(State.SKIPPED);

      SigningKey payer = SigningKey.generate(new SecureRandom());
      anvil.fund(payer.address(), BigInteger.TEN.pow(20));
      Chain chain = new Chain(anvil.rpc(), ChainSettings.STANDARD);
      Address contract =
          RegistryCode.deploy(new TransactionSender(chain, payer, new MemoryJournal()));
      environment.put("ZERO_G_STORAGE_CONTRACT", contract.toString());
      properties.setProperty("privateKey", payer.revealHex());
      List<DoctorStep> with = examine(false, false);
      assertThat(step(with, "contract").state()).isEqualTo(State.OK);
      assertThat(step(with, "contract").detail()).contains("with the code of this release");
      assertThat(step(with, "balance").state()).isEqualTo(State.OK);

      now = now.plus(Duration.ofHours(1));
      assertThat(step(examine(false, false), "chain").state()).isEqualTo(State.WARNING);
    }
  }
}
