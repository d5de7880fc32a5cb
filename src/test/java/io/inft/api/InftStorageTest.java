package io.inft.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.custody.Verdict;
import io.inft.seal.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's client, feature by feature, in the guide's order. */
class InftStorageTest {
  private static final String ID = "inft_12345";

  @TempDir Path folder;
  private Client client;

  @BeforeEach
  void begin() {
    client = new Client(folder);
  }

  @AfterEach
  void end() {
    Client.end();
  }

  @Test
  void syncsAFileAndLoadsItOnAnotherMachine() throws Exception {
    Path file = client.file("my.db", 3);
    StorageMetadata metadata;
    try (InftStorage storage = client.storage("laptop")) {
      metadata = storage.syncTo0gStorage(ID, file);
    }
    assertThat(metadata.id()).isEqualTo(ID);
    assertThat(metadata.root()).matches("0x[0-9a-f]{64}");
    assertThat(metadata.checksum()).matches("[0-9a-f]{64}");
    assertThat(metadata.sizeBytes()).isPositive();
    assertThat(metadata.keyEpoch()).isEqualTo(1);
    assertThat(metadata.time()).isBetween(Instant.now().minusSeconds(120), Instant.now());
    try (InftStorage storage = client.storage("cloud")) {
      Path restored = storage.loadFrom0gStorage(ID, folder.resolve("out"));
      assertThat(restored).isEqualTo(folder.resolve("out/inft_inft_12345.db"));
      assertThat(Client.rows(restored)).isEqualTo(3);
      assertThat(Files.getPosixFilePermissions(restored)).hasSize(2);
      storage.loadFrom0gStorage(ID, folder.resolve("out"));
      assertThat(Client.files(folder.resolve("out"))).isEqualTo(1);
    }
  }

  @Test
  void syncsTheWorkingCopy() throws Exception {
    try (InftStorage storage = client.storage("laptop")) {
      Properties same = client.properties("laptop");
      same.setProperty("syncInterval", "4m");
      try (Connection connection = java.sql.DriverManager.getConnection("jdbc:inft:" + ID, same);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t(x)");
        StorageMetadata first = storage.syncTo0gStorage(ID);
        assertThat(first.version()).isEqualTo(1);
        assertThat(storage.syncTo0gStorage(ID)).isEqualTo(first);
        statement.execute("INSERT INTO t VALUES (1)");
        assertThat(storage.syncTo0gStorage(ID).version()).isEqualTo(2);
      }
    }
    try (InftStorage storage = client.storage("cloud")) {
      assertThat(storage.syncTo0gStorage(ID).version()).as("nothing of its own").isEqualTo(2);
    }
  }

  @Test
  void gathersEventsInBatches() throws Exception {
    String first;
    try (InftStorage storage = client.storage("laptop")) {
      Map<String, Object> event =
          Map.of("action", "decision_made", "data", Map.of("confidence", 0.95));
      assertThat(storage.appendEventLog(ID, event, true, 3)).isEmpty();
      assertThat(storage.appendEventLog(ID, "{\"type\":\"note\"}", true, 3)).isEmpty();
      List<StoredEvent> waiting =
          storage.queryEvents(ID, Instant.EPOCH, Instant.now().plusSeconds(60));
      assertThat(waiting).extracting(StoredEvent::type).containsExactly("decision_made", "note");
      assertThat(waiting).allSatisfy(one -> assertThat(one.version()).isEmpty());
      first = storage.appendEventLog(ID, "[1,2]", true, 3).orElseThrow();
      assertThat(first).matches("0x[0-9a-f]{64}");
      assertThat(storage.appendEventLog(ID, "\"pending\"")).isEmpty();
      for (int i = 0; i < 5; i++) {
        assertThat(storage.appendEventLog(ID, "{}", false, 1)).as("autoBatch is off").isEmpty();
      }
    }
    try (InftStorage storage = client.storage("cloud")) {
      List<StoredEvent> all = storage.queryEvents(ID, Instant.EPOCH, Instant.now().plusSeconds(60));
      assertThat(all).hasSize(9);
      assertThat(all).allSatisfy(one -> assertThat(one.version()).isPresent());
      assertThat(all.get(0).json()).contains("0.95");
      assertThat(all.get(2).type()).isEqualTo("event");
      assertThat(storage.queryEvents(ID, all.get(1).time(), all.get(1).time()))
          .contains(all.get(1));
      assertThat(storage.queryEvents(ID, Instant.EPOCH, all.get(0).time().minusMillis(1)))
          .isEmpty();
    }
  }

