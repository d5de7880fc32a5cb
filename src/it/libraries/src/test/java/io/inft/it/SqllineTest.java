package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sqlline.SqlLine;

class SqllineTest {
  @RegisterExtension final Machines machines = new Machines();

  private static String run(String script) throws Exception {
    SqlLine sqlline = new SqlLine();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    sqlline.setOutputStream(out);
    sqlline.setErrorStream(out);
    SqlLine.Status status =
        sqlline.begin(
            new String[] {
              "-d", "io.inft.jdbc.InftDriver", "-u", "jdbc:inft:typed", "-n", "", "-p", ""
            },
            new ByteArrayInputStream((script + "\n!quit\n").getBytes(StandardCharsets.UTF_8)),
            false);
    String printed = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(printed).isEqualTo(SqlLine.Status.OK);
    return printed;
  }

  @Test
  void aScriptWritesAndAnotherMachineReads() throws Exception {
    run("create table t(n int, v text);\ninsert into t values (1, 'typed in');");
    machines.lose();
    String printed =
        run(
            "!set outputformat csv\n!tables\n!columns t\nselect v, inft_version() > 0 as known from t;");
    assertThat(printed).contains("typed in").contains("inft").doesNotContain("Error");
  }
}
