package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.failure.BudgetSpentException;
import io.inft.replica.Engines;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A budget where publishing really costs something: at 2 gwei some 0.0005 0G for a publish. */
@Tag("processes")
class BudgetOnDevnetTest extends OnDevnet {
  private static JsonNode money(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select inft_status()")) {
      rows.next();
      return new ObjectMapper().readTree(rows.getString(1)).path("money");
    }
  }

  private static BigDecimal amount(JsonNode money, String field) {
    return new BigDecimal(money.path(field).asText());
  }

  private Properties budget(String budget) {
    Properties properties = on("one");
    properties.setProperty("budget", budget);
    properties.setProperty("closeTimeout", "10s");
    properties.setProperty("inline", "never");
    return properties;
  }

  @Test
  void whatTheBudgetDoesNotPayIsRefusedBeforeItIsCommitted() throws Exception {
    long committed = 0;
    BigDecimal spent;
    try (Connection connection = connect("thrifty", budget("0.003/day"))) {
      run(connection, "create table t(x)");
      SQLException refused = null;
      while (refused == null) {
        assertThat(committed).isLessThan(12);
        try {
          run(connection, "insert into t values (1)");
          committed++;
        } catch (SQLException e) {
          refused = e;
        }
      }
      assertThat(committed).isGreaterThan(1);
      assertThat((Throwable) refused)
          .hasFieldOrPropertyWithValue("SQLState", "53400")
          .hasFieldOrPropertyWithValue("errorCode", 10026)
          .hasCauseInstanceOf(BudgetSpentException.class)
          .hasMessageContaining("budget=0.003/day")
          .hasMessageContaining("raise budget");
      assertThat(number(connection, "select count(*) from t")).isEqualTo(committed);
      assertThatThrownBy(() -> run(connection, "update t set x = 2"))
          .hasFieldOrPropertyWithValue("SQLState", "53400");
      assertThat(number(connection, "select sum(x) from t")).isEqualTo(committed);
      assertThat(number(connection, "select inft_sync(60000)")).isEqualTo(1 + committed);

      JsonNode money = money(connection);
      spent = amount(money, "spent0G");
      assertThat(money.path("budget").asText()).isEqualTo("0.003/day");
      assertThat(spent).isLessThan(new BigDecimal("0.003"));
      assertThat(amount(money, "left0G")).isEqualTo(new BigDecimal("0.003").subtract(spent));
      assertThat(money.path("publishesLeft").asInt()).isZero();
      JsonNode last = money.path("lastPublish");
      assertThat(last.path("gas").asLong()).isBetween(60_000L, 400_000L);
      assertThat(last.path("gasPriceGwei").asText()).isEqualTo("2");
      assertThat(amount(last, "price0G")).isBetween(new BigDecimal("0.0001"), spent);
    }
    Engines.endIdle();

    try (Connection connection = connect("thrifty", budget("0.003/day"))) {
      assertThat(amount(money(connection), "spent0G")).as("a restart").isEqualTo(spent);
      assertThatThrownBy(() -> run(connection, "insert into t values (1)"))
          .hasFieldOrPropertyWithValue("SQLState", "53400");
      assertThat(number(connection, "select count(*) from t")).isEqualTo(committed);
    }
    Engines.endIdle();

    try (Connection connection = connect("thrifty", budget("0.1/day"))) {
      run(connection, "insert into t values (1)");
      assertThat(number(connection, "select count(*) from t")).isEqualTo(committed + 1);
      assertThat(amount(money(connection), "spent0G")).isGreaterThan(spent);
    }
  }

  @Test
  void theAccountIsSharedByAllDatabases() throws Exception {
    try (Connection one = connect("first", budget("0.003/day"))) {
      run(one, "create table t(x)");
      run(one, "insert into t values (1)");
      run(one, "insert into t values (1)");
    }
    try (Connection other = connect("second", budget("0.003/day"))) {
      assertThat(amount(money(other), "spent0G")).isGreaterThan(new BigDecimal("0.001"));
      int committed = 0;
      SQLException refused = null;
      while (refused == null) {
        try {
          run(other, committed == 0 ? "create table t(x)" : "insert into t values (1)");
          committed++;
        } catch (SQLException e) {
          refused = e;
        }
        assertThat(committed).as("those of the first count").isLessThan(5);
      }
      assertThat((Throwable) refused).hasFieldOrPropertyWithValue("SQLState", "53400");
    }
  }

  @Test
  void withoutWaitingTheBudgetSetsThePace() throws Exception {
    Properties properties = budget("0.02/day");
    properties.setProperty("durability", "local");
    properties.setProperty("syncInterval", "0s");
    properties.setProperty("maxLag", "1s");
    try (Connection connection = connect("paced", properties)) {
      run(connection, "create table t(x)");
      await(connection, 1);
      for (int i = 0; i < 20; i++) {
        run(connection, "insert into t values (1)");
        Thread.sleep(100);
      }
      assertThat(number(connection, "select inft_version()")).isLessThanOrEqualTo(2);

      JsonNode money = money(connection);
      assertThat(money.path("slowerThanMaxLag").asBoolean()).isTrue();
      assertThat(Instant.parse(money.path("nextPublish").asText())).isAfter(Instant.now());
      assertThat(money.path("waitsFor").asText()).contains("the budget");
      assertThat(money.path("stepSeconds").asLong()).isGreaterThan(1);
      assertThat(money.path("publishesLeft").asInt()).isBetween(5, 60);
      assertThat(warnings(connection)).contains("maxLag is 1000 ms").contains("budget=0.02/day");

      long before = number(connection, "select inft_version()");
      assertThat(number(connection, "select inft_sync(60000)"))
          .as("who asks does not wait for the pace")
          .isEqualTo(before + 1);
    }
  }

  private static void await(Connection connection, long version) throws Exception {
    for (int i = 0; i < 300 && number(connection, "select inft_version()") < version; i++) {
      Thread.sleep(50);
    }
  }

  private static String warnings(Connection connection) throws SQLException {
    StringBuilder all = new StringBuilder();
    for (SQLException one = connection.getWarnings(); one != null; one = one.getNextException()) {
      all.append(one.getMessage()).append('\n');
    }
    return all.toString();
  }

  @Test
  void whoIsHeldBackByMaxLagGoesOnAtThePaceOfTheBudget() throws Exception {
    // Three seconds for each publish, whatever is left of the day.
    long left = Duration.ofDays(1).toSeconds() - Instant.now().getEpochSecond() % 86_400;
    BigDecimal amount = new BigDecimal("0.000155").multiply(BigDecimal.valueOf(left));
    Properties properties = budget(amount.add(new BigDecimal("0.001")).toPlainString() + "/day");
    properties.setProperty("durability", "local");
    properties.setProperty("syncInterval", "0s");
    properties.setProperty("maxLag", "500ms");
    properties.setProperty("onLag", "block");
    try (Connection connection = connect("blocked", properties)) {
      run(connection, "create table t(x)");
      await(connection, 1);
      long began = System.nanoTime();
      long rows = 0;
      while (System.nanoTime() - began < Duration.ofSeconds(6).toNanos()) {
        run(connection, "insert into t values (1)");
        rows++;
        Thread.sleep(50);
      }
      long versions = number(connection, "select inft_version()");
      assertThat(versions).as("about one in three seconds").isBetween(2L, 8L);
      assertThat(rows).as("a commit was held back").isLessThan(140);
    }
  }

  @Test
  void nothingIsWrittenDownWithoutABudget() throws Exception {
    Properties properties = on("one");
    try (Connection connection = connect("free", properties)) {
      run(connection, "create table t(x)");
      JsonNode money = money(connection);
      assertThat(amount(money, "spent0G")).isPositive();
      assertThat(money.has("budget")).isFalse();
      assertThat(money.path("lastPublish").path("gas").asLong()).isPositive();
    }
    try (Stream<Path> files = Files.walk(folder.resolve("one"))) {
      Path spent = files.filter(file -> file.endsWith("spent")).findFirst().orElseThrow();
      assertThat(Files.readString(spent)).doesNotContain("claim").doesNotContain("note");
    }
  }
}
