package io.inft.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner sees what it is there to see. */
class SqlLogicRunTest {
  private static final String SCRIPT =
      """
      statement ok
      create table t(a, b)

      statement ok
      insert into t values (2, 'two'), (10, ''), (null, 1.5)

      statement error
      insert into nowhere values (1)

      query IT rowsort
      select a, b from t
      ----
      10
      (empty)
      2
      two
      NULL
      1.5

      skipif sqlite
      query I nosort
      select count(*) from nowhere
      ----
      7

      onlyif mysql
      statement ok
      drop database

      query R nosort
      select sum(a) / 7 from t
      ----
      1.000

      query I valuesort
      select a from t where a is not null
      ----
      2 values hashing to 17fe8000e24ee6a32c6b488462abebf0

      halt

      query I nosort
      select 1
      ----
      2
      """;

  @TempDir Path folder;

  private List<String> run(String script) throws Exception {
    try (Twins twins = Twins.open(Files.createTempDirectory(folder, "run"))) {
      twins.run(List.of("create table u(x)", "insert into u values (1)"));
      try (Statement plain = twins.plain.createStatement()) {
        plain.execute("insert into u values (2)");
      }
      SqlLogicRun run = new SqlLogicRun(twins, "script");
      run.run(new SqlLogicReader(new BufferedReader(new StringReader(script))), Long.MAX_VALUE);
      return run.wrong();
    }
  }

  @Test
  void aScriptThatHoldsIsFoundRight() throws Exception {
    assertThat(run(SCRIPT)).isEmpty();
  }

  @Test
  void aWrongValueAWrongOrderAndAWrongHashAreFound() throws Exception {
    assertThat(run(SCRIPT.replace("two\n", "three\n")))
        .hasSize(1)
        .first()
        .asString()
        .contains(":11");
    assertThat(run(SCRIPT.replace("IT rowsort", "IT nosort"))).hasSize(1);
    assertThat(run(SCRIPT.replace("17fe", "17ff"))).hasSize(1);
  }

  @Test
  void aStatementThatFailsOrDoesNotIsFound() throws Exception {
    assertThat(run(SCRIPT.replace("statement error", "statement ok"))).hasSize(1);
    assertThat(run("statement error\nselect 1\n")).hasSize(1);
  }

  @Test
  void anAnswerThatDiffersFromSqliteJdbcsIsFoundThoughTheFileExpectsIt() throws Exception {
    assertThat(run("query I nosort\nselect count(*) from u\n----\n1\n")).hasSize(1);
    assertThat(run("statement ok\nupdate u set x = 3\n")).hasSize(1);
  }
}
