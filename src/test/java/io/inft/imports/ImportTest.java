package io.inft.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.GuideKeyException;
import io.inft.failure.GuideSaltLostException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NotImportableException;
import io.inft.failure.PlaintextImportException;
import io.inft.failure.SettingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.replica.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of the guide's clients: what they wrote is read, and what went wrong is named. */
class ImportTest {
  private static final String ROWS = "SELECT count(*) FROM memory";

  @TempDir Path folder;
  private ImportWorld world;

  @BeforeEach
  void begin() {
    world = new ImportWorld(folder);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private static GuideKey key(String text) throws SettingException {
    return GuideKey.parse(text, "the key");
  }

  private void refuses(
      Class<? extends InftException> failure, ThrowingCallable call, String... words)
      throws Exception {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasCauseInstanceOf(failure)
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain(ImportWorld.KEY, ImportWorld.KEY_HEX, ImportWorld.PASSWORD);
    world.hasBegunNothing();
  }

  @ParameterizedTest
  @CsvSource({
    "py_fernet.bin, fernet, " + ImportWorld.KEY,
    "py_fernet.bin, fernet, " + ImportWorld.KEY_HEX,
    "ts_gcm.bin, aes-gcm, " + ImportWorld.KEY_HEX,
    "ts_gcm.bin, aes-gcm, " + ImportWorld.KEY,
  })
  void aSnapshotIsOpenedByItsKey(String vector, String format, String key) throws Exception {
    Path file = world.vector(vector);

    Import.Result result = world.begin().key(key(key)).files(List.of(file));

    assertThat(result.format()).hasValue(format);
    assertThat(result.published().version()).isEqualTo(1);
    assertThat(result.warnings()).isEmpty();
    assertThat(world.ask(ROWS)).isEqualTo("50");
    assertThat(world.ask("SELECT inft_history()")).contains("\"kind\":\"import\"");
    assertThat(world.ask("SELECT inft_log()"))
        .contains(format, vector, Digest.sha256(Files.readAllBytes(file)).hex());
  }

  @ParameterizedTest
  @ValueSource(strings = {"py_fernet.bin", "ts_gcm.bin"})
  void orByThePasswordAndTheSaltThatWasKept(String vector) throws Exception {
    GuideKey derived =
        GuideKey.derived(
            ImportWorld.PASSWORD.toCharArray(),
            GuideKey.parseSalt(ImportWorld.SALT, "the salt"),
            GuideKey.ITERATIONS);

    Import.Result result = world.begin().key(derived).files(List.of(world.vector(vector)));

    assertThat(world.ask(ROWS)).isEqualTo("50");
    assertThat(result.warnings()).singleElement().asString().contains("guesses its password");
  }

  @Test
  void whatNodeEncryptsIsRead() throws Exception {
    Path plain =
        world.database(
            "large.db",
            "CREATE TABLE memory(x)",
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 3000)"
                + " INSERT INTO memory SELECT randomblob(500) FROM c");
    Path encrypted = folder.resolve("inft_7.db.encrypted");
    ImportWorld.node(plain, encrypted, ImportWorld.KEY_HEX);

    world.begin().key(key(ImportWorld.KEY_HEX)).files(List.of(encrypted));

    assertThat(world.ask(ROWS)).isEqualTo("3000");
  }

  @Test
  void aLongTokenIsReadPieceByPiece() throws Exception {
    Path plain =
        world.database(
            "large.db",
            "CREATE TABLE memory(x)",
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 2000)"
                + " INSERT INTO memory SELECT randomblob(500) FROM c");
    Path token = folder.resolve("token");
    Files.write(token, ImportWorld.fernet(Files.readAllBytes(plain), ImportWorld.KEY_HEX));
    Files.writeString(token, Files.readString(token) + "\r\n");

    world.begin().key(key(ImportWorld.KEY)).files(List.of(token));

    assertThat(world.ask(ROWS)).isEqualTo("2000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"py_fernet.bin", "ts_gcm.bin"})
  void anotherKeyOrAChangedByteOpensNothing(String vector) throws Exception {
    Path file = world.vector(vector);
    refuses(
        GuideKeyException.class,
        () -> world.begin().key(key("ff".repeat(32))).files(List.of(file)),
        vector,
        "rotation");
    byte[] whole = Files.readAllBytes(file);
    for (int at : new int[] {8, 20, 40, 5000, whole.length - 3}) {
      byte[] changed = whole.clone();
      changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');
      Files.write(file, changed);
      refuses(
          GuideKeyException.class,
          () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
          vector);
    }
  }

  @Test
  void aCutSnapshotIsNotOpenedByAShortTag() throws Exception {
    Path file = world.vector("ts_gcm.bin");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {32, 33, 48, 8000, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      refuses(
          GuideKeyException.class,
          () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
          "ts_gcm.bin");
    }
    Files.write(file, Arrays.copyOf(whole, 20));
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "20 bytes");
  }

