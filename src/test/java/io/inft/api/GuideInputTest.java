package io.inft.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.custody.Verdict;
import io.inft.seal.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each of the guide's features says to bad input. */
class GuideInputTest {
  private static final String ID = "inft_12345";

  @TempDir Path folder;
  private Client client;
  private InftStorage storage;

  @BeforeEach
  void begin() {
    client = new Client(folder);
    storage = client.storage("laptop");
  }

  @AfterEach
  void end() throws Exception {
    storage.close();
    Client.end();
  }

  private static void refused(ThrowingCallable call, String state, String says) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", state)
        .hasMessageContaining(says);
  }

  // Ids.

  @ParameterizedTest
  @ValueSource(strings = {"", "../../etc/passwd", "a/../b", "a\u0007b", "ünicode", "a b", "a//b"})
  void anIdThatBreaksTheRulesTouchesNothing(String id) throws Exception {
    refused(() -> storage.syncTo0gStorage(id), "3D000", "id");
    refused(() -> storage.loadFrom0gStorage(id, folder.resolve("out")), "3D000", "id");
    refused(() -> storage.appendEventLog(id, "{}"), "3D000", "id");
    assertThat(Client.files(folder)).isZero();
  }

  @Test
  void anIdThatIsTooLongIsRefused() {
    refused(() -> storage.syncTo0gStorage("a".repeat(129)), "3D000", "128");
  }

  @Test
  void anIdWithSlashesStaysInsideTheFolderItIsLoadedTo() throws Exception {
    storage.syncTo0gStorage("team/agent", client.file("my.db", 1));
    storage.syncTo0gStorage("team_agent", client.file("other.db", 2));

    Path slashed = storage.loadFrom0gStorage("team/agent", folder.resolve("out"));
    Path plain = storage.loadFrom0gStorage("team_agent", folder.resolve("out"));

    assertThat(slashed.getParent()).isEqualTo(folder.resolve("out"));
    assertThat(plain).hasFileName("inft_team_agent.db").isNotEqualTo(slashed);
    assertThat(Client.rows(slashed)).isEqualTo(1);
    assertThat(Client.rows(plain)).isEqualTo(2);
  }

  @Test
  void anIdThatNobodyPublishedIsNamed() {
    refused(() -> storage.syncTo0gStorage("nobody"), "3D000", "nobody");
    refused(() -> storage.loadFrom0gStorage("nobody", folder), "3D000", "nobody");
    refused(() -> storage.queryEvents("nobody", Instant.EPOCH, Instant.now()), "3D000", "nobody");
    refused(
        () -> storage.rotateEncryptionKey("nobody", InftStorage.generateEncryptionKey()),
        "3D000",
        "nobody");
  }

  // Secrets.

  @Test
  void aWrongPasswordChangesNothingOnDisk() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    Path restored = storage.loadFrom0gStorage(ID, folder.resolve("out"));
    byte[] before = Files.readAllBytes(restored);
    Properties wrong = client.properties("laptop");
    wrong.setProperty("password", "correct horse battery stapler");
    try (InftStorage other = InftStorage.of(wrong)) {
      refused(() -> other.loadFrom0gStorage(ID, folder.resolve("out")), "28000", "does not open");
      refused(() -> other.syncTo0gStorage(ID, restored), "28000", "does not open");
      refused(() -> other.appendEventLog(ID, "{}"), "28000", "does not open");
    }
    assertThat(Files.readAllBytes(restored)).isEqualTo(before);
    assertThat(Client.files(folder.resolve("out"))).isEqualTo(1);
  }

  @Test
  void aNewPasswordThatCanBeGuessedIsRefused() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    refused(
        () -> storage.rotateEncryptionKey(ID, Secret.password("hunter2".toCharArray())),
        "28000",
        "public for ever");
    assertThat(storage.syncTo0gStorage(ID).keyEpoch()).isEqualTo(1);
  }

  @Test
  void aKeyIsNotMadeFromAWeakPasswordOrAShortSalt() {
    char[] good = "seven red lamps on a pier".toCharArray();
    refused(() -> InftStorage.generateEncryptionKey(good, new byte[8]), "22023", "salt");
    refused(() -> InftStorage.generateEncryptionKey(new char[0], new byte[16]), "22023", "salt");
    refused(
        () -> InftStorage.generateEncryptionKey("short".toCharArray(), new byte[16]),
        "28000",
        "12 characters");
  }

  @Test
  void thereIsNoWayToTurnEncryptionOrVerificationOff() {
    assertThat(
            Arrays.stream(InftStorage.class.getMethods()).map(java.lang.reflect.Method::toString))
        .noneMatch(method -> method.contains("loadFrom0gStorage") && method.contains("boolean"))
        .noneMatch(method -> method.contains("syncTo0gStorage") && method.contains("boolean"));
    for (String option : List.of("encrypt", "verifyChecksum")) {
      Properties properties = client.properties("laptop");
      properties.setProperty(option, "false");
      InftStorage other = InftStorage.of(properties);
      refused(() -> other.syncTo0gStorage(ID), "HY024", option);
    }
  }

  // Rights.

  @Test
  void whoHasNoRightIsToldBeforeAnythingIsUploaded() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    long objects = Client.files(folder.resolve("network/store"));
    Properties stranger = client.properties("stranger");
    stranger.setProperty("privateKey", SigningKey.parse("22".repeat(32)).revealHex());
    try (InftStorage other = InftStorage.of(stranger)) {
      refused(() -> other.syncTo0gStorage(ID, client.file("b.db", 1)), "42501", ID);
      refused(() -> other.appendEventLog(ID, "{}"), "42501", ID);
      refused(
          () -> other.rotateEncryptionKey(ID, InftStorage.generateEncryptionKey()), "42501", ID);
    }
    assertThat(Client.files(folder.resolve("network/store"))).isEqualTo(objects);
  }

  // Files and folders.

  @Test
  void aFileThatIsNoDatabaseOrIsDamagedIsNotPublished() throws Exception {
    Path text = Files.writeString(folder.resolve("text.db"), "not a database".repeat(99));
    refused(() -> storage.syncTo0gStorage(ID, text), "58030", "text.db");
    Path damaged = client.file("damaged.db", 500);
    byte[] bytes = Files.readAllBytes(damaged);
    Arrays.fill(bytes, 4096, 4200, (byte) 0x5a);
    Files.write(damaged, bytes);
    refused(() -> storage.syncTo0gStorage(ID, damaged), "XX001", "damaged.db");
    refused(() -> storage.syncTo0gStorage(ID, folder.resolve("none.db")), "58030", "none.db");
    refused(() -> storage.syncTo0gStorage(ID, folder), "58030", folder.toString());
    refused(() -> storage.loadFrom0gStorage(ID, folder.resolve("out")), "3D000", ID);
  }

  @Test
  void aLiveDatabaseIsCopiedWithItsLog() throws Exception {
    Path live = folder.resolve("live.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("CREATE TABLE t(x)");
      statement.execute("INSERT INTO t VALUES (1)");
      storage.syncTo0gStorage(ID, live);
    }
    assertThat(Client.rows(storage.loadFrom0gStorage(ID, folder.resolve("out")))).isEqualTo(1);
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    Path file = Files.writeString(folder.resolve("out"), "precious");
    refused(() -> storage.loadFrom0gStorage(ID, file), "58030", "this is a file");
    assertThat(file).hasContent("precious");
    Files.createDirectories(folder.resolve("dir/inft_inft_12345.db"));
    refused(() -> storage.loadFrom0gStorage(ID, folder.resolve("dir")), "58030", "folder");
  }

  /** A folder like /tmp: somebody may have put a link where the file will be. */
  @Test
  void aLinkInTheFilesPlaceIsReplacedAndNotFollowed() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Path place = Files.createDirectories(folder.resolve("shared")).resolve("inft_" + ID + ".db");
    Files.createSymbolicLink(place, precious);

    Path loaded = storage.loadFrom0gStorage(ID, folder.resolve("shared"));

    assertThat(loaded).isEqualTo(place).isRegularFile();
    assertThat(Files.isSymbolicLink(loaded)).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(loaded)))
        .isEqualTo("rw-------");
    assertThat(precious).hasContent("precious");
  }

  /** There, both take the same nonce, and the second pointer hides the first. */
  @Test
  void ofSyncsAtTheSameTimeEachIsAVersionOrIsToldThatItIsNone() throws Exception {
    storage.syncTo0gStorage(ID, client.file("first.db", 1));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<StorageMetadata>> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path file = client.file("of" + i + ".db", 10 + i);
      InftStorage other = client.storage("machine" + i);
      running.add(
          pool.submit(
              () -> {
                try (other) {
                  return other.syncTo0gStorage(ID, file);
                }
              }));
    }
    List<Long> versions = new ArrayList<>();
    for (Future<StorageMetadata> one : running) {
      try {
        versions.add(one.get().version());
      } catch (ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOf(SQLException.class)
            .hasFieldOrPropertyWithValue("SQLState", "40001");
      }
    }
    pool.shutdown();
    assertThat(versions).isNotEmpty().doesNotHaveDuplicates();
    assertThat(storage.validateChainOfCustody(ID).verdict()).isEqualTo(Verdict.VALID);
    try (Connection connection = client.open("look", ID);
        Statement statement = connection.createStatement();
        ResultSet newest = statement.executeQuery("SELECT inft_version()")) {
      assertThat(newest.getLong(1)).as("nothing else was anchored").isEqualTo(1 + versions.size());
    }
  }

  // Events.

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "not json", "{\"a\":", "{} {}", "{'a':1}"})
  void anEventThatIsNotOneJsonValueIsRefused(String event) throws Exception {
    refused(() -> storage.appendEventLog(ID, event), "22023", "not JSON");
    assertThat(Client.files(folder)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aBatchSizeBelowOneIsRefused(int batchSize) {
    refused(() -> storage.appendEventLog(ID, "{}", true, batchSize), "22023", "at least 1");
  }

  @Test
  void aTimeRangeThatEndsBeforeItBeginsIsRefused() throws Exception {
    storage.appendEventLog(ID, "{}");
    Instant now = Instant.now();
    refused(() -> storage.queryEvents(ID, now, now.minusSeconds(1)), "22023", "before it begins");
    assertThat(storage.queryEvents(ID, now.minusSeconds(600), now.plusSeconds(600))).hasSize(1);
  }

  // Custody.

  @Test
  void aListThatIsEmptyOrHoldsNoHashesSaysWhatIsNeeded() throws Exception {
    storage.syncTo0gStorage(ID, client.file("my.db", 1));
    refused(() -> storage.validateChainOfCustody(ID, List.of()), "22023", "no storage hashes");
    refused(() -> storage.validateChainOfCustody(ID, List.of("hash1", "hash2")), "22023", "hash1");
    refused(() -> storage.validateChainOfCustody(ID, List.of("zz".repeat(32))), "22023", "64 hex");
  }

  // Batches.

  @Test
  void aBadIdAmongGoodOnesFailsAlone() throws Exception {
    storage.appendEventLog("good-1", "{}", false, 1);
    storage.appendEventLog("good-2", "{}", false, 1);

    List<BatchResult> results = storage.batchSync(List.of("good-1", "../bad", "nobody", "good-2"));

    assertThat(results).extracting(BatchResult::isSynced).containsExactly(true, false, false, true);
    assertThat(results.get(1).failure().orElseThrow().getSQLState()).isEqualTo("3D000");
    assertThat(results.get(2).failure().orElseThrow().getMessage()).contains("nobody");
  }

  @Test
  void aClosedClientSaysSo() throws Exception {
    InftStorage closed = client.storage("elsewhere");
    closed.close();
    closed.close();
    refused(() -> closed.syncTo0gStorage(ID), "08003", "the client is closed");
    refused(() -> closed.loadFrom0gStorage(ID, folder.resolve("out")), "08003", "closed");
    refused(() -> closed.appendEventLog(ID, "{}"), "08003", "closed");
    refused(() -> closed.queryEvents(ID, Instant.EPOCH, Instant.EPOCH), "08003", "closed");
    refused(() -> closed.validateChainOfCustody(ID), "08003", "closed");
    assertThat(closed.batchSync(List.of(ID)).get(0).failure().orElseThrow().getSQLState())
        .isEqualTo("08003");
    assertThat(closed.syncTo0gStorageAsync(ID))
        .failsWithin(java.time.Duration.ofMinutes(1))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(SQLException.class);
  }

  @Test
  void emptyAndDuplicateListsAreWhatTheySeem() throws Exception {
    assertThat(storage.batchSync(List.of())).isEmpty();
    storage.appendEventLog("good-1", "{}", false, 1);
    List<BatchResult> results = storage.batchSync(List.of("good-1", "good-1"));
    assertThat(results).singleElement().satisfies(one -> assertThat(one.isSynced()).isTrue());
    refused(() -> storage.batchSync(List.of("good-1"), 0, BatchProgress.NONE), "22023", "least 1");
  }

  @Test
  void aDatabaseThatCannotBePublishedDoesNotStopTheBatch() throws Exception {
    storage.appendEventLog("good-1", "{}", false, 1);
    storage.appendEventLog("lost", "{}", false, 1);
    storage.batchSync(List.of("good-1", "lost"));
    storage.appendEventLog("good-1", "{}", false, 1);
    storage.appendEventLog("lost", "{}", false, 1);
    try (Connection winner = client.open("elsewhere", "lost");
        Statement statement = winner.createStatement()) {
      statement.execute("CREATE TABLE won(x)");
    }

    List<BatchResult> results = storage.batchSync(List.of("good-1", "lost"));

    assertThat(results).extracting(BatchResult::isSynced).containsExactly(true, false);
    assertThat(results.get(1).failure().orElseThrow().getSQLState()).isEqualTo("40001");
  }
}
