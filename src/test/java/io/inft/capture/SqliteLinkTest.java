package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.LocalDatabaseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

class SqliteLinkTest {
  @TempDir Path folder;

  @Test
  void aReadThatCouldNotBeginCanBeginLater() throws Exception {
    Path database = folder.resolve("other.sqlite");
    try (Connection other = new JDBC().connect("jdbc:sqlite:" + database, new Properties());
        Statement statement = other.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      try (SqliteLink link = SqliteLink.openAsIs(database)) {
        link.execute("PRAGMA busy_timeout=0");
        statement.execute("BEGIN EXCLUSIVE");
        assertThatThrownBy(link::beginRead).isInstanceOf(LocalDatabaseException.class);
        statement.execute("COMMIT");

        link.beginRead();

        assertThat(link.text("SELECT count(*) FROM t")).isEqualTo("0");
        link.rollback();
      }
    }
  }
}