  @ParameterizedTest
  @CsvSource({"4, ''", "1, ''", "0, '===='", "0, '!!!!'", "0, AAAA"})
  void aTokenThatIsNotWholeIsNamed(int cut, String more) throws Exception {
    Path file = world.vector("py_fernet.bin");
    String token = Files.readString(file);
    Files.writeString(file, token.substring(0, token.length() - cut) + more);
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "py_fernet.bin",
        "Fernet");
  }

  @Test
  void aTokenThatIsNotBase64InItsMiddleIsNamed() throws Exception {
    Path file = world.vector("py_fernet.bin");
    byte[] token = Files.readAllBytes(file);
    token[5000] = '+';
    Files.write(file, token);
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "base64url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"py_fernet.bin", "ts_gcm.bin"})
  void aLostSaltIsNamedAsSuchAndIsNoWrongPassword(String vector) throws Exception {
    Path file = world.vector(vector);
    refuses(
        GuideSaltLostException.class,
        () -> world.begin().key(GuideKey.withoutSalt()).files(List.of(file)),
        vector,
        "not a wrong password",
        "/data/inft_<id>.db");
    refuses(
        MissingSecretException.class,
        () -> world.begin().files(List.of(file)),
        vector,
        "--guide-key-file");
  }

  @Test
  void aDatabaseInTheClearIsTakenForTheOrdinaryFileThatItIs() throws Exception {
    Import.Result result = world.begin().files(List.of(world.vector("plain.db")));
    assertThat(result.format()).hasValue("sqlite");
    assertThat(world.ask(ROWS)).isEqualTo("50");
  }

  @Test
  void butNotInThePlaceOfAnEncryptedOneUnlessAsked() throws Exception {
    Path file = world.vector("plain.db");
    refuses(
        PlaintextImportException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "plain.db",
        "--plaintext");
    Path named = Files.copy(file, folder.resolve("inft_1.db.encrypted"));
    refuses(
        PlaintextImportException.class,
        () -> world.begin().files(List.of(named)),
        "inft_1.db.encrypted",
        "its name says");
    refuses(
        PlaintextImportException.class,
        () -> world.begin().checksum(Digest.sha256(Files.readAllBytes(file))).files(List.of(file)),
        "pointers name is encrypted");

    world.begin().key(key(ImportWorld.KEY)).plaintext().files(List.of(named));

    assertThat(world.ask(ROWS)).isEqualTo("50");
  }

  /** The guide's loader renames what it cannot decrypt. */
  @Test
  void aSnapshotUnderTheNameOfADatabaseIsStillASnapshot() throws Exception {
    Path file = Files.copy(world.vector("py_fernet.bin"), folder.resolve("inft_1.db"));
    refuses(
        MissingSecretException.class, () -> world.begin().files(List.of(file)), "Python client");
    world.begin().key(key(ImportWorld.KEY)).files(List.of(file));
    assertThat(world.ask(ROWS)).isEqualTo("50");
  }

  @Test
  void whatAKeyOpensMustBeAWholeDatabase() throws Exception {
    Path file = folder.resolve("token");
    Files.write(
        file,
        ImportWorld.fernet("no database".getBytes(StandardCharsets.UTF_8), ImportWorld.KEY_HEX));
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "is no SQLite database");
    byte[] plain = Files.readAllBytes(world.vector("plain.db"));
    Files.write(
        file, ImportWorld.fernet(Arrays.copyOf(plain, plain.length - 7), ImportWorld.KEY_HEX));
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "is cut");
    Arrays.fill(plain, plain.length - 4096, plain.length - 4000, (byte) 0x5a);
    Files.write(file, ImportWorld.fernet(plain, ImportWorld.KEY_HEX));
    refuses(
        DatabaseCorruptException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(file)),
        "token");
  }

  /** The guide's clients leave databases in the clear where everybody on the machine reads them. */
  @Test
  void whatIsDecryptedLiesWhereNobodyElseLooks() throws Exception {
    Path plain =
        world.database(
            "large.db",
            "CREATE TABLE memory(x)",
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 9000)"
                + " INSERT INTO memory SELECT randomblob(900) FROM c");
    Path encrypted = folder.resolve("inft_7.db.encrypted");
    ImportWorld.node(plain, encrypted, ImportWorld.KEY_HEX);
    Map<Path, String> seen = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread looking =
        new Thread(
            () -> {
              while (!over.get()) {
                look(folder.resolve("home"), seen);
              }
            });
    looking.start();
    try {
      world.begin().key(key(ImportWorld.KEY_HEX)).files(List.of(encrypted));
    } finally {
      over.set(true);
      looking.join();
    }

    assertThat(seen.keySet())
        .as("the database in the clear, while it was there")
        .anyMatch(path -> path.endsWith("image.sqlite"));
    assertThat(seen.keySet())
        .allSatisfy(path -> assertThat(isClosed(path, seen)).as("%s", path).isTrue());
    Engines.endIdle();
    try (Stream<Path> left = Files.walk(folder.resolve("home"))) {
      assertThat(left).noneMatch(path -> path.endsWith("image.sqlite"));
    }
  }

  /** By its own bits or by those of a folder below home that it is in. */
  private boolean isClosed(Path path, Map<Path, String> seen) {
    Path home = folder.resolve("home");
    for (Path at = path; !at.equals(home); at = at.getParent()) {
      if (seen.getOrDefault(at, "").endsWith("------")) {
        return true;
      }
    }
    return path.equals(home);
  }

  /** Notes who may do what with everything below a folder. */
  private static void look(Path below, Map<Path, String> seen) {
    try (Stream<Path> all = Files.walk(below)) {
      for (Path path : all.toList()) {
        seen.put(path, PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      }
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theLogThatTheGuideLeavesBehindIsWarnedOf() throws Exception {
    Path wal = world.database("wal.db", "PRAGMA journal_mode=wal", "CREATE TABLE memory(x)");
    Path file = folder.resolve("token");
    Files.write(file, ImportWorld.fernet(Files.readAllBytes(wal), ImportWorld.KEY_HEX));
    assertThat(world.begin().key(key(ImportWorld.KEY)).files(List.of(file)).warnings())
        .singleElement()
        .asString()
        .contains("WAL mode");
    assertThat(world.ask(ROWS)).isEqualTo("0");
  }

  @Test
  void aFileThatIsNotTheOneOnChainIsSubstituted() throws Exception {
    Path file = world.vector("py_fernet.bin");
    refuses(
        SubstitutedObjectException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).checksum(Digest.ZERO).files(List.of(file)),
        "py_fernet.bin",
        "b2779c3392b2a5f9376cdc48a289d71bf9ea3c719d4be3ecfa5ff6a5606737fd");
    world
        .begin()
        .key(key(ImportWorld.KEY))
        .checksum(Digest.parse("b2779c3392b2a5f9376cdc48a289d71bf9ea3c719d4be3ecfa5ff6a5606737fd"))
        .files(List.of(file));
    assertThat(world.ask(ROWS)).isEqualTo("50");
  }

  @Test
  void whatIsNothingOfAllThatIsNamed() throws Exception {
    Path file = folder.resolve("file");
    String[][] wrong = {
      {"", "it is empty"},
      {"{\"inft_id\":\"1\",\"state_data\":{},\"version\":\"1.0.0\"}", "sync service"},
      {"short", "5 bytes"},
    };
    for (String[] one : wrong) {
      Files.writeString(file, one[0]);
      refuses(
          NotImportableException.class, () -> world.begin().files(List.of(file)), "file", one[1]);
    }
    Files.write(file, HexFormat.of().parseHex("89494e46" + "00".repeat(60)));
    refuses(
        NotImportableException.class,
        () -> world.begin().files(List.of(file)),
        "object of this driver");
    refuses(NotImportableException.class, () -> world.begin().files(List.of(folder)), "a folder");
    refuses(
        NotImportableException.class,
        () -> world.begin().files(List.of(folder.resolve("none"))),
        "no such file");
    Path one = world.vector("plain.db");
    Path two = world.vector("ts_gcm.bin");
    refuses(
        NotImportableException.class,
        () -> world.begin().key(key(ImportWorld.KEY)).files(List.of(one, two)),
        "only one can begin one");
    refuses(
        NotImportableException.class,
        () -> world.begin().mostBytes(8000).key(key(ImportWorld.KEY)).files(List.of(two)),
        "more than 8000 bytes");
  }

  @Test
  void whatIsThereIsNotImportedOver() throws Exception {
    Path file = world.vector("plain.db");
    world.begin().files(List.of(file));
    assertThatThrownBy(() -> world.begin().files(List.of(file)))
        .hasCauseInstanceOf(ExistingDatabaseException.class)
        .hasFieldOrPropertyWithValue("SQLState", "42P04");
  }

  @Test
  void aKeyThatIsNoneIsNotRepeated() throws Exception {
    Path raw = Files.write(folder.resolve("raw"), HexFormat.of().parseHex(ImportWorld.KEY_HEX));
    Path text = Files.writeString(folder.resolve("text"), ImportWorld.KEY + "\nmore\n");
    assertThat(GuideKey.read(raw, "f").key()).isEqualTo(GuideKey.read(text, "f").key());
    assertThat(key("0x" + ImportWorld.KEY_HEX).key()).isEqualTo(key(ImportWorld.KEY).key());
    assertThat(key(ImportWorld.KEY).toString()).isEqualTo("GuideKey[32 bytes]");
    for (String wrong : List.of("", "abcd", "not a key", ImportWorld.KEY_HEX + "00")) {
      assertThatThrownBy(() -> GuideKey.parse(wrong, "--guide-key"))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("44 characters");
    }
    assertThatThrownBy(() -> GuideKey.parseSalt("~", "--guide-salt"))
        .hasMessageContaining("--guide-salt");
    assertThatThrownBy(() -> GuideKey.derived("x".toCharArray(), new byte[16], 0))
        .hasMessageContaining("not 0");
  }
}
