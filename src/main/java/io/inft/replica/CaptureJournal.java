package io.inft.replica;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.sqlite.WalPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Written before every checkpoint: which pages changed since a version, because after the
 * checkpoint the log no longer tells. A journal relative to an older version than the newest staged
 * one is stale: its pages are in that version.
 *
 * @param version the staged or restored version that the pages differ from
 * @param complete false while a forced checkpoint may have moved pages that are not listed: then
 *     every page must be compared
 * @param pages changed pages; a superset is harmless
 * @param commits how many SQL commits there were since that version, negative if unknown
 * @param position how far the log had been read then: later commits are behind it, or in a log that
 *     began anew
 */
record CaptureJournal(
    long version, boolean complete, PageSet pages, long commits, WalPosition position) {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureJournal.class);
  private static final String WHAT = "capture journal";
  static final String FILE = "journal";
  private static final int MAX_BYTES = 256 << 20;

  CaptureJournal(long version, boolean complete, PageSet pages) {
    this(version, complete, pages, -1, WalPosition.START);
  }

  void write(Path generation) throws InftException {
    ByteWriter writer = new ByteWriter().u64(version).u8(complete ? 1 : 0);
    pages.writeTo(writer);
    writer.u8(commits < 0 ? 0 : 1).u64(Math.max(0, commits)).bytes(position.encode());
    DurableFiles.replace(generation.resolve(FILE), Checked.wrap(writer.toBytes()));
  }

  /** Journals of earlier releases end with the pages. */
  private static CaptureJournal read(
      ByteReader reader, long version, boolean complete, PageSet pages)
      throws CorruptObjectException {
    if (reader.remaining() == 0) {
      return new CaptureJournal(version, complete, pages);
    }
    boolean counted = reader.u8("counted") == 1;
    long commits = reader.u64("commits");
    return new CaptureJournal(
        version, complete, pages, counted ? commits : -1, WalPosition.decode(reader));
  }

  /**
   * Reads what a generation has. A damaged journal is answered with one that is not complete, so
   * that every page is compared instead.
   */
  static Optional<CaptureJournal> read(Path generation, long newestVersion) throws InftException {
    Path file = generation.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      ByteReader reader = Checked.unwrap(WHAT, DurableFiles.read(file, MAX_BYTES));
      long version = reader.u64("version");
      boolean complete = reader.u8("complete") == 1;
      CaptureJournal journal = read(reader, version, complete, PageSet.readFrom(reader));
      reader.end();
      return version == newestVersion ? Optional.of(journal) : Optional.empty();
    } catch (CorruptObjectException e) {
      LOG.warn("{}; comparing every page of the working copy instead", e.getMessage());
      return Optional.of(new CaptureJournal(newestVersion, false, new PageSet()));
    }
  }
}
