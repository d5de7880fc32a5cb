package io.inft.lazy.vfs;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * Memory outside the heap, by its address. Nothing is checked here: a wrong address ends the
 * process.
 */
public final class NativeMemory {
  private static final Pointer ALL = new Pointer(0);

  private NativeMemory() {}

  static int getInt(long address) {
    return ALL.getInt(address);
  }

  static long getLong(long address) {
    return ALL.getLong(address);
  }

  static void putInt(long address, int value) {
    ALL.setInt(address, value);
  }

  /** One store: whoever reads the field meanwhile sees the old value or the new one. */
  static void putLong(long address, long value) {
    ALL.setLong(address, value);
  }

  public static byte[] read(long address, int count) {
    return ALL.getByteArray(address, count);
  }

  public static void read(long address, byte[] target, int from, int count) {
    ALL.read(address, target, from, count);
  }

  public static void write(long address, byte[] source, int from, int count) {
    ALL.write(address, source, from, count);
  }

  /** A text that ends with a zero. */
  static String text(long address) {
    return ALL.getString(address, StandardCharsets.UTF_8.name());
  }

  /** Memory of zeros that stays until {@link #free}. */
  public static long allocate(long bytes) {
    long address = Native.malloc(bytes);
    if (address == 0) {
      throw new OutOfMemoryError("no memory for " + bytes + " bytes outside the heap");
    }
    ALL.setMemory(address, bytes, (byte) 0);
    return address;
  }

  /** A text and zeros behind it, as SQLite wants the names of files; stays until {@link #free}. */
  static long allocateText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long address = allocate(bytes.length + 8L);
    write(address, bytes, 0, bytes.length);
    return address;
  }

  public static void free(long address) {
    Native.free(address);
  }
}
