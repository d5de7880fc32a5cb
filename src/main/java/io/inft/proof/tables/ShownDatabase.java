package io.inft.proof.tables;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.sqlite.DatabaseHeader;
import io.inft.sqlite.LockPage;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A database as far as it is shown, read by whoever looks for one row in it. A page has one place:
 * what leads to it a second time leads in a circle, or is no tree. Not thread-safe.
 */
public final class ShownDatabase {
  private static final String WHAT = "shown database";
  private static final int SCHEMA_FORMAT_AT = 44;

  private final ShownBytes shown;
  private final int usableBytes;
  private final int encoding;
  private final long schemaFormat;
  private final boolean marks;
  private final Set<Long> used = new HashSet<>();

  /**
   * Reads the header on page 1.
   *
   * @throws CorruptObjectException it is none, or another one than that of pages of this size
   */
  public ShownDatabase(ShownBytes shown) throws InftException {
    if (shown.pageCount() < 1) {
      throw corrupt("has no page");
    }
    DatabaseHeader header;
    try {
      header = DatabaseHeader.parse(shown.bytes(1, 0, DatabaseHeader.BYTES));
    } catch (io.inft.failure.NotOurObjectException e) {
      throw corrupt("does not begin as a SQLite database");
    }
    if (header.pageSize() != shown.pageSize()) {
      throw corrupt("says that its pages have " + header.pageSize() + " bytes");
    }
    this.shown = shown;
    this.usableBytes = header.pageSize() - header.reservedBytes();
    this.encoding = header.textEncoding();
    this.marks = true;
    this.schemaFormat = u32(1, SCHEMA_FORMAT_AT);
  }

  private ShownDatabase(ShownDatabase of) {
    this.shown = of.shown;
    this.usableBytes = of.usableBytes;
    this.encoding = of.encoding;
    this.schemaFormat = of.schemaFormat;
    this.marks = false;
  }

  /** The same, for a look here and there before the way is known: pages may come again. */
  ShownDatabase unmarked() {
    return new ShownDatabase(this);
  }

  /** Bytes of a page that SQLite uses; what is behind them is somebody else's. */
  int usableBytes() {
    return usableBytes;
  }

  /** How the texts of this database are encoded. */
  public Charset charset() {
    return switch (encoding) {
      case 2 -> StandardCharsets.UTF_16LE;
      case 3 -> StandardCharsets.UTF_16BE;
      default -> StandardCharsets.UTF_8;
    };
  }

  /** Whether keys may stand in descending order where a table says so. */
  boolean knowsDescending() {
    return schemaFormat >= 4;
  }

  /** Takes a page for one place. */
  void use(long page) throws CorruptObjectException {
    if (page < 1 || page > shown.pageCount() || page == LockPage.number(shown.pageSize())) {
      throw corrupt("leads to page " + page + " of " + shown.pageCount());
    }
    if (marks && !used.add(page)) {
      throw corrupt("leads to page " + page + " twice");
    }
  }

  byte[] bytes(long page, long from, long length) throws InftException {
    if (from < 0 || length < 0 || from + length > usableBytes) {
      throw corrupt("leads beyond the end of page " + page);
    }
    return shown.bytes(page, (int) from, (int) length);
  }

  int u8(long page, long at) throws InftException {
    return bytes(page, at, 1)[0] & 0xff;
  }

  int u16(long page, long at) throws InftException {
    byte[] two = bytes(page, at, 2);
    return (two[0] & 0xff) << 8 | (two[1] & 0xff);
  }

  long u32(long page, long at) throws InftException {
    return Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(bytes(page, at, 4)).getInt());
  }

  /**
   * A number of SQLite's: seven bits a byte, the highest first, of the ninth byte all eight.
   *
   * @param next where the bytes behind it begin
   */
  record Varint(long value, long next) {}

  Varint varint(long page, long at) throws InftException {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      int next = u8(page, at + i);
      value = value << 7 | (next & 0x7f);
      if (next < 0x80) {
        return new Varint(value, at + i + 1);
      }
    }
    return new Varint(value << 8 | u8(page, at + 8), at + 9);
  }

  static CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(WHAT, 0, reason);
  }
}
