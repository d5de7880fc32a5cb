package io.inft.sqlite;

import io.inft.failure.InftException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;

/** A database put together page by page from its main file and what its log says. */
final class Rebuild {
  private final TreeMap<Long, byte[]> pages = new TreeMap<>();
  private int pageSize;

  /** Begins with the main file as it lies there; no SQLite connection may be open on it. */
  static Rebuild of(Path database) throws IOException {
    Rebuild rebuild = new Rebuild();
    byte[] bytes = Files.exists(database) ? Files.readAllBytes(database) : new byte[0];
    if (bytes.length > 0) {
      rebuild.pageSize = pageSize(bytes);
      for (int at = 0; at < bytes.length; at += rebuild.pageSize) {
        rebuild.pages.put(
            at / rebuild.pageSize + 1L, Arrays.copyOfRange(bytes, at, at + rebuild.pageSize));
      }
    }
    return rebuild;
  }

  void apply(WalFile wal, WalTail tail) throws InftException {
    for (WalFrame frame : tail.frames()) {
      byte[] page = wal.page(frame.frame());
      pageSize = page.length;
      pages.put(frame.pageNumber(), page);
    }
    if (!tail.isEmpty()) {
      pages.tailMap(tail.databasePages(), false).clear();
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long last = pages.isEmpty() ? 0 : pages.lastKey();
    for (long number = 1; number <= last; number++) {
      out.writeBytes(pages.getOrDefault(number, new byte[pageSize]));
    }
    return out.toByteArray();
  }

  private static int pageSize(byte[] database) {
    int stored = (database[16] & 0xff) << 8 | (database[17] & 0xff);
    return stored == 1 ? 65536 : stored;
  }
}
