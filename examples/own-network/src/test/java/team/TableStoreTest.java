package team;

import io.inft.store.Store;
import io.inft.store.StoreContract;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** The tables pass the contract of every store. */
class TableStoreTest extends StoreContract {
  @TempDir Path folder;

  private Tables tables() {
    return new Tables("jdbc:sqlite:" + folder.resolve("team.db"));
  }

  @Override
  protected Store newStore() throws Exception {
    tables().createForObjects();
    return new TableStore(tables());
  }

  /** Rewrites the segments of an object, as whoever runs the database could. */
  @Override
  protected void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change)
      throws Exception {
    try (Connection connection = tables().connect()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT bytes FROM segment WHERE root = ? AND size = ? ORDER BY n")) {
        select.setString(1, object.root().hex());
        select.setLong(2, object.sizeBytes());
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            all.write(rows.getBytes(1));
          }
        }
      }
      byte[] changed = change.apply(all.toByteArray());
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE segment SET bytes = ? WHERE root = ? AND size = ? AND n = ?")) {
        int segments = new ObjectLayout(object.sizeBytes()).segments();
        for (int n = 0; n < segments; n++) {
          int from = Math.min(changed.length, n * ObjectLayout.SEGMENT_BYTES);
          int to = Math.min(changed.length, from + ObjectLayout.SEGMENT_BYTES);
          update.setBytes(1, Arrays.copyOfRange(changed, from, to));
          update.setString(2, object.root().hex());
          update.setLong(3, object.sizeBytes());
          update.setInt(4, n);
          update.executeUpdate();
        }
      }
    }
  }
}
