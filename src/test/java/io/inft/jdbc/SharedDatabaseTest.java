package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

/** Statements that mean something else because the engine shares the database. */
class SharedDatabaseTest {
  @TempDir Path folder;
  private PlainSession session;
  private CapturedConnection connection;
  private Statement statement;

  @BeforeEach
  void open() throws Exception {
    open(4096);
  }

  private void open(int pageSize) throws Exception {
    session = new PlainSession(folder.resolve(pageSize + ".db"), pageSize);
    connection = new CapturedConnection("jdbc:inft:notes", session, new Properties());
    statement = connection.createStatement();
    statement.execute("create table t(id integer primary key, v text)");
    statement.execute("insert into t(v) values ('first')");
    session.takeTold();
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  private String value() throws SQLException {
    return one("select group_concat(v) from t");
  }

  private String one(String sql) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  private Path plainDatabase(int pageSize) throws SQLException {
    Path file = folder.resolve("plain" + pageSize + ".db");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement make = plain.createStatement()) {
      make.execute("pragma page_size=" + pageSize);
      make.execute("create table t(id integer primary key, v text)");
      make.execute("insert into t(v) values ('restored')");
    }
    return file;
  }

  @Test
  void aCheckpointIsTheEnginesBusiness() throws Exception {
    try (ResultSet rows = statement.executeQuery("pragma wal_checkpoint(truncate)")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt("busy")).isZero();
      assertThat(rows.getInt("log")).isEqualTo(12);
      assertThat(rows.getInt("checkpointed")).isEqualTo(7);
    }
    assertThat(session.takeTold()).containsExactly("checkpoint TRUNCATE", "none");
    statement.execute("PRAGMA main.wal_checkpoint");
    try (ResultSet rows = statement.getResultSet()) {
      assertThat(rows.getMetaData().getColumnName(3)).isEqualTo("checkpointed");
    }
    statement.executeUpdate("pragma wal_checkpoint(nonsense)");
    assertThat(session.takeTold())
        .containsExactly("checkpoint PASSIVE", "none", "checkpoint PASSIVE", "none");
  }

  @Test
  void aPreparedCheckpointHasANewAnswerEachTime() throws Exception {
    try (PreparedStatement checkpoint =
        connection.prepareStatement("pragma wal_checkpoint(full)")) {
      for (int i = 0; i < 2; i++) {
        try (ResultSet rows = checkpoint.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(2)).isEqualTo(12);
        }
      }
      assertThat(checkpoint.execute()).isTrue();
    }
    assertThat(session.takeTold()).contains("checkpoint FULL").hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "truncate", "persist", "memory", "off"})
  void theJournalModeStaysAsItIsAndSaysSo(String mode) throws Exception {
    assertThat(one("pragma journal_mode=" + mode)).isEqualTo("wal");
    assertThat(connection.getWarnings().getMessage()).contains("WAL");
    statement.executeUpdate("pragma journal_mode=" + mode);
    try (PreparedStatement prepared = connection.prepareStatement("pragma journal_mode=" + mode);
        ResultSet rows = prepared.executeQuery()) {
      assertThat(rows.getString(1)).isEqualTo("wal");
    }
    statement.execute("insert into t(v) values ('second')");
    assertThat(value()).isEqualTo("first,second");
  }

  @Test
  void theLockingModeStaysAsItIsAndSaysSo() throws Exception {
    assertThat(one("pragma locking_mode=exclusive")).isEqualTo("normal");
    assertThat(connection.getWarnings().getMessage()).contains("NORMAL");
    statement.execute("insert into t(v) values ('second')");
    assertThat(value()).isEqualTo("first,second");
  }

  @Test
  void thePageSizeOfAnExistingDatabaseStays() throws Exception {
    statement.execute("pragma page_size=8192");
    statement.execute("vacuum");
    assertThat(one("pragma page_size")).isEqualTo("4096");
    assertThat(value()).isEqualTo("first");
  }

  @Test
  void backsUpToAFileAndVacuumsIntoOne() throws Exception {
    Path backup = folder.resolve("backup.db");
    Path vacuumed = folder.resolve("vacuumed.db");
    statement.executeUpdate("backup to '" + backup + "'");
    // As with sqlite-jdbc, the keys of the last INSERT must be gone before a VACUUM.
    statement.close();
    connection.createStatement().execute("vacuum into '" + vacuumed + "'");
    for (Path copy : new Path[] {backup, vacuumed}) {
      try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + copy);
          ResultSet rows = plain.createStatement().executeQuery("select v from t")) {
        assertThat(rows.getString(1)).isEqualTo("first");
      }
    }
  }

  @Test
  void restoresFromAFile() throws Exception {
    statement.executeUpdate("restore from '" + plainDatabase(4096) + "'");

    assertThat(session.takeTold()).containsExactly("beforeCommit", "none commit");
    assertThat(value()).isEqualTo("restored");
    assertThat(one("pragma journal_mode")).isEqualTo("wal");
    assertThat(one("pragma integrity_check")).isEqualTo("ok");
  }

  @Test
  void refusesToRestoreFromAFileWithOtherPages() throws Exception {
    Path other = plainDatabase(8192);

    assertThatThrownBy(() -> statement.execute("restore from '" + other + "'"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("8192")
        .hasFieldOrPropertyWithValue("SQLState", "22000");
    assertThat(value()).isEqualTo("first");
  }

  @Test
  void saysSoWhenNothingWasRestoredBecauseAnotherConnectionWrites() throws Exception {
    Path source = plainDatabase(4096);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      writer.execute("begin immediate");
      writer.execute("insert into t(v) values ('theirs')");

      assertThatThrownBy(() -> statement.execute("restore from '" + source + "'"))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      writer.execute("rollback");
    }
    assertThat(value()).isEqualTo("first");
  }

  @Test
  void refusesToRestoreInsideATransactionOrFromNothing() throws Exception {
    Path source = plainDatabase(4096);
    connection.setAutoCommit(false);
    assertThatThrownBy(() -> statement.execute("restore from '" + source + "'"))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    connection.setAutoCommit(true);
    assertThatThrownBy(
            () -> statement.execute("restore from '" + folder.resolve("nothing.db") + "'"))
        .isInstanceOf(SQLException.class);
    Files.writeString(folder.resolve("text.db"), "no database ".repeat(500));
    assertThatThrownBy(() -> statement.execute("restore from '" + folder.resolve("text.db") + "'"))
        .hasFieldOrPropertyWithValue("SQLState", "XX001");
    assertThat(value()).isEqualTo("first");
  }

  @Test
  void anImageCanBeOpenedInMemoryAndComesBackIntoTheFile() throws Exception {
    byte[] image = connection.serialize("main");

    try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      memory.unwrap(SQLiteConnection.class).deserialize("main", image.clone());
      try (ResultSet rows = memory.createStatement().executeQuery("select v from t")) {
        assertThat(rows.getString(1)).isEqualTo("first");
      }
    }
    statement.execute("insert into t(v) values ('second')");
    session.takeTold();

    connection.deserialize("main", image);

    assertThat(session.takeTold()).contains("beforeCommit", "none commit");
    assertThat(value()).isEqualTo("first");
    statement.execute("insert into t(v) values ('third')");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        ResultSet rows = other.createStatement().executeQuery("select group_concat(v) from t")) {
      assertThat(rows.getString(1)).isEqualTo("first,third");
    }
  }

  @Test
  void anImageWithOtherPagesIsConvertedOnTheWay() throws Exception {
    byte[] image = Files.readAllBytes(plainDatabase(8192));

    connection.deserialize("main", image);

    assertThat(value()).isEqualTo("restored");
    assertThat(one("pragma page_size")).isEqualTo("4096");
  }

  /** Its tree leads to one row by 4^18 ways, and VACUUM would go them all. */
  @Test
  void anImageWhoseTreeHasNoEndIsNotConverted() throws Exception {
    Path file = folder.resolve("tree.db");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement making = plain.createStatement()) {
      making.execute("pragma page_size=512");
      making.execute("create table t(x)");
      making.execute("insert into t values (1)");
    }
    int last = 20;
    byte[] twoPages = Files.readAllBytes(file);
    ByteBuffer image = ByteBuffer.allocate(last * 512);
    image.put(twoPages).put((last - 1) * 512, twoPages, 512, 512);
    image.putInt(28, last);
    for (int page = 2; page < last; page++) {
      int at = (page - 1) * 512;
      image.put(at, new byte[512]);
      image.put(at, (byte) 5).putShort(at + 3, (short) 3).putShort(at + 5, (short) 480);
      image.putInt(at + 8, page + 1);
      for (int cell = 0; cell < 3; cell++) {
        image.putShort(at + 12 + 2 * cell, (short) (480 + 5 * cell));
        image.putInt(at + 480 + 5 * cell, page + 1).put(at + 484 + 5 * cell, (byte) (cell + 1));
      }
    }

    assertThatThrownBy(() -> connection.deserialize("main", image.array()))
        .hasFieldOrPropertyWithValue("SQLState", "22000")
        .hasMessageContaining("pages of 4096 bytes");
    assertThat(value()).isEqualTo("first");
  }

  @Test
  void refusesAnImageThatIsNoDatabase() {
    assertThatThrownBy(() -> connection.deserialize("main", new byte[4096]))
        .hasFieldOrPropertyWithValue("SQLState", "22000");
    assertThatThrownBy(() -> connection.deserialize("main", new byte[3]))
        .hasFieldOrPropertyWithValue("SQLState", "22000");
  }

  @Test
  void worksInAFolderWhoseNameLooksLikeParameters() throws Exception {
    Path odd = folder.resolve("what?mode=memory#1");
    Files.createDirectories(odd);
    try (CapturedConnection strange =
            new CapturedConnection(
                "jdbc:inft:odd", new PlainSession(odd.resolve("a.db")), new Properties());
        Statement make = strange.createStatement()) {
      make.execute("create table t(x)");
    }
    assertThat(Files.size(odd.resolve("a.db"))).isPositive();
  }
}
