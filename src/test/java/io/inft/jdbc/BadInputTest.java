package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.faults.ChildJvm;
import io.inft.faults.InMemory;
import io.inft.faults.OpenFiles;
import io.inft.jdbc.network.DevelopmentKeys;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Databases;
import io.inft.replica.Engines;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lies in the way of a connection, on the network or on this machine, each with its failure.
 */
class BadInputTest {
  @TempDir(factory = InMemory.class)
  Path folder;

  private final Properties properties = new Properties();

  @BeforeEach
  void publishNotes() throws Exception {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("linger", "0");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("encryptionKey", "42".repeat(32));
    try (Connection connection = open("notes");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
    }
  }

  @AfterEach
  void nothingIsLeftOpen() throws Exception {
    Engines.endIdle();
    assertThat(OpenFiles.under(folder)).isEmpty();
  }

  private Connection open(String id) throws SQLException {
    return DriverManager.getConnection("jdbc:inft:" + id, properties);
  }

  /** As a Throwable, because a SQLException is also a list of them. */
  private Throwable failureOf(String id) {
    return catchThrowableOfType(SQLException.class, () -> open(id).close());
  }

  /** Makes bytes the first version of an id, as whoever may write could. */
  private void anchor(String id, byte[] bytes) throws Exception {
    Path network = folder.resolve("network");
    SigningKey key = DevelopmentKeys.signingKey(network, warning -> {});
    try (Store store = DirectoryStore.open(network.resolve("store"));
        Registry registry =
            DirectoryRegistry.open(
                network.resolve("registry"), Optional.of(key), Clock.systemUTC())) {
      ObjectRef ref = store.put(ByteSource.of(bytes), TransferListener.NONE);
      DatabaseId name = DatabaseId.parse(id);
      registry.register(name);
      registry.rotateAndAnchor(
          name,
          new Anchor(
              1,
              Digest.ZERO,
              ref.root(),
              ref.sizeBytes(),
              Digest.sha256(bytes),
              1,
              Digest.sha256(new byte[] {1}),
              Kind.SNAPSHOT));
    }
  }

  private byte[] commitObjectOfNotes() throws Exception {
    Path network = folder.resolve("network");
    try (Store store = DirectoryStore.open(network.resolve("store"));
        Registry registry =
            DirectoryRegistry.open(
                network.resolve("registry"), Optional.empty(), Clock.systemUTC())) {
      Anchor first = registry.version(DatabaseId.parse("notes"), 1, 0).anchor();
      return store.open(new ObjectRef(first.root(), first.sizeBytes())).readAll(1 << 20);
    }
  }

  @Test
  void wrongKeyForeignObjectCorruptObjectAndNoSlotAreFourMessages() throws Exception {
    byte[] commit = commitObjectOfNotes();
    anchor("foreign", "once upon a time".getBytes(StandardCharsets.UTF_8));
    anchor("corrupt", Arrays.copyOf(commit, commit.length - 10));

    Throwable foreign = failureOf("foreign");
    assertThat(foreign)
        .hasMessageContaining("not an object of inft-jdbc")
        .hasFieldOrPropertyWithValue("SQLState", "XX001");
    Throwable corrupt = failureOf("corrupt");
    assertThat(corrupt)
        .hasMessageContaining("corrupt commit object")
        .hasFieldOrPropertyWithValue("SQLState", "XX001");
    properties.setProperty("encryptionKey", "43".repeat(32));
    Throwable wrongKey = failureOf("notes");
    assertThat(wrongKey)
        .hasMessageContaining("does not open")
        .hasFieldOrPropertyWithValue("SQLState", "28000");
    properties.remove("encryptionKey");
    properties.setProperty("password", "correct horse battery staple");
    Throwable noSlot = failureOf("notes");
    assertThat(noSlot)
        .hasMessageContaining("has no password slot")
        .hasFieldOrPropertyWithValue("SQLState", "28000");
    assertThat(List.of(foreign, corrupt, wrongKey, noSlot))
        .extracting(failure -> ((SQLException) failure).getErrorCode())
        .doesNotHaveDuplicates();
  }

