package io.inft.capture;

import io.inft.bytes.DurableFiles;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotImportableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Somebody else's database file, copied as of one moment. It is never changed, nor is what lies
 * beside it: a log that nobody moved into the file and a journal of a transaction that died are
 * copied along, and SQLite works them off in the copy.
 *
 * <ul>
 *   <li>With nothing beside it SQLite opens the file and copies it in one read transaction.
 *   <li>With a shared memory or a journal beside it somebody may be using it: a connection that
 *       cannot write copies it in one read transaction.
 *   <li>Where such a connection would have to repair something first, and where a log lies there
 *       without a shared memory, nobody is using it: the files are copied as they are, again if one
 *       of them changed meanwhile.
 * </ul>
 *
 * <p>The file itself is read past SQLite in the last case only. Closing it drops the locks that
 * this process has on it, and there are none then.
 */
public final class SourceDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(SourceDatabase.class);
  private static final String WAL = "-wal";
  private static final String SHM = "-shm";
  private static final String JOURNAL = "-journal";
  private static final List<String> BESIDE = List.of("", WAL, SHM, JOURNAL);
  private static final int ATTEMPTS = 5;

  private final Path given;
  private final Path file;
  private final Path image;

  private SourceDatabase(Path given, Path file, Path image) {
    this.given = given;
    this.file = file;
    this.image = image;
  }

  /**
   * Copies a database.
   *
   * @param image an empty file in a folder that nobody else may read; becomes a whole database with
   *     nothing beside it
   * @throws NotImportableException it is no SQLite database, or somebody does not let go of it
   * @throws DatabaseCorruptException it is one, and cannot be read
   */
  public static void copy(Path file, Path image) throws InftException {
    Path real = requireFile(file);
    SourceDatabase source = new SourceDatabase(file, real, image);
    source.requireRoom();
    try {
      source.copy();
    } catch (LocalDatabaseException e) {
      throw source.understood(e);
    }
  }

  /** SQLite looks for log and journal beside the file itself, not beside a link to it. */
  private static Path requireFile(Path file) throws InftException {
    if (!Files.isRegularFile(file)) {
      throw new NotImportableException(
          file.toString(),
          Files.isDirectory(file)
              ? "it is a folder, name the database file in it"
              : Files.exists(file) ? "it is no ordinary file" : "there is no such file");
    }
    try {
      Path real = file.toRealPath();
      if (Files.size(real) == 0) {
        throw new NotImportableException(
            file.toString(),
            "it is empty; what was in it is lost, or it was never written. For a new database open"
                + " its id without an import");
      }
      if (!Files.isReadable(real)) {
        throw new NotImportableException(
            file.toString(), "this account may not read it, give it the right to");
      }
      return real;
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  private Path beside(Path database, String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }

  private boolean has(String suffix) {
    return Files.exists(beside(file, suffix));
  }

  /** The copy needs as much as file and log have; better said now than when the disk is full. */
  private void requireRoom() throws InftException {
    try {
      long needed = Files.size(file) + (has(WAL) ? Files.size(beside(file, WAL)) : 0);
      long free = Files.getFileStore(image).getUsableSpace();
      if (free < needed) {
        throw new LocalStorageException(
            Objects.requireNonNull(image.toAbsolutePath().getParent()),
            "copy " + given + " to",
            new IOException(
                String.format(Locale.ROOT, "%d bytes are needed, %d are free", needed, free)));
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "look at", e);
    }
  }

  private void copy() throws InftException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (has(SHM) || has(JOURNAL)) {
        if (copiedInUse()) {
          return;
        }
      } else if (!has(WAL)) {
        copyAlone();
        return;
      }
      if (copiedAtRest()) {
        workOff();
        return;
      }
      LOG.debug("{} changed while it was copied, once more", given);
    }
    throw new NotImportableException(
        given.toString(), "it is being written to past SQLite's locks; stop the program that does");
  }

  private void copyAlone() throws InftException {
    try (SqliteLink link = SqliteLink.openAsIs(file)) {
      copyInOneRead(link);
    } catch (LocalDatabaseException e) {
      if (!is(e, SQLiteErrorCode.SQLITE_CANTOPEN, SQLiteErrorCode.SQLITE_READONLY)) {
        throw e;
      }
      // Its folder cannot be written to, where SQLite would put a log.
      try (SqliteLink link = SqliteLink.openImmutable(file)) {
        copyInOneRead(link);
      }
    }
  }

  /** By a connection that changes nothing; false if SQLite would have to repair something first. */
  private boolean copiedInUse() throws InftException {
    try (SqliteLink link = SqliteLink.openReadOnly(file)) {
      copyInOneRead(link);
      return true;
    } catch (LocalDatabaseException e) {
      if (!is(e, SQLiteErrorCode.SQLITE_CANTOPEN, SQLiteErrorCode.SQLITE_READONLY)) {
        throw e;
      }
      LOG.debug("{} was left by a process that died", given, e);
      return false;
    }
  }

  private void copyInOneRead(SqliteLink link) throws InftException {
    link.beginRead();
    link.backupTo(image);
    link.rollback();
  }

  /** As the files lie there; false if one of them changed meanwhile. */
  private boolean copiedAtRest() throws InftException {
    List<Optional<Mark>> before = marks();
    copyFile("");
    copyFile(WAL);
    copyFile(JOURNAL);
    return before.equals(marks());
  }

  private void copyFile(String suffix) throws InftException {
    Path from = beside(file, suffix);
    Path to = beside(image, suffix);
    try {
      if (!Files.exists(from)) {
        DurableFiles.deleteIfExists(to);
        return;
      }
      try (OutputStream out = Files.newOutputStream(to)) {
        Files.copy(from, out);
      }
    } catch (IOException e) {
      throw new LocalStorageException(from, "copy", e);
    }
  }

  /** What a write changes of a file. */
  private record Mark(long sizeBytes, long modifiedNanos, String inode) {}

  private List<Optional<Mark>> marks() throws InftException {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Optional<Mark>[] marks = new Optional[BESIDE.size()];
    for (int i = 0; i < marks.length; i++) {
      Path path = beside(file, BESIDE.get(i));
      try {
        if (!Files.exists(path)) {
          marks[i] = Optional.empty();
          continue;
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
        marks[i] =
            Optional.of(
                new Mark(
                    found.size(),
                    found.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
                    String.valueOf(found.fileKey())));
      } catch (IOException e) {
        throw new LocalStorageException(path, "look at", e);
      }
    }
    return Arrays.asList(marks);
  }

  /** Opened by SQLite, the copy plays its log or its journal and has it no longer. */
  private void workOff() throws InftException {
    try (SqliteLink link = SqliteLink.openOwn(image)) {
      link.text("SELECT count(*) FROM sqlite_schema");
      link.checkpoint("TRUNCATE");
    }
  }

  private static boolean is(LocalDatabaseException e, SQLiteErrorCode... codes) {
    SQLException failure = e.sqlFailure();
    return failure instanceof SQLiteException sqlite
        && Arrays.stream(codes).anyMatch(code -> (sqlite.getResultCode().code & 0xff) == code.code);
  }

  private InftException understood(LocalDatabaseException e) {
    if (is(e, SQLiteErrorCode.SQLITE_NOTADB)) {
      return new NotImportableException(
          given.toString(),
          "it is no SQLite database. If it is an encrypted one (SQLCipher, SEE), export it without"
              + " encryption first; if a client of the guide wrote it, 'inft import "
              + given
              + " --as <id>' reads it");
    }
    if (is(e, SQLiteErrorCode.SQLITE_BUSY, SQLiteErrorCode.SQLITE_LOCKED)) {
      return new NotImportableException(
          given.toString(),
          "another program has it locked and did not let go of it; have it commit, or close it");
    }
    return Integrity.isDamage(e)
        ? new DatabaseCorruptException(given.toString(), String.valueOf(e.getMessage()))
        : e;
  }
}
