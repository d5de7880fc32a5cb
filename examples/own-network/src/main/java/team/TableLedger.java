package team;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.registry.ledger.LedgerLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The ledger's entries as rows; the primary key lets one of several writers of a number win. Small
 * objects go along with their anchor, beside them.
 */
final class TableLedger implements LedgerLog {
  private final Tables tables;

  TableLedger(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Optional<byte[]> read(long sequence) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement select =
            connection.prepareStatement("SELECT entry FROM ledger WHERE sequence = ?")) {
      select.setLong(1, sequence);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new RegistryUnavailableException(describe(), "read", e);
    }
  }

  @Override
  public long newest(long known) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement select = connection.prepareStatement("SELECT max(sequence) FROM ledger");
        ResultSet row = select.executeQuery()) {
      return row.next() ? Math.max(known, row.getLong(1)) : known;
    } catch (SQLException e) {
      throw new RegistryUnavailableException(describe(), "look for the newest entry", e);
    }
  }

  @Override
  public boolean append(long sequence, byte[] bytes) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO ledger(sequence, entry) VALUES (?, ?)")) {
      insert.setLong(1, sequence);
      insert.setBytes(2, bytes);
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      // Drivers do not agree on how they tell of a key that is taken; the table does.
      if (read(sequence).isPresent()) {
        return false;
      }
      throw new RegistryUnavailableException(describe(), "record", e);
    }
  }

  @Override
  public boolean keepsObjects() {
    return true;
  }

  @Override
  public void writeObject(Digest checksum, byte[] object) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO carried(checksum, bytes) VALUES (?, ?)")) {
      insert.setString(1, checksum.hex());
      insert.setBytes(2, object);
      insert.executeUpdate();
    } catch (SQLException e) {
      // What is there already stays.
      if (readObject(checksum).isEmpty()) {
        throw new RegistryUnavailableException(describe(), "keep an object", e);
      }
    }
  }

  @Override
  public Optional<byte[]> readObject(Digest checksum) throws InftException {
    try (Connection connection = tables.connect();
        PreparedStatement select =
            connection.prepareStatement("SELECT bytes FROM carried WHERE checksum = ?")) {
      select.setString(1, checksum.hex());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new RegistryUnavailableException(describe(), "read an object", e);
    }
  }

  @Override
  public String describe() {
    return tables.describe();
  }
}
