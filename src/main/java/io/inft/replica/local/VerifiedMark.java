package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Up to where this machine verified a history, and how. It is worth nothing for a history that does
 * not have this hash at this version.
 *
 * @param version the last one that was covered
 * @param historyHash the registry's running hash there
 * @param block the number of its block, for finding it
 * @param full whether every object was fetched
 * @param opened whether what is sealed was looked at
 * @param eventSequence the last event of the event log then
 * @param eventHash the event chain up to it
 */
public record VerifiedMark(
    long version,
    Digest historyHash,
    long block,
    boolean full,
    boolean opened,
    long eventSequence,
    Digest eventHash) {
  private static final LocalFormat FORMAT = new LocalFormat("verified mark", 'v', 1, 1);
  private static final int MAX_BYTES = 1024;
  private static final String FILE = "verified";

  /** That of a working copy, which need not be there; one that cannot be read is none. */
  public static Optional<VerifiedMark> of(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(parse(DurableFiles.read(file, MAX_BYTES)))
          : Optional.empty();
    } catch (InftException unreadable) {
      return Optional.empty(); // then all is verified again, and it is written anew
    }
  }

  /** Keeps it with a working copy; where there is none, nothing is made for it. */
  public void keep(Path folder) throws InftException {
    if (Files.isDirectory(folder)) {
      DurableFiles.replace(folder.resolve(FILE), toBytes());
    }
  }

  byte[] toBytes() {
    return FORMAT.wrap(
        new ByteWriter()
            .u64(version)
            .digest(historyHash)
            .u64(block)
            .u8(full ? 1 : 0)
            .u8(opened ? 1 : 0)
            .u64(eventSequence)
            .digest(eventHash)
            .toBytes());
  }

  static VerifiedMark parse(byte[] bytes) throws InftException {
    ByteReader reader = FORMAT.unwrap(bytes).reader();
    VerifiedMark mark =
        new VerifiedMark(
            reader.u64("version"),
            reader.digest("history hash"),
            reader.u64("block"),
            reader.u8("full") == 1,
            reader.u8("opened") == 1,
            reader.u64("event"),
            reader.digest("event hash"));
    reader.end();
    return mark;
  }
}
