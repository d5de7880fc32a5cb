package io.inft.it;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What the tests of this project share. */
final class Jobs {
  private Jobs() {}

  /** The pool that frameworks.md recommends. */
  static HikariDataSource pool(String url) {
    HikariConfig config = InftHikari.config(url);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** A script that a framework ships, as text. */
  static String shipped(Class<?> of, String resource) throws IOException {
    try (InputStream in = of.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Runs a script of many statements. */
  static void run(HikariDataSource pool, String script) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(script);
    }
  }

  static void await(String what, BooleanSupplier reached) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not within 30 s: " + what);
      }
      Thread.sleep(20);
    }
  }
}
