package io.inft.devnet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Takes single files out of a gzipped tar archive, as npm packages are. */
final class TarArchive {
  private static final int BLOCK = 512;
  private static final long MAX_ENTRY_BYTES = 512L << 20;

  private TarArchive() {}

  /**
   * Extracts entries by their exact names.
   *
   * @param wanted name in the archive → file to write
   * @throws IOException also if one of them is not in the archive
   */
  static void extract(Path archive, Map<String, Path> wanted) throws IOException {
    int found = 0;
    byte[] header = new byte[BLOCK];
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
      while (found < wanted.size() && in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
        long size = Long.parseLong(text(header, 124, 12).strip(), 8);
        if (size < 0 || size > MAX_ENTRY_BYTES) {
          throw new IOException("an entry of " + size + " bytes in " + archive);
        }
        String prefix = text(header, 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
        Path target = wanted.get(name);
        if (target == null) {
          in.skipNBytes(size);
        } else {
          copy(in, target, size);
          found++;
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    }
    if (found < wanted.size()) {
      throw new IOException(archive + " does not hold all of " + wanted.keySet());
    }
  }

  private static void copy(InputStream in, Path target, long size) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    try (OutputStream out = Files.newOutputStream(target)) {
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException("the archive ends early");
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }
}
