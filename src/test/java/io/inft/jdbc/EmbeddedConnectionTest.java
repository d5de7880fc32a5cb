package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.failure.SettingException;
import io.inft.jdbc.network.DevelopmentKeys;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** From a URL to rows and back, on the embedded network. */
class EmbeddedConnectionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Properties properties = new Properties();

  @BeforeEach
  void configure() {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String url) throws SQLException {
    return DriverManager.getConnection(url, properties);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void verifiesItsOwnHistoryInJavaAndInSql() throws Exception {
    properties.setProperty("encryptionKey", "22".repeat(32));
    try (Connection connection = open("jdbc:inft:verified?linger=0")) {
      run(connection, "CREATE TABLE t(x)");
      for (int i = 0; i < 20; i++) {
        run(connection, "INSERT INTO t VALUES (" + i + ")");
        run(connection, "INSERT INTO inft_events(type, payload) VALUES ('n', '" + i + "')");
        connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
      }

      CustodyReport report =
          connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL);

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VALID);
      assertThat(report.versions()).isGreaterThanOrEqualTo(20);
      assertThat(report.sealed().rebuilt()).isEqualTo(report.versions());
      assertThat(report.sealed().firstEvent()).isEqualTo(1);
      assertThat(report.sealed().lastEvent()).isGreaterThanOrEqualTo(40);
      String json = rows(connection, "SELECT inft_verify('quick')").get(0);
      assertThat(JSON.readTree(json).path("verdict").asText()).isEqualTo("VALID");
      assertThatThrownBy(() -> rows(connection, "SELECT inft_verify('slow')"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
    }
  }

  @Test
  void aStatementThatIsOnlyPreparedPublishesNothing() throws Exception {
    try (Connection connection = open("jdbc:inft:prepared")) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      run(connection, "CREATE TABLE t(x)");
      long before = inft.sync(Duration.ofSeconds(30)).number();

      try (PreparedStatement append =
          connection.prepareStatement("INSERT INTO inft_events(type) VALUES (?)")) {
        assertThat(inft.sync(Duration.ofSeconds(30)).number()).isEqualTo(before);
        append.setString(1, "made");
        append.executeUpdate();
      }
      assertThat(rows(connection, "SELECT type FROM inft_events")).containsExactly("made");
      assertThat(inft.sync(Duration.ofSeconds(30)).number()).isEqualTo(before + 1);
    }
  }

  @Test
  void aRegistryBehindTheHeadThisMachineSawIsARollback() throws Exception {
    Path registry = folder.resolve("network").resolve("registry");
    Path earlier = folder.resolve("earlier");
    try (Connection connection = open("jdbc:inft:rolled-back?linger=0")) {
      run(connection, "CREATE TABLE t(x)");
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
      copy(registry, earlier);
      run(connection, "INSERT INTO t VALUES (1)");
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
    }
    Path network = folder.resolve("network");
    Files.move(network, folder.resolve("later"));
    copy(folder.resolve("later").resolve("store"), network.resolve("store"));
    copy(earlier, registry);

    CustodyReport report =
        Target.withSecretAtHand("rolled-back", properties)
            .verify(Verification.Depth.QUICK, 1, Long.MAX_VALUE, Progress.NONE);

    assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.ROLLBACK);
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
  }

  private static void copy(Path from, Path to) throws java.io.IOException {
    try (var tree = Files.walk(from)) {
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

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  @Test
  void theDriverIsFoundAndADatabaseSurvivesTheLossOfItsMachine() throws Exception {
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('hello')");
    }
    properties.setProperty("home", folder.resolve("another-machine").toString());
    try (Connection connection = open("jdbc:inft:sqlite:notes")) {
      assertThat(rows(connection, "select x from t")).containsExactly("hello");
      assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:inft:sqlite:notes");
      assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
      assertThat(connection.unwrap(InftConnection.class).version()).isPositive();
    }
  }

  @Test
  void madeKeysAreReadableByTheirOwnerOnlyAndWarnedAboutOnce() throws Exception {
    try (Connection connection = open("jdbc:inft:notes")) {
      assertThat(connection.getWarnings().getMessage()).contains("development data key");
    }
    for (String name : new String[] {DevelopmentKeys.SIGNING_KEY, DevelopmentKeys.DATA_KEY}) {
      Path key = folder.resolve("network").resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
    try (Connection connection = open("jdbc:inft:notes")) {
      assertThat((Throwable) connection.getWarnings()).isNull();
    }
  }

  @Test
  void anAnchoredCommitIsInTheNextVersion() throws Exception {
    properties.setProperty("durability", "anchored");
    try (Connection connection = open("jdbc:inft:notes")) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      run(connection, "create table t(id integer primary key, x)");
      long first = inft.version();
      assertThat(first).isEqualTo(1);
      run(connection, "insert into t(x) values ('a')");
      assertThat(inft.version()).isEqualTo(2);
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("insert into t(x) values ('b') returning id")) {
        rows.next();
        assertThat(inft.version()).isEqualTo(2);
        rows.next();
        assertThat(inft.version()).isEqualTo(3);
      }
      connection.setAutoCommit(false);
      run(connection, "insert into t(x) values ('c')");
      connection.commit();
      assertThat(inft.version()).isEqualTo(4);
      connection.rollback();
      rows(connection, "select inft_version()");
      connection.setAutoCommit(true);
      rows(connection, "select inft_append('a', '{}')");
      assertThat(inft.version()).isEqualTo(5);
    }
  }

  @Test
  void functionsSpeakOfTheRealState() throws Exception {
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
      assertThat(rows(connection, "select inft_sync(60000)")).containsExactly("1");
      run(connection, "insert into inft_events(type, payload) values ('made', '{\"n\":1}')");
      InftConnection.Version version =
          connection.unwrap(InftConnection.class).sync(java.time.Duration.ofSeconds(60));
      assertThat(version.number()).isEqualTo(2);
      JsonNode status = JSON.readTree(rows(connection, "select inft_status()").get(0));
      assertThat(status.get("version").asLong()).isEqualTo(2);
      assertThat(JSON.readTree(rows(connection, "select inft_history()").get(0))).hasSize(2);
      assertThat(rows(connection, "select inft_log()").get(0)).contains("made");
    }
  }

  @Test
  void readsAPastStateAndFollowsTheHeadReadOnly() throws Exception {
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
      rows(connection, "select inft_sync(60000)");
      run(connection, "insert into t values ('later')");
    }
    try (Connection past = open("jdbc:inft:notes?at=1");
        Connection head = open("jdbc:inft:notes?mode=ro&refresh=0")) {
      assertThat(rows(past, "select x from t")).isEmpty();
      assertThat(rows(head, "select x from t")).containsExactly("later");
      for (Connection readOnly : List.of(past, head)) {
        assertThat(readOnly.isReadOnly()).isTrue();
        assertThatThrownBy(() -> run(readOnly, "insert into t values (1)"))
            .hasFieldOrPropertyWithValue("SQLState", "25006")
            .hasMessageContaining("connect with");
        assertThat(rows(readOnly, "select * from inft_events")).isEmpty();
        readOnly.setReadOnly(false);
      }
    }
  }

  @Test
  void twoFoldersThatPlayTheNetworkAreTwoNetworks() throws Exception {
    try (Connection one = open("jdbc:inft:notes")) {
      run(one, "create table one(x)");
      properties.setProperty("embeddedDir", folder.resolve("other-network").toString());
      try (Connection other = open("jdbc:inft:notes")) {
        assertThat(rows(other, "select name from sqlite_schema")).isEmpty();
      }
    }
  }

  @Test
  void whoLosesAgainstAnotherWriterGets40001OnceAndRetriesOnTheWinnersState() throws Exception {
    properties.setProperty("durability", "anchored");
    try (Connection mine = open("jdbc:inft:notes")) {
      run(mine, "create table t(x)");
      Properties other = new Properties();
      other.putAll(properties);
      other.setProperty("home", folder.resolve("another-machine").toString());
      try (Connection theirs = DriverManager.getConnection("jdbc:inft:notes", other)) {
        run(theirs, "insert into t values ('theirs')");
      }
      mine.setAutoCommit(false);
      run(mine, "insert into t values ('mine')");
      assertThatThrownBy(mine::commit)
          .hasMessageContaining("another writer")
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      assertThatThrownBy(() -> run(mine, "select 1"))
          .hasFieldOrPropertyWithValue("SQLState", "08003");
      assertThat(mine.isValid(0)).isFalse();
      mine.rollback();
    }
    try (Connection again = open("jdbc:inft:notes")) {
      assertThat(rows(again, "select x from t")).containsExactly("theirs");
      run(again, "insert into t values ('mine')");
      assertThat(rows(again, "select x from t")).containsExactly("theirs", "mine");
    }
  }

  @Test
  void creationPragmasCountWhenTheDatabaseIsMade() throws Exception {
    properties.setProperty("page_size", "8192");
    properties.setProperty("encoding", "UTF-16le");
    properties.setProperty("auto_vacuum", "FULL");
    properties.setProperty("foreign_keys", "true");
    properties.setProperty("journal_mode", "wal");
    try (Connection connection = open("jdbc:inft:notes")) {
      assertThat(rows(connection, "pragma page_size")).containsExactly("8192");
      assertThat(rows(connection, "pragma encoding")).containsExactly("UTF-16le");
      assertThat(rows(connection, "pragma auto_vacuum")).containsExactly("1");
      assertThat(rows(connection, "pragma foreign_keys")).containsExactly("1");
      assertThat(rows(connection, "pragma journal_mode")).containsExactly("wal");
      assertThat(rows(connection, "pragma wal_autocheckpoint")).containsExactly("0");
    }
  }

  @Test
  void aWrongPasswordChangesNothingAndIs28000() throws Exception {
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
    }
    Engines.endIdle();
    properties.setProperty("password", "wrong horse battery staple");
    assertThatThrownBy(() -> open("jdbc:inft:notes"))
        .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
        .hasFieldOrPropertyWithValue("SQLState", "28000")
        .hasMessageNotContaining("wrong horse");
    properties.remove("password");
    Connection connection =
        DriverManager.getConnection("jdbc:inft:notes", withUser("correct horse battery staple"));
    connection.close();
  }

  private Properties withUser(String password) {
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("user", "alice");
    all.setProperty("password", password);
    return all;
  }

  @Test
  void everyConnectionProvesItsSecretAlsoOnAnOpenEngine() throws Exception {
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
      rows(connection, "select inft_sync(60000)");
      properties.setProperty("password", "wrong horse battery staple");
      assertThatThrownBy(() -> open("jdbc:inft:notes"))
          .hasFieldOrPropertyWithValue("SQLState", "28000");
    }
  }

  @Test
  void aSecretFileIsReadAndWarnedAboutWhenOthersMayReadIt() throws Exception {
    Path file = folder.resolve("password.txt");
    Files.writeString(file, "correct horse battery staple\nnot this line\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    properties.setProperty("passwordFile", file.toString());
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    try (Connection connection = open("jdbc:inft:notes")) {
      run(connection, "create table t(x)");
      assertThat(connection.getWarnings().getMessage()).contains("chmod 600");
    }
    properties.remove("passwordFile");
    properties.setProperty("password", "correct horse battery staple");
    try (Connection connection = open("jdbc:inft:notes")) {
      assertThat(rows(connection, "select name from sqlite_schema")).containsExactly("t");
    }
  }

  @Test
  void badInputFailsWithAStateAndAWayOut() throws Exception {
    assertFails("jdbc:inft:", "3D000", "empty");
    assertFails("jdbc:inft:a//b", "3D000", "//");
    assertFails("jdbc:inft:notes?netwrok=embedded", "HY024", "'network'");
    assertFails("jdbc:inft:notes?password=hunter2hunter2", "HY024", "URL");
    assertFails("jdbc:inft:notes?journal_mode=delete", "HY024", "WAL");
    assertFails("jdbc:inft:notes?create=false", "3D000", "create=true");
    assertFails("jdbc:inft:notes?mode=ro", "", "");
    properties.setProperty("privateKey", "1234");
    assertFails("jdbc:inft:notes", "HY024", "64 hex");
    properties.setProperty("privateKey", "00".repeat(32));
    assertFails("jdbc:inft:notes", "HY024", "64 hex");
    properties.remove("privateKey");
    properties.setProperty("encryptionKey", "tooshort");
    assertFails("jdbc:inft:notes", "HY024", "");
    properties.setProperty("password", "correct horse battery staple");
    assertFails("jdbc:inft:notes", "HY024", "encryptionKey");
    properties.remove("password");
    properties.remove("encryptionKey");
    properties.setProperty("passwordFile", folder.resolve("nothing").toString());
    assertFails("jdbc:inft:notes", "HY024", "cannot be read");
    properties.remove("passwordFile");
    for (String network : new String[] {"galileo", "mainnet", "custom"}) {
      properties.setProperty("network", network);
      assertFails("jdbc:inft:notes", "HY024", "ZERO_G_STORAGE_CONTRACT");
    }
    properties.setProperty("network", "elsewhere");
    assertFails("jdbc:inft:notes", "HY024", "there is no store named 'elsewhere'");
    properties.remove("network");
    assertFails("jdbc:inft:notes", "HY024", "network=embedded");
    assertFails("jdbc:inft:notes", "HY024", "ZERO_G_RPC");
  }

  private void assertFails(String url, String state, String message) {
    assertThatThrownBy(() -> open(url).close())
        .as(url)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("hunter2")
        .satisfies(
            thrown -> {
              if (!state.isEmpty()) {
                assertThat(((SQLException) thrown).getSQLState()).isEqualTo(state);
              }
            });
  }

  @Test
  void aHomeThatIsAFileIsRefused() throws Exception {
    Path file = folder.resolve("file");
    Files.writeString(file, "not a folder");
    properties.setProperty("home", file.toString());

    assertThatThrownBy(() -> open("jdbc:inft:notes").close())
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "58030");
    assertThat(Files.readString(file)).isEqualTo("not a folder");
  }

  @Test
  void anInterruptedThreadClosesWithoutLosingAnything() throws Exception {
    Connection connection = open("jdbc:inft:notes?syncInterval=1h");
    run(connection, "create table t(x)");
    Thread.currentThread().interrupt();
    try {
      assertThat(rows(connection, "pragma wal_checkpoint(truncate)")).hasSize(1);
      connection.close();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    Engines.endIdle();
    try (Connection again = open("jdbc:inft:notes")) {
      assertThat(rows(again, "select name from sqlite_schema")).containsExactly("t");
    }
  }

  @Test
  void aDataSourceOpensTheSame() throws Exception {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:notes");
    source.setNetwork("embedded");
    source.setHome(folder.resolve("home").toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setEnforceForeignKeys(true);
    try (Connection connection = source.getConnection()) {
      run(connection, "create table t(x)");
      assertThat(rows(connection, "pragma foreign_keys")).containsExactly("1");
      assertThat(connection).isInstanceOf(SQLiteConnection.class);
    }
    source.setUrl("jdbc:sqlite:");
    source.setDatabaseName("notes");
    try (Connection connection = source.getConnection("alice", "")) {
      assertThat(rows(connection, "select name from sqlite_schema")).containsExactly("t");
    }
    source.setDatabaseName("");
    assertThatThrownBy(source::getConnection)
        .isInstanceOf(SQLException.class)
        .hasRootCauseInstanceOf(SettingException.class);
  }
}
