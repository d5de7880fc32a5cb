package io.inft.capture;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.sqlite.WalPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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
 * @param content what an orderly close left in the file; empty in a journal that was written before
 *     a checkpoint
 */
public record CaptureJournal(
    long version,
    boolean complete,
    PageSet pages,
    long commits,
    WalPosition position,
    Optional<Content> content) {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureJournal.class);

  /** Format 1 had no magic, and in earlier releases no position or content. */
  private static final LocalFormat FORMAT = new LocalFormat("capture journal", 'j', 2, 2);

  public static final String FILE = "journal";
  private static final int MAX_BYTES = 256 << 20;

  public CaptureJournal(long version, boolean complete, PageSet pages) {
    this(version, complete, pages, -1, WalPosition.START);
  }

  public CaptureJournal(
      long version, boolean complete, PageSet pages, long commits, WalPosition position) {
    this(version, complete, pages, commits, position, Optional.empty());
  }

  /** Reads a page. */
  @FunctionalInterface
  public interface Pages {
    byte[] page(long number) throws InftException;
  }

  /**
   * What the pages hold that no version has: those that are listed, or all if there is no version
   * or the list is not complete. It never leaves this machine.
   */
  public record Content(int pageSize, Digest sha256) {
    public static Content of(PageSet pages, int pageSize, Pages reader) throws InftException {
      MessageDigest digest = Digest.sha256();
      for (long page = pages.next(1); page != 0; page = pages.next(page + 1)) {
        digest.update(new ByteWriter(8).u64(page).toBytes());
        digest.update(reader.page(page));
      }
      return new Content(pageSize, Digest.finish(digest));
    }
  }

  /** The pages that {@link #content} is about, of a database of so many. */
  PageSet covered(long pageCount) {
    return covered(version, complete, pages, pageCount);
  }

  private static PageSet covered(long version, boolean complete, PageSet pages, long pageCount) {
    if (version == 0 || !complete) {
      return PageSet.all(pageCount);
    }
    PageSet listed = pages.copy();
    listed.truncate(pageCount);
    return listed;
  }

  CaptureJournal with(Content left) {
    return new CaptureJournal(version, complete, pages, commits, position, Optional.of(left));
  }

  public void write(Path generation) throws InftException {
    ByteWriter writer = new ByteWriter().u64(version).u8(complete ? 1 : 0);
    pages.writeTo(writer);
    writer.u8(commits < 0 ? 0 : 1).u64(Math.max(0, commits)).bytes(position.encode());
    content.ifPresent(left -> writer.u32(left.pageSize()).digest(left.sha256()));
    DurableFiles.replace(generation.resolve(FILE), FORMAT.wrap(writer.toBytes()));
  }

  /** Journals of earlier releases end with the pages, or with the position. */
  private static CaptureJournal read(
      ByteReader reader, long version, boolean complete, PageSet pages)
      throws CorruptObjectException {
    if (reader.remaining() == 0) {
      return new CaptureJournal(version, complete, pages);
    }
    boolean counted = reader.u8("counted") == 1;
    long commits = reader.u64("commits");
    CaptureJournal journal =
        new CaptureJournal(
            version, complete, pages, counted ? commits : -1, WalPosition.decode(reader));
    return reader.remaining() == 0
        ? journal
        : journal.with(new Content(reader.u32("page size", 1 << 16), reader.digest("content")));
  }

  /**
   * Reads what a generation has. A damaged journal is answered with one that is not complete, so
   * that every page is compared instead.
   */
  public static Optional<CaptureJournal> read(Path generation, long newestVersion)
      throws InftException {
    try {
      return parse(generation, newestVersion);
    } catch (CorruptObjectException e) {
      LOG.warn("{}; comparing every page of the working copy instead", e.getMessage());
      return Optional.of(new CaptureJournal(newestVersion, false, new PageSet()));
    }
  }

  private static Optional<CaptureJournal> parse(Path generation, long newestVersion)
      throws InftException {
    Path file = generation.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    ByteReader reader = FORMAT.unwrap(DurableFiles.read(file, MAX_BYTES)).reader();
    long version = reader.u64("version");
    boolean complete = reader.u8("complete") == 1;
    CaptureJournal journal = read(reader, version, complete, PageSet.readFrom(reader));
    reader.end();
    return version == newestVersion ? Optional.of(journal) : Optional.empty();
  }

  /**
   * What a journal explains of a database file that nobody has open.
   *
   * @param journal empty if there is none, if it is stale, or if it is damaged: then it explains
   *     nothing
   */
  public record Found(Optional<CaptureJournal> journal) {
    /** Whether a forced checkpoint, a push or a withdrawal may have changed any page. */
    public boolean isIncomplete() {
      return journal.isPresent() && !journal.get().complete();
    }

    public PageSet pages() {
      return journal.map(CaptureJournal::pages).orElseGet(PageSet::new);
    }

    public Optional<Content> content() {
      return journal.flatMap(CaptureJournal::content);
    }

    public PageSet covered(long pageCount) {
      return journal.map(one -> one.covered(pageCount)).orElseGet(PageSet::new);
    }
  }

  /** Reads what a generation has, believing nothing that is damaged. */
  public static Found find(Path generation, long newestVersion) throws InftException {
    try {
      return new Found(parse(generation, newestVersion));
    } catch (CorruptObjectException e) {
      LOG.warn("{}; it explains no page of the working copy", e.getMessage());
      return new Found(Optional.empty());
    }
  }
}
