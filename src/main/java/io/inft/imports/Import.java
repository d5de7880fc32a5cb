package io.inft.imports;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.FileSource;
import io.inft.bytes.Scratch;
import io.inft.capture.SourceDatabase;
import io.inft.commit.DriverEvent;
import io.inft.failure.GuideSaltLostException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NotImportableException;
import io.inft.failure.PlaintextImportException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import io.inft.replica.Importing;
import io.inft.replica.Session;
import io.inft.seal.DataKey;
import io.inft.sqlite.DatabaseHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Begins a database with files that were written by others: one database (a SQLite file, or an
 * encrypted snapshot of one of the guide's clients), any number of the guide's event logs, or both.
 * All of it is the first version, or there is none.
 *
 * <pre>
 * Import.Result result =
 *     new Import(Target.of("agent-1", properties, true))
 *         .key(GuideKey.parse(fernetKey, "my key"))
 *         .files(List.of(Path.of("inft_12345.db.encrypted"), Path.of("inft_12345_events.jsonl")));
 * </pre>
 *
 * Used by one thread, once.
 */
public final class Import {
  /**
   * What a file may have in bytes if nothing else is said: what the TypeScript client can write.
   */
  public static final long MOST_BYTES = 1L << 31;

  private static final String IMAGE = "image.sqlite";

  private final Target target;
  private Optional<GuideKey> key = Optional.empty();
  private Optional<Digest> checksum = Optional.empty();
  private boolean plaintext;
  private boolean lenient;
  private ZoneId eventZone = ZoneOffset.UTC;
  private long mostBytes = MOST_BYTES;
  private final List<String> warnings = new ArrayList<>();

  /** Into the database that a target names, which must not be there yet. */
  public Import(Target target) {
    this.target = target;
  }

  /** What opens an encrypted file. Whoever gives a key says that the file is encrypted. */
  public Import key(GuideKey guideKey) {
    key = Optional.of(guideKey);
    return this;
  }

  /** Takes a database in the clear also where an encrypted one is to be expected. */
  public Import plaintext() {
    plaintext = true;
    return this;
  }

  /** SHA-256 that the file with the database must have, as a pointer on chain has it. */
  public Import checksum(Digest sha256) {
    checksum = Optional.of(sha256);
    return this;
  }

  /** Keeps lines of logs that are no events aside, instead of importing nothing. */
  public Import lenient() {
    lenient = true;
    return this;
  }

  /** The zone of times in logs that have none, where the Python client ran; UTC unless said. */
  public Import eventZone(ZoneId zone) {
    eventZone = zone;
    return this;
  }

  /** How many bytes an encrypted file may have; {@link #MOST_BYTES} unless said. */
  public Import mostBytes(long bytes) {
    mostBytes = bytes;
    return this;
  }

  /**
   * What came of it.
   *
   * @param published the first version
   * @param format of the database: {@code sqlite}, {@code fernet}, {@code aes-gcm}; empty if there
   *     were logs alone
   * @param events lines of logs that became events
   * @param assumed how many of these had a time without a zone
   * @param aside lines that are no events and are kept in {@code inft_imported}
   * @param warnings what should be looked after, for people
   */
  public record Result(
      Session.Published published,
      Optional<String> format,
      long events,
      long assumed,
      long aside,
      List<String> warnings) {}

  /**
   * Imports files.
   *
   * @throws SQLException 42P04 if the database is there; the cause of every other one is the
   *     failure that says what is wrong with which file
   */
  public Result files(List<Path> files) throws SQLException {
    try {
      return run(files);
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private Result run(List<Path> files) throws InftException {
    Importing.requireNew(target.settings(), target.network());
    List<Path> logs = new ArrayList<>();
    Optional<Path> database = Optional.empty();
    GuideFormat format = GuideFormat.EVENTS;
    for (Path file : files) {
      GuideFormat found = GuideFormat.of(file);
      if (found == GuideFormat.EVENTS) {
        logs.add(file);
      } else if (database.isPresent()) {
        throw new NotImportableException(
            file.toString(),
            "'" + database.get() + "' is a database too, and only one can begin one");
      } else {
        database = Optional.of(file);
        format = found;
      }
    }
    if (database.isEmpty() && (logs.isEmpty() || checksum.isPresent())) {
      throw new NotImportableException(
          logs.isEmpty() ? "nothing" : logs.get(0).toString(),
          "a file with a database is expected");
    }
    requireDifferent(logs);
    try (Scratch scratch = Scratch.inHome(target.settings().home(), "import")) {
      Path image = scratch.make(IMAGE);
      List<DriverEvent> origin = new ArrayList<>();
      if (database.isPresent()) {
        origin.add(database(database.get(), format, scratch, image));
      }
      EventTables tables = new EventTables(image, eventZone, lenient, warnings::add);
      if (!logs.isEmpty()) {
        tables.take(EventFile.inOrder(logs));
        origin.add(DriverEvent.importedLogs(logs.size(), tables.events()));
      }
      Databases.requireSound(image, database.orElse(image).toString(), warnings::add);
      Session.Published published =
          Importing.image(target.settings(), target.network(), new Importing.Image(image, origin));
      return new Result(
          published,
          database.isPresent() ? Optional.of(format.word()) : Optional.empty(),
          tables.events(),
          tables.assumed(),
          tables.aside(),
          List.copyOf(warnings));
    }
  }

  /** A log that is given twice, also under two names, would be two logs. */
  private static void requireDifferent(List<Path> logs) throws InftException {
    Set<Digest> seen = new HashSet<>();
    for (Path log : logs) {
      try {
        if (Files.size(log) > 0 && !seen.add(FileSource.sha256(log))) {
          throw new NotImportableException(
              log.toString(), "another one of the logs has the very same content; give it once");
        }
      } catch (IOException e) {
        throw new LocalStorageException(log, "read", e);
      }
    }
  }

  private DriverEvent database(Path file, GuideFormat format, Scratch scratch, Path image)
      throws InftException {
    Digest sha256;
    if (format.isEncrypted()) {
      sha256 = decrypted(file, format, scratch, image);
    } else {
      requirePlaintextMeant(file);
      if (checksum.isPresent()) {
        requireChecksum(file, FileSource.sha256(file));
      }
      SourceDatabase.copy(file, image);
      sha256 = FileSource.sha256(image);
    }
    return DriverEvent.imported(format.word(), String.valueOf(file.getFileName()), sha256);
  }

  private void requirePlaintextMeant(Path file) throws InftException {
    if (plaintext) {
      return;
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (key.isPresent()) {
      throw new PlaintextImportException(
          file.toString(), "a key was given, which it does not need");
    }
    if (name.endsWith(".encrypted")) {
      throw new PlaintextImportException(file.toString(), "its name says that it is encrypted");
    }
    if (checksum.isPresent()) {
      throw new PlaintextImportException(
          file.toString(), "what the guide's pointers name is encrypted");
    }
  }

  private void requireChecksum(Path file, Digest found) throws InftException {
    if (checksum.isPresent() && !checksum.get().equals(found)) {
      throw new SubstitutedObjectException(
          "'" + file + "' (by the pointer on chain)", checksum.get().hex(), found.hex());
    }
  }

  private Digest decrypted(Path file, GuideFormat format, Scratch scratch, Path image)
      throws InftException {
    if (key.isEmpty()) {
      throw new MissingSecretException(
          "'" + file + "', " + format.words(),
          "give the key of that client (--guide-key-file, --guide-key), or its password and salt"
              + " (--guide-password-file or --guide-password, with --guide-salt)"
              + (format == GuideFormat.AES_GCM
                  ? "; if it is none, it is no file that is known"
                  : ""));
    }
    DataKey data = key.get().key().orElse(null);
    if (data == null) {
      throw new GuideSaltLostException(file.toString());
    }
    Snapshot snapshot = Snapshot.copyOf(file, scratch.make("snapshot"), mostBytes);
    requireChecksum(file, snapshot.sha256());
    snapshot.decrypt(format, data, image);
    DurableFiles.deleteIfExists(snapshot.copy());
    if (key.get().ofPassword()) {
      warnings.add(
          "'"
              + file
              + "' can be read by everybody who has it and guesses its password, and a guess costs"
              + " little (PBKDF2); take another password for this database");
    }
    requireDatabase(file, image);
    return snapshot.sha256();
  }

  /** What a key opened may still be something else than a database. */
  private void requireDatabase(Path file, Path image) throws InftException {
    long size;
    byte[] head;
    try (InputStream in = Files.newInputStream(image)) {
      head = in.readNBytes(DatabaseHeader.BYTES);
      size = Files.size(image);
    } catch (IOException e) {
      throw new LocalStorageException(image, "read", e);
    }
    if (head.length < DatabaseHeader.BYTES || !DatabaseHeader.looksLikeDatabase(head)) {
      throw new NotImportableException(
          file.toString(), "the key opens it, and what is in it is no SQLite database");
    }
    DatabaseHeader header = DatabaseHeader.parse(head);
    if (size % header.pageSize() != 0) {
      throw new NotImportableException(
          file.toString(),
          "the key opens it, and the database in it is cut: "
              + size
              + " bytes are no whole pages of "
              + header.pageSize());
    }
    if (header.readVersion() > 1) {
      warnings.add(
          "the database in '"
              + file
              + "' was in WAL mode. The guide's clients copy the file without its log: what was"
              + " committed last before the snapshot may be missing");
    }
  }
}