  @Test
  void anObjectOfALaterReleaseSaysThatThisOneIsTooOld() throws Exception {
    byte[] commit = commitObjectOfNotes();
    commit[8] = 3; // the format's number stands behind the magic
    anchor("later", commit);
    assertThat(failureOf("later"))
        .hasMessageContaining("update inft-jdbc")
        .hasFieldOrPropertyWithValue("SQLState", "0A000");
  }

  @Test
  void anObjectOfAnotherDatabaseIsRefused() throws Exception {
    anchor("stolen", commitObjectOfNotes());
    assertThat(failureOf("stolen"))
        .hasMessageContaining("context")
        .hasFieldOrPropertyWithValue("SQLState", "XX001");
  }

  @Test
  void aWrongKeyChangesNothingOnDiskHereOrThere() throws Exception {
    Engines.endIdle();
    Map<Path, Digest> before = content(folder);
    properties.setProperty("encryptionKey", "43".repeat(32));
    assertThat(failureOf("notes")).hasFieldOrPropertyWithValue("SQLState", "28000");
    assertThat(content(folder)).isEqualTo(before);

    properties.setProperty("home", folder.resolve("another").toString());
    assertThat(failureOf("notes")).hasFieldOrPropertyWithValue("SQLState", "28000");
    assertThat(content(folder.resolve("another")).keySet())
        .as("no page and no generation")
        .allMatch(file -> List.of("id", "lock").contains(file.getFileName().toString()));
    assertThat(content(folder.resolve("network"))).isEqualTo(in(before, "network"));
  }

