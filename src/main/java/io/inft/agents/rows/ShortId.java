package io.inft.agents.rows;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Names as they are stored: a UUID in its 16 bytes, which is less than half of its text. */
public final class ShortId {
  private static final int UUID_BYTES = 16;

  private ShortId() {}

  /** What to give to a statement for a name. */
  public static Object stored(String id) {
    try {
      UUID uuid = UUID.fromString(id);
      if (uuid.toString().equals(id)) {
        return ByteBuffer.allocate(UUID_BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
      }
      return id;
    } catch (IllegalArgumentException e) {
      return id; // Anything but a UUID is stored as it is.
    }
  }

  /** The name in a column of a row. */
  public static String read(ResultSet row, int column) throws SQLException {
    Object stored = row.getObject(column);
    if (stored instanceof byte[] bytes && bytes.length == UUID_BYTES) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
    return String.valueOf(stored);
  }
}
