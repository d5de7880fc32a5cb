package io.inft.replica.local;

import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why and when a generation was put aside, as its state says. Whether somebody was told of it, and
 * whether somebody acknowledged it, are marks beside the state: each is made once and never taken
 * back, so that they can be made by any process at any time.
 *
 * @param atMillis 0 if unknown
 * @param baseVersion the anchored version that it builds on
 * @param commits how many SQL commits were not published, if known
 * @param pages how many pages they changed at most, if known
 */
public record PutAside(
    Fork.Kind kind,
    String reason,
    long atMillis,
    long baseVersion,
    OptionalLong commits,
    OptionalLong pages) {
  private static final String TOLD = "told";
  private static final String ACKNOWLEDGED = "acknowledged";
  private static final int MAX_MARK_BYTES = 256;

  /**
   * What lies in a folder; empty if it was not put aside. A record that cannot be read is no reason
   * to keep silent of all the others.
   */
  public static Optional<Fork> in(Path generation) throws InftException {
    WriterState state;
    try {
      state = WriterState.read(generation);
    } catch (CorruptObjectException | FormatTooNewException | FormatTooOldException e) {
      return Optional.of(
          new Fork(
              generation,
              Fork.Kind.UNREADABLE,
              String.valueOf(e.getMessage()),
              Optional.empty(),
              0,
              0,
              OptionalLong.empty(),
              OptionalLong.empty(),
              mark(generation, TOLD),
              mark(generation, ACKNOWLEDGED)));
    }
    if (state.putAside().isEmpty()) {
      return Optional.empty();
    }
    PutAside aside = state.putAside().get();
    return Optional.of(
        new Fork(
            generation,
            aside.kind(),
            aside.reason(),
            aside.atMillis() == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(aside.atMillis())),
            aside.baseVersion(),
            state.outgoing().size(),
            aside.commits(),
            aside.pages(),
            mark(generation, TOLD),
            mark(generation, ACKNOWLEDGED)));
  }

  /** Writes down that an application's call, or a command's failure, said so. */
  public static void told(Path generation, Instant at) throws InftException {
    setMark(generation, TOLD, at);
  }

  /** Writes down that somebody took note; the data stays. */
  public static void acknowledged(Path generation, Instant at) throws InftException {
    setMark(generation, ACKNOWLEDGED, at);
  }

  private static void setMark(Path generation, String name, Instant at) throws InftException {
    Path file = generation.resolve(name);
    if (!Files.exists(file)) {
      DurableFiles.replace(file, (at + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Optional<Instant> mark(Path generation, String name) throws InftException {
    Path file = generation.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text =
        new String(DurableFiles.read(file, MAX_MARK_BYTES), StandardCharsets.US_ASCII).strip();
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw new CorruptObjectException(file.toString(), 0, "it holds no time");
    }
  }
}
