package io.inft.imports;

import io.inft.bytes.Blob;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log file of the guide's clients, line by line. */
final class EventFile {
  /** Longer lines were never written by a client, and would fill the heap. */
  static final int MAX_LINE_BYTES = 16 << 20;

  private static final Pattern ARCHIVE = Pattern.compile("(.*_events)_([0-9]{1,18})\\.jsonl");
  private static final String LIVE = ".jsonl";
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private EventFile() {}

  /**
   * A line as it lies there.
   *
   * @param number from 1
   * @param bytes without the end of line
   * @param text of them; empty if they are not UTF-8
   * @param ended whether there is an end of line
   * @param whole false if it is longer than a line may be and was cut
   */
  record Line(long number, Blob bytes, Optional<String> text, boolean ended, boolean whole) {
    boolean isBlank() {
      return text.filter(String::isBlank).isPresent();
    }
  }

  /** Takes lines one after the other. */
  interface Lines {
    void take(Line line) throws InftException;
  }

  static void read(Path file, Lines lines) throws InftException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 0;
      boolean whole = true;
      for (int next = in.read(); ; next = in.read()) {
        if (next == '\n' || (next < 0 && line.size() > 0)) {
          number++;
          lines.take(line(number, line.toByteArray(), next >= 0, whole));
          line.reset();
          whole = true;
        }
        if (next < 0) {
          return;
        }
        if (next != '\n') {
          if (line.size() < MAX_LINE_BYTES) {
            line.write(next);
          } else {
            whole = false;
          }
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  private static Line line(long number, byte[] bytes, boolean ended, boolean whole) {
    Optional<String> text = Optional.empty();
    try {
      String decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = number == 1 && !decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK;
      text = Optional.of((marked ? decoded.substring(1) : decoded).stripTrailing());
    } catch (CharacterCodingException e) {
      // its reader says so
    }
    return new Line(number, Blob.of(bytes), text, ended, whole);
  }

  /**
   * In the order in which they were written: the archives of a log by the time in their names, then
   * the log itself.
   */
  static List<Path> inOrder(List<Path> files) {
    return files.stream()
        .sorted(Comparator.comparing(EventFile::log).thenComparing(EventFile::archived))
        .toList();
  }

  private static String log(Path file) {
    Matcher archive = ARCHIVE.matcher(file.toString());
    String name = file.toString();
    return archive.matches()
        ? archive.group(1)
        : name.endsWith(LIVE) ? name.substring(0, name.length() - LIVE.length()) : name;
  }

  private static long archived(Path file) {
    Matcher archive = ARCHIVE.matcher(file.toString());
    return archive.matches() ? Long.parseLong(archive.group(2)) : Long.MAX_VALUE;
  }
}
