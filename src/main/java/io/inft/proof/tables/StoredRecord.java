package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.InftException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A row as SQLite writes it: a header with the type of each value, then the values. */
final class StoredRecord {
  private final Payload payload;
  private final List<Long> types = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private final long headerBytes;

  /** Reads the header. */
  StoredRecord(Payload payload) throws InftException {
    this.payload = payload;
    int at = 1;
    while (at < 9 && payload.range(at - 1, at)[0] < 0) {
      at++;
    }
    headerBytes = varint(payload.range(0, at), 0, at);
    byte[] header = payload.range(0, headerBytes);
    long end = headerBytes;
    while (at < headerBytes) {
      int next = at;
      while (next < header.length && next - at < 8 && header[next] < 0) {
        next++;
      }
      if (next == header.length) {
        throw corrupt("has a row whose header ends within a type");
      }
      long type = varint(header, at, next + 1);
      end += sizeOf(type);
      types.add(type);
      ends.add(end);
      at = next + 1;
      if (end > payload.size()) {
        throw corrupt("has a row whose values end behind it");
      }
    }
    if (at != headerBytes) {
      throw corrupt("has a row with a header of " + headerBytes + " bytes");
    }
  }

  private static long varint(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = i - from == 8 ? value << 8 | (bytes[i] & 0xff) : value << 7 | (bytes[i] & 0x7f);
    }
    return value;
  }

  private static long sizeOf(long type) throws InftException {
    if (type < 0 || type == 10 || type == 11 || type > Integer.MAX_VALUE) {
      throw corrupt("has a value of type " + type);
    }
    return switch ((int) type) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> type;
      case 5 -> 6;
      case 6, 7 -> 8;
      default -> (type - 12) / 2;
    };
  }

  int values() {
    return types.size();
  }

  /** A value; reads the row up to its end. */
  StoredValue value(int index) throws InftException {
    if (index >= types.size()) {
      throw corrupt("has a row of " + types.size() + " values");
    }
    long end = ends.get(index);
    long from = index == 0 ? headerBytes : ends.get(index - 1);
    byte[] bytes = payload.range(from, end);
    int type = (int) (long) types.get(index);
    return switch (type) {
      case 0 -> StoredValue.NULL;
      case 8, 9 -> StoredValue.of(type - 8L);
      case 1, 2, 3, 4, 5, 6 -> StoredValue.of(integer(bytes));
      case 7 -> real(ByteBuffer.wrap(bytes).getDouble());
      default -> type % 2 == 0 ? StoredValue.blob(bytes) : StoredValue.text(bytes);
    };
  }

  /** SQLite has no value that is no number. */
  private static StoredValue real(double value) {
    return Double.isNaN(value) ? StoredValue.NULL : StoredValue.of(value);
  }

  private static long integer(byte[] bytes) {
    long value = bytes[0];
    for (int i = 1; i < bytes.length; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** The first values; reads the row up to the end of the last of them. */
  List<StoredValue> first(int count) throws InftException {
    List<StoredValue> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(value(i));
    }
    return values;
  }

  /** Reads to the end of the row. */
  void readAll() throws InftException {
    payload.range(0, payload.size());
  }
}
