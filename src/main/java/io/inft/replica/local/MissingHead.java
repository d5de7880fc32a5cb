package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When this machine first asked for the head and no node had it. Storage that lags behind, or a
 * node that is being replaced, looks the same for a while; so nothing is concluded from one answer.
 *
 * @param root of the head's commit object
 */
public record MissingHead(long version, Digest root, Instant since) {
  /** How long the answer must have been the same. */
  static final Duration PATIENCE = Duration.ofHours(1);

  private static final String FILE = "missing";

  /** Format 1 had no magic. */
  private static final LocalFormat FORMAT = new LocalFormat("note of a missing head", 'm', 2, 2);

  private static final int MAX_BYTES = 256;

  /**
   * Takes note that an object of the head was looked for now and is nowhere.
   *
   * @return since when that has been so for this head; later asks do not move it
   */
  public static MissingHead noted(Path folder, Anchored head, Instant now) throws InftException {
    Optional<MissingHead> before = read(folder);
    boolean same =
        before.isPresent()
            && before.get().version() == head.version()
            && before.get().root().equals(head.anchor().root())
            && !before.get().since().isAfter(now);
    if (same) {
      return before.get();
    }
    MissingHead first = new MissingHead(head.version(), head.anchor().root(), now);
    DurableFiles.replace(
        folder.resolve(FILE),
        FORMAT.wrap(
            new ByteWriter()
                .u64(first.version())
                .digest(first.root())
                .u64(now.toEpochMilli())
                .toBytes()));
    return first;
  }

  /** The head was there after all. */
  public static void forget(Path folder) throws InftException {
    if (Files.exists(folder.resolve(FILE))) {
      DurableFiles.deleteIfExists(folder.resolve(FILE));
    }
  }

  /** From when on an answer that is still the same is believed. */
  public Instant settledFrom() {
    return since.plus(PATIENCE);
  }

  private static Optional<MissingHead> read(Path folder) throws InftException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ByteReader reader = FORMAT.unwrap(DurableFiles.read(file, MAX_BYTES)).reader();
    MissingHead found =
        new MissingHead(
            reader.u64("version"),
            reader.digest("root"),
            Instant.ofEpochMilli(reader.u64("first asked")));
    reader.end();
    return Optional.of(found);
  }
}
