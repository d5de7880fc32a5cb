package io.inft.integration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** What the URLs of this driver look like from outside. */
final class Urls {
  static final String PREFIX = "jdbc:inft:";

  /** By name, because frameworks load drivers by name. */
  static final String DRIVER = "io.inft.jdbc.InftDriver";

  /** The application's part of the event log, which no framework made. */
  static final String EVENTS = "inft_events";

  private Urls() {}

  static boolean ours(String url) {
    return url.toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }

  /** Whether a connection, wrapped by whomever, is one of this driver. */
  static boolean ours(Connection connection) throws SQLException {
    String url = connection.getMetaData().getURL();
    return url != null && ours(url);
  }
}
