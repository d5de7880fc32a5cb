package team;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.SegmentedSource;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import io.inft.store.merkle.SegmentHash;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects in rows, one for each segment of 256 KiB, under the 0G Merkle root of the whole. Nothing
 * that is read is believed: the segments' roots must lead to the object's, and each segment to its
 * own.
 */
final class TableStore implements Store {
  private final Tables tables;

  TableStore(Tables tables) {
    this.tables = tables;
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    if (object.sizeBytes() < 1) {
      throw new IllegalArgumentException("an object has at least one byte");
    }
    ObjectTree tree = ObjectTree.of(object);
    ObjectRef ref = tree.ref();
    if (!contains(ref)) {
      insert(object, tree, listener);
    }
    listener.transferred(ref.sizeBytes(), ref.sizeBytes());
    return ref;
  }

  /** All rows or none, so that an object is there or not. */
  private void insert(ByteSource object, ObjectTree tree, TransferListener listener)
      throws InftException {
    ObjectLayout layout = tree.layout();
    ObjectRef ref = tree.ref();
    ByteBuffer roots = ByteBuffer.allocate(layout.segments() * Digest.BYTES);
    try (Connection connection = tables.connect();
        PreparedStatement segment =
            connection.prepareStatement(
                "INSERT INTO segment(root, size, n, bytes) VALUES (?, ?, ?, ?)");
        PreparedStatement whole =
            connection.prepareStatement("INSERT INTO object(root, size, roots) VALUES (?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int n = 0; n < layout.segments(); n++) {
        name(segment, ref);
        segment.setInt(3, n);
        segment.setBytes(4, object.read(layout.offset(n), layout.bytesIn(n)));
        segment.executeUpdate();
        roots.put(tree.segmentRoot(n).toBytes());
        listener.transferred(layout.offset(n), ref.sizeBytes());
      }
      name(whole, ref);
      whole.setBytes(3, roots.array());
      whole.executeUpdate();
      connection.commit();
    } catch (SQLException e) {
      if (!contains(ref)) { // else somebody else stored it at the same moment
        throw new StoreUnavailableException(describe(), "store", e);
      }
    }
  }

  private static void name(PreparedStatement statement, ObjectRef ref) throws SQLException {
    statement.setString(1, ref.root().hex());
    statement.setLong(2, ref.sizeBytes());
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    ObjectLayout layout = new ObjectLayout(object.sizeBytes());
    List<Digest> roots = roots(object, layout);
    if (!ObjectTree.ofSegmentRoots(layout, roots).root().equals(object.root())) {
      throw new SubstitutedObjectException(
          "roots of object " + object, object.root().toString(), "others");
    }
    return new SegmentedSource(
        layout,
        n -> {
          byte[] bytes = segment(object, n);
          if (bytes.length != layout.bytesIn(n)) {
            throw new SubstitutedObjectException(
                "segment " + n + " of object " + object,
                layout.bytesIn(n) + " bytes",
                bytes.length + " bytes");
          }
          Digest found = SegmentHash.root(layout, n, bytes);
          if (!found.equals(roots.get(n))) {
            throw new SubstitutedObjectException(
                "segment " + n + " of object " + object, roots.get(n).toString(), found.toString());
          }
          return bytes;
        });
  }

  private List<Digest> roots(ObjectRef object, ObjectLayout layout) throws InftException {
    byte[] all = null;
    try (Connection connection = tables.connect();
        PreparedStatement select =
            connection.prepareStatement("SELECT size, roots FROM object WHERE root = ?")) {
      select.setString(1, object.root().hex());
      try (ResultSet row = select.executeQuery()) {
        long other = -1;
        while (row.next()) {
          if (row.getLong(1) == object.sizeBytes()) {
            all = row.getBytes(2);
          }
          other = row.getLong(1);
        }
        if (all == null && other >= 0) {
          throw new SubstitutedObjectException(
              "object " + object, object.sizeBytes() + " bytes", other + " bytes");
        }
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(describe(), "open " + object, e);
    }
    if (all == null) {
      throw new ObjectMissingException(object.toString(), describe());
    }
    if (all.length != layout.segments() * Digest.BYTES) {
      throw new SubstitutedObjectException(
          "roots of object " + object, layout.segments() + " roots", all.length + " bytes");
    }
    List<Digest> roots = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(all);
    byte[] one = new byte[Digest.BYTES];
    while (bytes.hasRemaining()) {
      bytes.get(one);
      roots.add(Digest.of(one));
    }
    return roots;
  }

  private byte[] segment(ObjectRef object, int n) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT bytes FROM segment WHERE root = ? AND size = ? AND n = ?")) {
      name(select, object);
      select.setInt(3, n);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return row.getBytes(1);
        }
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(describe(), "read segment " + n, e);
    }
    throw new ObjectMissingException("segment " + n + " of " + object, describe());
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement select =
            connection.prepareStatement("SELECT 1 FROM object WHERE root = ? AND size = ?")) {
      name(select, object);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(describe(), "look for " + object, e);
    }
  }

  @Override
  public String describe() {
    return tables.describe();
  }

  @Override
  public void close() {}
}