  /** A dropped table begins a new count; what was published stays, and nothing new is missed. */
  @Test
  void findsEventsOfATableThatWasDroppedAndBegunAnew() throws Exception {
    try (InftStorage storage = client.storage("laptop")) {
      for (int i = 1; i <= 3; i++) {
        storage.appendEventLog(ID, "{\"type\":\"old " + i + "\"}", false, 1);
      }
      storage.syncTo0gStorage(ID);
      Properties same = client.properties("laptop");
      same.setProperty("syncInterval", "4m");
      // First fewer rows than were published, then more.
      List<String> expected = new ArrayList<>(List.of("old 1", "old 2", "old 3"));
      for (int rows : List.of(2, 5)) {
        try (Connection connection = java.sql.DriverManager.getConnection("jdbc:inft:" + ID, same);
            Statement statement = connection.createStatement()) {
          statement.execute("DROP TABLE inft_events");
        }
        for (int i = 1; i <= rows; i++) {
          String type = "new " + i + " of " + rows;
          storage.appendEventLog(ID, "{\"type\":\"" + type + "\"}", false, 1);
          expected.add(type);
        }
        assertThat(types(storage)).as("not published yet").isEqualTo(expected);
        storage.syncTo0gStorage(ID);
        assertThat(types(storage)).as("published").isEqualTo(expected);
      }
    }
    try (InftStorage storage = client.storage("cloud")) {
      assertThat(types(storage)).hasSize(10);
      assertThat(storage.validateChainOfCustody(ID).findings()).isEmpty();
    }
  }

  private static List<String> types(InftStorage storage) throws SQLException {
    return storage.queryEvents(ID, Instant.EPOCH, Instant.now().plusSeconds(60)).stream()
        .map(StoredEvent::type)
        .toList();
  }

