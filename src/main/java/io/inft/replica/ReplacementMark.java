package io.inft.replica;

import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lies in a generation that is to become the next version, until it has or until somebody opens it:
 * from then on it is a generation like others.
 *
 * @param follows the version it was put upon, 0 for none
 * @param kind what its first version is called, if not by what it contains
 */
record ReplacementMark(long follows, Optional<Kind> kind) {
  private static final Logger LOG = LoggerFactory.getLogger(ReplacementMark.class);
  private static final String FILE = "replacing";
  private static final int MAX_BYTES = 100;
  private static final Pattern CONTENT = Pattern.compile("follows ([0-9]{1,18}) kind ([0-7])\n");

  /** Builds before this one left it empty. */
  private static final ReplacementMark UNKNOWN =
      new ReplacementMark(Long.MAX_VALUE, Optional.empty());

  void write(Path building) throws InftException {
    String text = "follows " + follows + " kind " + kind.map(Kind::code).orElse(0) + "\n";
    DurableFiles.replace(building.resolve(FILE), text.getBytes(StandardCharsets.US_ASCII));
  }

  static Optional<ReplacementMark> in(Path generation) throws InftException {
    Path file = generation.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = new String(DurableFiles.read(file, MAX_BYTES), StandardCharsets.US_ASCII);
    if (text.isEmpty()) {
      return Optional.of(UNKNOWN);
    }
    Matcher found = CONTENT.matcher(text);
    if (!found.matches()) {
      throw new CorruptObjectException(file.toString(), 0, "it is not as it was written");
    }
    int code = Integer.parseInt(found.group(2));
    return Optional.of(
        new ReplacementMark(
            Long.parseLong(found.group(1)),
            code == 0 ? Optional.empty() : Optional.of(new Kind(code))));
  }

  /**
   * Makes it a generation like others; answers what its next version is called, if one is to be.
   */
  static Optional<Kind> takeUp(Path generation, long newest) throws InftException {
    Optional<ReplacementMark> mark = in(generation);
    remove(generation);
    return mark.filter(found -> found.follows() == newest).flatMap(ReplacementMark::kind);
  }

  /** Whether a process put it together and died before it could go on with it. */
  static boolean isLeft(Path generation) throws InftException {
    try {
      return in(generation).isPresent() && WriterState.read(generation).putAside().isEmpty();
    } catch (CorruptObjectException | FormatTooNewException | FormatTooOldException e) {
      LOG.warn("{} is kept: {}", generation, e.getMessage());
      return false;
    }
  }

  static void remove(Path generation) throws InftException {
    DurableFiles.deleteIfExists(generation.resolve(FILE));
  }

  boolean isImport() {
    return kind.filter(Kind.IMPORT::equals).isPresent();
  }
}
