package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.replica.EngineSettings;
import io.inft.replica.Network;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * A database and its network, as the same properties describe them that a connection would take:
 * for tools that work on a database without connecting to it.
 */
public record Target(EngineSettings settings, Network network) {
  /**
   * Resolves properties as a connection does.
   *
   * @param id name of the database
   * @param given connection properties; system properties and environment are looked at too
   * @param secretNeeded false for work that decrypts nothing: then no secret need be given
   * @throws SQLException as connecting would
   */
  public static Target of(String id, Properties given, boolean secretNeeded) throws SQLException {
    try {
      InftUrl url = InftUrl.parse("jdbc:inft:" + id).orElseThrow();
      return ConnectionOpening.target(url, given, Surroundings.ofThisProcess(), secretNeeded);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** The same database at a past state. */
  public Target at(Optional<String> at) {
    return at.isEmpty() ? this : new Target(settings.at(at), network);
  }
}