  private static Map<Path, Digest> content(Path folder) throws IOException, InftException {
    Map<Path, Digest> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(file, Digest.sha256(Files.readAllBytes(file)));
      }
    }
    return content;
  }

  private Map<Path, Digest> in(Map<Path, Digest> all, String part) {
    Map<Path, Digest> chosen = new TreeMap<>(all);
    chosen.keySet().removeIf(file -> !file.startsWith(folder.resolve(part)));
    return chosen;
  }

  private Path workingCopy() throws SQLException {
    Target target = Target.of("notes", properties, true);
    return Databases.folderOf(target.settings(), target.network());
  }

  private Path generation() throws Exception {
    Path pointer = workingCopy().resolve("current");
    return pointer.resolveSibling(Files.readString(pointer).strip());
  }

  @Test
  void aFileWhereTheWorkingCopyShouldBeIsLeftAlone() throws Exception {
    Path copy = workingCopy();
    DurableFiles.deleteTree(copy);
    Files.writeString(copy, "precious");
    assertThat(failureOf("notes"))
        .hasMessageContaining(copy.toString())
        .hasFieldOrPropertyWithValue("SQLState", "58030");
    assertThat(copy).hasContent("precious");
  }

  @Test
  void aFolderOfSomebodyElseWhereTheWorkingCopyShouldBeIsLeftAlone() throws Exception {
    Path copy = workingCopy();
    DurableFiles.deleteTree(copy);
    Path thesis = copy.resolve("thesis.txt");
    Files.createDirectories(copy);
    Files.writeString(thesis, "precious");
    assertThat(failureOf("notes"))
        .hasMessageContaining("thesis.txt")
        .hasFieldOrPropertyWithValue("SQLState", "58030");
    assertThat(content(copy).keySet()).containsExactly(thesis);
  }

  @Test
  void textInPlaceOfTheDatabaseFileIsToldOfAndStays() throws Exception {
    Path database = generation().resolve("database.sqlite");
    String text = "this is no database ".repeat(999);
    Files.writeString(database, text);
    isToldOfOnce("changed behind SQLite's log");
    assertThat(database).hasContent(text);
  }

  /** The head is opened beside what was put aside; the first call of the application says so. */
  private void isToldOfOnce(String part) throws Exception {
    try (Connection connection = open("notes");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT count(*) FROM sqlite_schema"))
          .hasMessageContaining(part)
          .hasFieldOrPropertyWithValue("SQLState", "40001");
    }
    try (Connection connection = open("notes");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      assertThat(rows.next()).isTrue();
    }
  }

  @Test
  void aDatabaseWithOtherPagesInPlaceOfOursIsPutAsideAndNotPublished() throws Exception {
    Path database = generation().resolve("database.sqlite");
    Files.delete(database);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA page_size=8192");
      statement.execute("CREATE TABLE other(x)");
      statement.execute("INSERT INTO other VALUES ('theirs')");
    }
    isToldOfOnce("page");
    properties.setProperty("home", folder.resolve("another").toString());
    try (Connection connection = open("notes");
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT name FROM sqlite_schema")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("t");
    }
  }

  @Test
  void aWorkingCopyThatNamesAMissingGenerationIsRefused() throws Exception {
    Files.writeString(workingCopy().resolve("current"), "gen-000099\n");
    assertThat(failureOf("notes"))
        .hasMessageContaining("gen-000099")
        .hasFieldOrPropertyWithValue("SQLState", "58030");
  }

  @Test
  void aFlippedBitInTheStateOfTheWorkingCopyIsNoticed() throws Exception {
    Path state = generation().resolve("state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[5] ^= 1;
    Files.write(state, bytes);
    assertThat(failureOf("notes"))
        .hasMessageContaining("state of the working copy")
        .hasFieldOrPropertyWithValue("SQLState", "XX001");
  }

  @Test
  void aWorkingCopyOfALaterReleaseSaysThatThisOneIsTooOld() throws Exception {
    Path state = generation().resolve("state");
    byte[] bytes = Files.readAllBytes(state);
    byte[] content = Arrays.copyOf(bytes, bytes.length - Digest.BYTES);
    content[9] = 9; // the low byte of the format, behind eight bytes of magic
    byte[] hash = Digest.sha256(content).toBytes();
    byte[] later = Arrays.copyOf(content, bytes.length);
    System.arraycopy(hash, 0, later, content.length, hash.length);
    Files.write(state, later);
    assertThat(failureOf("notes"))
        .hasMessageContaining("update inft-jdbc")
        .hasFieldOrPropertyWithValue("SQLState", "0A000");
    assertThat(Files.readAllBytes(state)).isEqualTo(later);
  }

  @Test
  void aSecondProcessIsToldWhoHasItAndMayReadOnly() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of(),
            Holder.class,
            "jdbc:inft:notes?network=embedded&linger=0&home="
                + folder.resolve("home")
                + "&embeddedDir="
                + folder.resolve("network"),
            "42".repeat(32))) {
      child.awaitLine("open");
      assertThat(failureOf("notes"))
          .hasMessageContaining("process " + child.pid())
          .hasMessageContaining("mode=ro")
          .hasFieldOrPropertyWithValue("SQLState", "55006");
      properties.setProperty("mode", "ro");
      try (Connection reader = open("notes");
          Statement statement = reader.createStatement();
          var row = statement.executeQuery("SELECT count(*) FROM t")) {
        assertThat(row.next()).isTrue();
      }
      properties.remove("mode");
      child.kill();
    }
    try (Connection connection = open("notes")) {
      assertThat(connection.isValid(0)).isTrue();
    }
  }

  /** Opens a database and keeps it open until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Properties secret = new Properties();
      secret.setProperty("encryptionKey", args[1]);
      try (Connection connection = DriverManager.getConnection(args[0], secret)) {
        System.out.println("open " + connection.isValid(0));
        Thread.sleep(600_000);
      }
    }
  }

  @Test
  void withoutAnyConfigurationBothWaysAreShown() {
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:inft:notes").close())
        .hasMessageContaining("network=embedded")
        .hasMessageContaining("ZERO_G_RPC")
        .hasFieldOrPropertyWithValue("SQLState", "HY024");
  }
}
