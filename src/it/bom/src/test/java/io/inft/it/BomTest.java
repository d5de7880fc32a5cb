package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spring Boot 3.5 alone would bring SQLite 3.49.1. */
class BomTest {
  @TempDir Path folder;

  @Test
  void bringsASqliteThatTheDriverTakes() throws Exception {
    String url =
        "jdbc:inft:bom?network=embedded&linger=0&embeddedDir=%s&home=%s"
            .formatted(folder.resolve("network"), folder.resolve("home"));
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT sqlite_version()")) {
      assertThat(row.getString(1)).isEqualTo("3.54.1");
    }
  }
}
