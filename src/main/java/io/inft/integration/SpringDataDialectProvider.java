package io.inft.integration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.data.jdbc.core.dialect.DialectResolver;
import org.springframework.data.relational.core.dialect.Dialect;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;

/** Gives Spring Data JDBC, which knows no SQLite, a dialect for connections of this driver. */
final class SpringDataDialectProvider implements DialectResolver.JdbcDialectProvider {
  SpringDataDialectProvider() {}

  @Override
  public Optional<Dialect> getDialect(JdbcOperations operations) {
    return Optional.ofNullable(
        operations.execute((ConnectionCallback<Dialect>) SpringDataDialectProvider::dialect));
  }

  @SuppressWarnings("NullAway") // no answer is null in Spring's callbacks
  private static Dialect dialect(Connection connection) throws SQLException {
    return Urls.ours(connection) ? new SpringDataDialect() : null;
  }
}
