package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.cli.CommandRun;
import io.inft.cli.console.ByteText;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code inft sql} and {@code inft list}. */
class SqlCommandTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private int run(String machine, String... arguments) {
    return ran.runOn(folder.resolve(machine), folder.resolve("network"), List.of(), arguments);
  }

  private void fill() throws Exception {
    Path script =
        Files.writeString(
            folder.resolve("fill.sql"),
            "CREATE TABLE t(a, b);\n-- a comment\nINSERT INTO t VALUES (1, 'x, \"y\"');\n"
                + "INSERT INTO t VALUES (NULL, x'00ff');\nINSERT INTO t VALUES ('', 'l\n1');");
    assertThat(run("laptop", "sql", "notes", "--write", "--file", script.toString()))
        .as(ran.err())
        .isZero();
    assertThat(ran.err()).contains("published: version");
  }

  @Test
  void printsRowsForPeopleForSheetsAndForPrograms() throws Exception {
    fill();
    String rows = "SELECT a, b FROM t ORDER BY rowid";
    assertThat(run("cloud", "sql", "notes", rows)).as(ran.err()).isZero();
    assertThat(ran.out().lines())
        .containsExactly("a     b", "1     x, \"y\"", "NULL  x'00ff'", "      l\\u{a}1");
    assertThat(run("cloud", "sql", "notes", rows, "--format", "csv")).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "a,b\n1,\"x, \"\"y\"\"\"\n,x'00ff'\n\"\",\"l\n1\"\n"
                .replace("\n", System.lineSeparator())
                .replace("l" + System.lineSeparator(), "l\n"));
    assertThat(run("cloud", "sql", "notes", rows, "--json")).isZero();
    JsonNode json = ran.json();
    assertThat(json.get(0).path("a").isInt()).isTrue();
    assertThat(json.get(1).path("a").isNull()).isTrue();
    assertThat(json.get(1).path("b").asText()).isEqualTo("00ff");
  }

  @Test
  void changesNothingUnlessTold() throws Exception {
    fill();
    assertThat(run("cloud", "sql", "notes", "DELETE FROM t")).isEqualTo(1);
    assertThat(ran.err()).contains("SQLSTATE");
    assertThat(run("cloud", "sql", "notes", "--write", "DELETE FROM t WHERE a = 1")).isZero();
    assertThat(run("third", "sql", "notes", "SELECT count(*) FROM t", "--format", "csv")).isZero();
    assertThat(ran.out().lines()).containsExactly("count(*)", "2");
  }

  @Test
  void refusesWhatItWouldRunInPartOnly() {
    assertThat(run("laptop", "sql", "notes", "--write", "CREATE TABLE t(a); DROP TABLE t"))
        .isEqualTo(64);
    assertThat(ran.err()).contains("--file");
    assertThat(run("laptop", "sql", "notes")).isEqualTo(64);
    assertThat(run("laptop", "sql", "notes", "SELECT 1", "--file", "x")).isEqualTo(64);
    assertThat(run("laptop", "sql", "notes", "--file", "missing.sql")).isEqualTo(1);
    assertThat(ran.err()).contains("missing.sql").contains("no such file");
    assertThat(run("laptop", "sql", "nobody", "SELECT 1")).isEqualTo(1);
    assertThat(ran.err()).contains("nobody");
  }

  @Test
  void listsWhatLiesOnThisMachine() throws Exception {
    assertThat(run("laptop", "list")).isZero();
    assertThat(ran.out()).startsWith("none in ");
    fill();
    assertThat(run("laptop", "sql", "more", "--write", "CREATE TABLE t(a)")).isZero();
    assertThat(run("cloud", "sql", "notes", "--write", "DELETE FROM t")).isZero();

    assertThat(run("laptop", "list", "--json")).as(ran.err()).isZero();
    JsonNode rows = ran.json();
    assertThat(rows).hasSize(2);
    JsonNode notes = rows.get(1);
    assertThat(notes.path("id").asText()).isEqualTo("notes");
    assertThat(notes.path("head").asLong()).isEqualTo(notes.path("local").asLong() + 1);
    assertThat(notes.path("unpublished").asText()).isEqualTo("none");
    assertThat(notes.path("diskBytes").asLong()).isPositive();
    assertThat(run("laptop", "list", "--paid")).isZero();
    assertThat(ran.out()).contains("more").contains("notes");
    assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));

    assertThat(run("laptop", "list", "--owner", rows.get(0).path("owner").asText(), "--json"))
        .isZero();
    assertThat(ran.json().size()).isPositive();
    assertThat(run("laptop", "list", "--owner", "0x" + "12".repeat(20), "--json")).isZero();
    assertThat(ran.json()).isEmpty();
    assertThat(run("laptop", "list", "--offline", "--json")).isZero();
    assertThat(ran.json().get(0).has("head")).isFalse();
    assertThat(run("laptop", "list", "--owner", "me")).isEqualTo(64);
  }

  @Test
  void aDatabaseOfAnotherNetworkIsListedToo() throws Exception {
    fill();
    assertThat(
            ran.runOn(
                folder.resolve("laptop"), folder.resolve("other"), List.of(), "list", "--json"))
        .isZero();
    assertThat(ran.json().get(0).path("id").asText()).isEqualTo("notes");
  }

  @ParameterizedTest
  @CsvSource({"0,0 B", "999,999 B", "1000,1.0 KB", "9949,9.9 KB", "9950,10 KB", "999499,999 KB"})
  void bytesAreWrittenForPeople(long bytes, String text) {
    assertThat(ByteText.of(bytes)).isEqualTo(text);
  }
}
