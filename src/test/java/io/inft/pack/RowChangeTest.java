package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.sqlite.DatabaseFile;
import io.inft.sqlite.WalFile;
import io.inft.sqlite.WalFrame;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WalTail;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs to publish one changed row of a real database. */
class RowChangeTest {
  private static final List<String> WORDS =
      List.of("agent", "memory", "answer", "the", "of", "asked", "about", "a", "ticket", "flight");

  @TempDir Path folder;

  @Test
  void oneChangedRowIsAFewHundredBytes() throws Exception {
    Path database = folder.resolve("rows.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
      execute(connection, "pragma journal_mode=wal");
      execute(connection, "pragma synchronous=off");
      execute(connection, "create table t(id integer primary key, k text, v text, n real)");
      execute(connection, "create index i on t(k)");
      insert(connection, new Random(1), 20_000);
      execute(connection, "pragma wal_checkpoint(truncate)");
      execute(connection, "update t set v = 'a changed answer', n = 0.5 where id = 7777");
      assertThat(deltaOfTheLastCommit(database).length).as("an update").isBetween(150, 300);

      execute(connection, "pragma wal_checkpoint(truncate)");
      insert(connection, new Random(2), 1);
      assertThat(deltaOfTheLastCommit(database).length)
          .as("an insert that touches table and index")
          .isBetween(200, 600);
    }
  }

  private static void execute(Connection connection, String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static byte[] deltaOfTheLastCommit(Path database) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (WalFile wal = WalFile.open(database.resolveSibling("rows.db-wal"));
        DatabaseFile before = DatabaseFile.open(database)) {
      WalTail tail = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      TreeMap<Long, Long> newest = new TreeMap<>();
      for (WalFrame frame : tail.frames()) {
        newest.put(frame.pageNumber(), frame.frame());
      }
      PackHeader header = new PackHeader(PackType.DELTA, 4096, tail.databasePages(), 1, 2, true);
      try (PackWriter writer = new PackWriter(header, Samples.OLD, out)) {
        for (var page : newest.entrySet()) {
          writer.add(page.getKey(), wal.page(page.getValue()), before.page(page.getKey(), 4096));
        }
        writer.finish();
      }
    }
    return out.toByteArray();
  }

  private static void insert(Connection connection, Random random, int rows) throws Exception {
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("insert into t(k, v, n) values(?, ?, ?)")) {
      for (int row = 0; row < rows; row++) {
        insert.setString(1, "key " + random.nextInt(1_000_000));
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < 8; word++) {
          text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        insert.setString(2, text.toString());
        insert.setDouble(3, random.nextDouble());
        insert.executeUpdate();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }
}
