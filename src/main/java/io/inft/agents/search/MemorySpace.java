package io.inft.agents.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A space as its row has it.
 *
 * @param dimensions of its vectors, once there is one
 * @param model that made the first of them; empty if it has no name
 * @param quantized whether they are stored in a byte a dimension
 */
record MemorySpace(long id, String name, OptionalInt dimensions, String model, boolean quantized) {
  private static final String INT8 = "int8";
  private static final String FLOAT32 = "float32";

  static Optional<MemorySpace> find(Connection connection, String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id, dimensions, model, stored FROM inft_memory_space WHERE name = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        int dimensions = row.getInt(2);
        return Optional.of(
            new MemorySpace(
                row.getLong(1),
                name,
                dimensions == 0 ? OptionalInt.empty() : OptionalInt.of(dimensions),
                text(row.getString(3)),
                INT8.equals(row.getString(4))));
      }
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  static MemorySpace make(Connection connection, String name) throws SQLException {
    Optional<MemorySpace> found = find(connection, name);
    if (found.isPresent()) {
      return found.get();
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO inft_memory_space(name) VALUES (?)")) {
      insert.setString(1, name);
      insert.executeUpdate();
    }
    return find(connection, name).orElseThrow();
  }

  /** The space with vectors of this kind, from its first one on. */
  MemorySpace taking(
      Connection connection, int wantedDimensions, String wantedModel, boolean wantedQuantized)
      throws SQLException {
    if (dimensions.isPresent()) {
      require(wantedDimensions, wantedModel);
      return this;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE inft_memory_space SET dimensions = ?, model = ?, stored = ? WHERE id = ?")) {
      update.setInt(1, wantedDimensions);
      update.setString(2, wantedModel);
      update.setString(3, wantedQuantized ? INT8 : FLOAT32);
      update.setLong(4, id);
      update.executeUpdate();
    }
    return new MemorySpace(
        id, name, OptionalInt.of(wantedDimensions), wantedModel, wantedQuantized);
  }

  /** Refuses vectors that have nothing to do with those that are here. */
  void require(int wantedDimensions, String wantedModel) throws SQLDataException {
    if (dimensions.isPresent() && dimensions.getAsInt() != wantedDimensions) {
      throw new SQLDataException(
          "the vectors of the space '"
              + name
              + "' have "
              + dimensions.getAsInt()
              + " dimensions, this one has "
              + wantedDimensions,
          "22000");
    }
    if (!model.isEmpty() && !wantedModel.isEmpty() && !model.equals(wantedModel)) {
      throw new SQLDataException(
          "the vectors of the space '"
              + name
              + "' are of the model '"
              + model
              + "', this one is of '"
              + wantedModel
              + "': take another space for another model",
          "22000");
    }
  }
}
