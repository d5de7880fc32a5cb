package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.cli.Inft;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A file goes out and comes back through the commands, and the doctor finds nothing. */
class CommandLineTest {
  @TempDir Path folder;

  private String run(String machine, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--network=embedded");
    all.add("--embedded-dir=" + folder.resolve("network"));
    all.add("--home=" + folder.resolve(machine));
    StringWriter out = new StringWriter();
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    int code = line.execute(all.toArray(new String[0]));
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  @Test
  void aFileGoesOutAndComesBack() throws Exception {
    Path file = folder.resolve("notes.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(text)");
      statement.execute("INSERT INTO note VALUES ('water the plants')");
    }
    run("here", "push", "notes", file.toString());
    assertThat(run("there", "status", "--json", "notes")).contains("\"version\" : 1");
    Path back = folder.resolve("back.db");
    run("there", "pull", "notes", back.toString());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + back);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT text FROM note")) {
      assertThat(row.getString(1)).isEqualTo("water the plants");
    }
    run("there", "doctor", "notes");
    assertThat(Files.exists(back)).isTrue();
  }

  @Test
  void everyCommandHasItsClasses() {
    for (String name : Inft.commandLine().getSubcommands().keySet()) {
      StringWriter out = new StringWriter();
      CommandLine line = Inft.commandLine();
      line.setOut(new PrintWriter(out));
      assertThat(line.execute("help", name)).isZero();
      assertThat(out.toString()).contains("inft " + name);
    }
  }
}
