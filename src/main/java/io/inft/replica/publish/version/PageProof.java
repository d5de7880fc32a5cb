package io.inft.replica.publish.version;

import io.inft.capture.Integrity;
import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.pack.state.StateTree;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.LockPage;
import java.nio.file.Path;

/**
 * That what goes out is what SQLite wrote, and a database.
 *
 * @param hashes of the pages as they must be
 */
public record PageProof(Path database, StateTree hashes) {
  /**
   * Lets SQLite check what a snapshot is to be made of.
   *
   * @param snapshot stands at the pinned position
   * @throws ForeignChangeException it is damaged, and not by SQLite
   */
  public IntegrityReport sound(SqliteLink snapshot, Pin pin) throws InftException {
    try {
      return Integrity.require(snapshot, "working copy");
    } catch (DatabaseCorruptException e) {
      long lockPage = LockPage.number(hashes.pageSize());
      for (long page = 1; page <= pin.pageCount(); page++) {
        if (page != lockPage) {
          proven(pin, page, pin.images().page(page, hashes.pageSize()));
        }
      }
      throw e;
    }
  }

  /** A page as of a pinned position, proved. */
  public byte[] page(Pin pin, long page) throws InftException {
    return proven(pin, page, pin.images().page(page, hashes.pageSize()));
  }

  /**
   * A page that was published or committed. What the log does not explain was not written by
   * SQLite: another program or the disk did, and it must not become the truth.
   */
  byte[] proven(Pin pin, long page, byte[] image)
      throws ForeignChangeException, LocalDatabaseException {
    if (!hashes.leaf(page, image).equals(hashes.get(page))) {
      if (pin.dirty().contains(page) || pin.images().frames().containsKey(page)) {
        // SQLite's own log has it, or had it: to be read again, and no sign of anybody else.
        throw new LocalDatabaseException(
            database.toString(), "read", "page " + page + " changed while it was read");
      }
      throw new ForeignChangeException(
          database.toString(), "page " + page + " is another one than was published or committed");
    }
    return image;
  }
}
