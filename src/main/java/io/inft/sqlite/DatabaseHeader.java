package io.inft.sqlite;

import io.inft.bytes.ByteReader;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.NotOurObjectException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the first hundred bytes of a database file say, by section 1.3 of <a
 * href="https://www.sqlite.org/fileformat2.html">SQLite's file format</a>.
 *
 * @param pageSize in bytes
 * @param reservedBytes kept free at the end of every page
 * @param writeVersion 1 with a rollback journal, 2 with a write-ahead log
 * @param readVersion likewise
 * @param pageCount pages of the database, or 0 when the header does not know because an old SQLite
 *     wrote last: then the file's size says
 * @param changeCounter moves with every commit outside WAL mode
 * @param schemaCookie moves with every change of the schema
 * @param textEncoding 1 UTF-8, 2 UTF-16 little-endian, 3 big-endian, 0 not chosen yet
 * @param userVersion the application's own, signed as {@code PRAGMA user_version} shows it
 * @param applicationId likewise, {@code PRAGMA application_id}
 */
public record DatabaseHeader(
    int pageSize,
    int reservedBytes,
    int writeVersion,
    int readVersion,
    long pageCount,
    long changeCounter,
    long schemaCookie,
    int textEncoding,
    long userVersion,
    long applicationId) {
  public static final int BYTES = 100;

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** The bytes that every database file begins with. */
  public static byte[] magic() {
    return MAGIC.clone();
  }

  private static final int LEAST_USABLE_BYTES = 480;
  private static final String WHAT = "database header";

  /** Whether these bytes, 16 or more, begin a SQLite database. */
  public static boolean looksLikeDatabase(byte[] first16) {
    return first16.length >= MAGIC.length
        && Arrays.equals(first16, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads the header from the first 100 bytes of a file or of page 1.
   *
   * @throws NotOurObjectException if they do not begin with SQLite's magic
   * @throws CorruptObjectException if they break a rule SQLite itself insists on
   */
  public static DatabaseHeader parse(byte[] first100)
      throws CorruptObjectException, NotOurObjectException {
    ByteReader in = new ByteReader(WHAT, first100);
    byte[] magic = in.bytes("magic", MAGIC.length);
    if (!looksLikeDatabase(magic)) {
      throw new NotOurObjectException("SQLite database", HexFormat.of().formatHex(magic));
    }
    int storedPageSize = in.u16("page size");
    int pageSize = storedPageSize == 1 ? PageSize.LARGEST : storedPageSize;
    if (!PageSize.allowed(pageSize)) {
      throw in.corrupt("page size " + storedPageSize);
    }
    int writeVersion = in.u8("write version");
    int readVersion = in.u8("read version");
    if (writeVersion < 1 || readVersion < 1 || readVersion > 2) {
      throw in.corrupt("write version " + writeVersion + ", read version " + readVersion);
    }
    int reserved = in.u8("reserved bytes");
    if (pageSize - reserved < LEAST_USABLE_BYTES) {
      throw in.corrupt(reserved + " of " + pageSize + " bytes of a page reserved");
    }
    int largest = in.u8("largest payload fraction");
    int smallest = in.u8("smallest payload fraction");
    int leaf = in.u8("leaf payload fraction");
    if (largest != 64 || smallest != 32 || leaf != 32) {
      throw in.corrupt("payload fractions " + largest + ", " + smallest + ", " + leaf);
    }
    long changeCounter = in.u32("change counter");
    long storedPageCount = in.u32("page count");
    in.bytes("free pages", 8);
    long schemaCookie = in.u32("schema cookie");
    in.bytes("schema format, cache size, largest root", 12);
    long encoding = in.u32("text encoding");
    if (encoding > 3) {
      throw in.corrupt("text encoding " + encoding);
    }
    int userVersion = (int) in.u32("user version");
    in.bytes("incremental vacuum", 4);
    int applicationId = (int) in.u32("application id");
    in.bytes("reserved for expansion", 20);
    long pageCountIsOfChange = in.u32("version-valid-for");
    in.bytes("SQLite version", 4);
    return new DatabaseHeader(
        pageSize,
        reserved,
        writeVersion,
        readVersion,
        pageCountIsOfChange == changeCounter ? storedPageCount : 0,
        changeCounter,
        schemaCookie,
        (int) encoding,
        userVersion,
        applicationId);
  }
}
