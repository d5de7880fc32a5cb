package io.inft.lazy;

import io.inft.bytes.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** A real database in WAL mode whose pages are the base. */
public final class SourceDatabase {
  final int pageSize;
  public final byte[] bytes;

  private SourceDatabase(int pageSize, byte[] bytes) {
    this.pageSize = pageSize;
    this.bytes = bytes;
  }

  /** Rows of some 300 bytes each, an index, and a value that takes overflow pages. */
  public static SourceDatabase make(Path folder, int rows, int pageSize)
      throws SQLException, IOException {
    Path file = Files.createTempFile(folder, "source", ".db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size=" + pageSize);
      statement.execute("PRAGMA journal_mode=wal");
      statement.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
      statement.execute("CREATE INDEX by_name ON note(name)");
      connection.setAutoCommit(false);
      Random random = new Random(7);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO note VALUES(?, ?, ?)")) {
        for (int i = 1; i <= rows; i++) {
          insert.setInt(1, i);
          insert.setString(2, name(i));
          insert.setString(3, body(random, i % 500 == 0 ? 20_000 : 250));
          insert.executeUpdate();
        }
      }
      connection.commit();
    }
    return new SourceDatabase(pageSize, Files.readAllBytes(file));
  }

  static SourceDatabase read(Path file, int pageSize) throws IOException {
    return new SourceDatabase(pageSize, Files.readAllBytes(file));
  }

  public static String name(int id) {
    return "name-" + Integer.toHexString(id * 0x9E3779B1);
  }

  private static String body(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append(Long.toString(random.nextLong(), 36));
    }
    return text.toString();
  }

  Base base() {
    return new Base(pageSize, bytes.length / pageSize, Digest.sha256(bytes));
  }

  long pages() {
    return bytes.length / pageSize;
  }
}
