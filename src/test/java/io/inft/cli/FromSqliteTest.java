package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.JavaSnippet;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code from-sqlite.md}, followed word by word. */
class FromSqliteTest {
  private static final Path PAGE = Path.of("src/site/markdown/from-sqlite.md");

  @TempDir Path folder;

  @AfterEach
  void end() {
    System.clearProperty("inft.home");
    Engines.endIdle();
  }

  @Test
  void aFileBecomesADatabaseAndAFileAgain() throws Exception {
    System.setProperty("inft.home", folder.resolve("home").toString());
    Path file = folder.resolve("notes.db");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      statement.execute("CREATE TABLE note(text)");
      statement.execute("INSERT INTO note VALUES ('from the file')");
    }
    Matcher command =
        Pattern.compile("```\ninft ([^`]*)```")
            .matcher(Files.readString(PAGE).replace("/data", folder.toString()));
    assertThat(command.find()).isTrue();
    CommandCall pushed = CommandCall.of(List.of(), words(command));
    assertThat(pushed.code()).as("%s", pushed).isZero();

    assertThat(JavaSnippet.run(PAGE, folder, 1))
        .isEqualToNormalizingNewlines("from the file, version 1\n");

    assertThat(command.find()).isTrue();
    CommandCall pulled = CommandCall.of(List.of(), words(command));
    assertThat(pulled.code()).as("%s", pulled).isZero();
    try (Connection sqlite =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("notes-again.db"));
        Statement statement = sqlite.createStatement();
        ResultSet row = statement.executeQuery("SELECT text FROM note")) {
      assertThat(row.getString(1)).isEqualTo("from the file");
    }
  }

  private static String[] words(Matcher command) {
    return command.group(1).strip().split(" ", -1);
  }
}
