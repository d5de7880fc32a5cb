package io.inft.replica;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
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
 */
record CaptureJournal(long version, boolean complete, PageSet pages) {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureJournal.class);
  private static final String WHAT = "capture journal";
  private static final String FILE = "journal";
  private static final int MAX_BYTES = 256 << 20;

  void write(Path generation) throws InftException {
    ByteWriter writer = new ByteWriter().u64(version).u8(complete ? 1 : 0);
    pages.writeTo(writer);
    DurableFiles.replace(generation.resolve(FILE), Checked.wrap(writer.toBytes()));
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
      CaptureJournal journal = new CaptureJournal(version, complete, PageSet.readFrom(reader));
      reader.end();
      return version == newestVersion ? Optional.of(journal) : Optional.empty();
    } catch (CorruptObjectException e) {
      LOG.warn("{}; comparing every page of the working copy instead", e.getMessage());
      return Optional.of(new CaptureJournal(newestVersion, false, new PageSet()));
    }
  }
}