  @Test
  void validatesTheChainOfCustodyAndPlacesHashesInIt() throws Exception {
    try (InftStorage storage = client.storage("laptop")) {
      List<String> hashes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        storage.appendEventLog(ID, "{}", false, 1);
        hashes.add(storage.syncTo0gStorage(ID).root());
      }
      assertThat(storage.validateChainOfCustody(ID).verdict()).isEqualTo(Verdict.VALID);

      CustodyOfRoots unbroken = storage.validateChainOfCustody(ID, hashes);
      assertThat(unbroken.isUnbroken()).isTrue();
      assertThat(unbroken.roots().get(1).version().orElseThrow().version()).isEqualTo(2);
      String checksum = unbroken.roots().get(0).version().orElseThrow().checksum();
      assertThat(storage.validateChainOfCustody(ID, List.of(checksum)).isUnbroken()).isTrue();

      // What the guide's own test calls valid.
      CustodyOfRoots invented =
          storage.validateChainOfCustody(ID, List.of(hashes.get(0), "ab".repeat(32)));
      assertThat(invented.isUnbroken()).isFalse();
      assertThat(invented.roots().get(1).isKnown()).isFalse();
      CustodyOfRoots swapped =
          storage.validateChainOfCustody(ID, List.of(hashes.get(1), hashes.get(0)));
      assertThat(swapped.roots()).allSatisfy(root -> assertThat(root.isKnown()).isTrue());
      assertThat(swapped.isUnbroken()).as("in another order").isFalse();
    }
  }

  @Test
  void rotatesTheEncryptionKeyAndGoesOn() throws Exception {
    byte[] salt = new byte[16];
    salt[3] = 9;
    Secret key = InftStorage.generateEncryptionKey("seven red lamps on a pier".toCharArray(), salt);
    Secret again =
        InftStorage.generateEncryptionKey("seven red lamps on a pier".toCharArray(), salt);
    assertThat(Secret.revealHex(again)).isEqualTo(Secret.revealHex(key));
    assertThat(Secret.revealHex(InftStorage.generateEncryptionKey()))
        .isNotEqualTo(Secret.revealHex(InftStorage.generateEncryptionKey()));
    Path file = client.file("my.db", 1);
    try (InftStorage storage = client.storage("laptop")) {
      storage.syncTo0gStorage(ID, file);
      StorageMetadata rotated = storage.rotateEncryptionKey(ID, key);
      assertThat(rotated.keyEpoch()).isEqualTo(2);
      storage.appendEventLog(ID, "{}", true, 1);
      assertThat(Client.rows(storage.loadFrom0gStorage(ID, folder.resolve("out")))).isEqualTo(1);
      storage.syncTo0gStorage(ID, file);
      assertThat(storage.queryEvents(ID, Instant.EPOCH, Instant.now().plusSeconds(60))).hasSize(1);
      assertThat(storage.validateChainOfCustody(ID).verdict().passed()).isTrue();
    }
    try (InftStorage storage = client.storage("cloud")) {
      assertThatThrownBy(() -> storage.loadFrom0gStorage(ID, folder.resolve("out")))
          .hasFieldOrPropertyWithValue("SQLState", "28000");
    }
    Properties withKey = client.properties("cloud");
    withKey.remove("password");
    withKey.setProperty("encryptionKey", Secret.revealHex(key));
    try (InftStorage storage = InftStorage.of(withKey)) {
      storage.loadFrom0gStorage(ID, folder.resolve("out"));
    }
  }

  @Test
  void syncsManyDatabasesWithOneTransaction() throws Exception {
    List<String> ids = new ArrayList<>();
    try (InftStorage storage = client.storage("laptop")) {
      for (int i = 0; i < 6; i++) {
        ids.add("batch-" + i);
        storage.appendEventLog("batch-" + i, "{}", false, 1);
      }
      List<BatchResult> first = storage.batchSync(ids);
      assertThat(first).allSatisfy(result -> assertThat(result.isSynced()).isTrue());
      for (String id : ids) {
        storage.appendEventLog(id, "{}", false, 1);
      }
      List<Integer> seen = new ArrayList<>();
      List<BatchResult> second =
          storage.batchSync(ids, 2, (result, done, of) -> seen.add(done * 100 + of));
      assertThat(second).extracting(BatchResult::id).containsExactlyElementsOf(ids);
      assertThat(second)
          .allSatisfy(result -> assertThat(result.metadata().orElseThrow().version()).isEqualTo(2));
      assertThat(seen).containsExactly(106, 206, 306, 406, 506, 606);
    }
  }

  @Test
  void worksInTheBackground() throws Exception {
    Path file = client.file("my.db", 2);
    try (InftStorage storage = client.storage("laptop")) {
      StorageMetadata metadata = storage.syncTo0gStorageAsync(ID, file).get(60, TimeUnit.SECONDS);
      assertThat(metadata.version()).isEqualTo(1);
      Optional<String> none =
          storage.appendEventLogAsync(ID, "{}", true, 100).get(60, TimeUnit.SECONDS);
      assertThat(none).isEmpty();
      assertThat(storage.syncTo0gStorageAsync(ID).get(60, TimeUnit.SECONDS).version()).isEqualTo(2);
      assertThat(
              storage
                  .loadFrom0gStorageAsync(ID, folder.resolve("out"))
                  .thenApply(Path::getFileName)
                  .get(60, TimeUnit.SECONDS))
          .hasToString("inft_inft_12345.db");
      assertThat(
              storage
                  .queryEventsAsync(ID, Instant.EPOCH, Instant.now().plusSeconds(9))
                  .get(60, TimeUnit.SECONDS))
          .hasSize(1);
      assertThat(
              storage.validateChainOfCustodyAsync(ID).get(60, TimeUnit.SECONDS).verdict().passed())
          .isTrue();
      assertThat(
              storage.batchSyncAsync(List.of(ID), 1, BatchProgress.NONE).get(60, TimeUnit.SECONDS))
          .hasSize(1);
      assertThatThrownBy(() -> storage.syncTo0gStorageAsync("nobody").get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(SQLException.class);
    }
  }
}
