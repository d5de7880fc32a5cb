package io.inft.api;

import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Names the file that a database is loaded to: {@code inft_<id>.db}, whatever the id is. */
final class LoadedFile {
  private static final int DIGITS = 8;

  private LoadedFile() {}

  static Path in(Path dir, DatabaseId id) throws SQLException {
    try {
      if (Files.exists(dir) && !Files.isDirectory(dir)) {
        throw new ForeignFileException(dir.toString(), "a folder is expected, this is a file");
      }
      Files.createDirectories(dir);
    } catch (InftException e) {
      throw Target.exception(e);
    } catch (IOException e) {
      throw Target.exception(new LocalStorageException(dir, "make", e));
    }
    return dir.resolve(name(id));
  }

  /** Ids that differ only in what was replaced, or in case, still have names of their own. */
  private static String name(DatabaseId id) {
    String text = id.toString();
    String safe = text.replaceAll("[^a-z0-9_-]", "_");
    return safe.equals(text)
        ? "inft_" + text + ".db"
        : "inft_" + safe + "-" + id.hash().hex().substring(0, DIGITS) + ".db";
  }
}
