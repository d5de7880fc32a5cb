package io.inft.replica.local;

import io.inft.capture.CaptureJournal;
import io.inft.capture.PageSet;
import io.inft.capture.WorkingFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotOurObjectException;
import io.inft.lazy.PartialDatabase;
import io.inft.pack.state.PageHasher;
import io.inft.pack.state.StateTree;
import io.inft.sqlite.DatabaseHeader;
import io.inft.sqlite.LockPage;
import io.inft.sqlite.WalFile;
import io.inft.sqlite.WalFrame;
import io.inft.sqlite.WalPosition;
import io.inft.sqlite.WalTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether what lies in a database file that nobody has open is explained. A page holds what the
 * newest staged version says it holds, unless SQLite's log has it, or the journal that is written
 * before every checkpoint lists it. Whatever else is found was not written by SQLite for us: it is
 * foreign. What is not here yet cannot be foreign. The rule is a table in {@code working-copy.md}.
 * To be asked before SQLite opens the file, because that changes it.
 */
public final class FileProof {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path database;
  private final WriterState state;
  private final CaptureJournal.Found journal;
  private final Optional<PartialDatabase> partial;
  private final PageSet inLog = new PageSet();
  private long pagesByLog;

  private FileProof(Path generation, WriterState state, Optional<PartialDatabase> partial)
      throws InftException {
    this.database = generation.resolve(WorkingCopy.DATABASE);
    this.state = state;
    this.journal = CaptureJournal.find(generation, state.newest());
    this.partial = partial;
  }

  /**
   * Whether the page hashes are needed, which the caller may have to fetch: not when the file is as
   * it was left, or cannot be compared.
   */
  public static boolean needsHashes(Path generation, WriterState state) throws InftException {
    FileProof proof = new FileProof(generation, state, Optional.empty());
    return state.newest() > 0 && !proof.journal.isIncomplete() && !proof.isAsItWasLeft();
  }

  /**
   * Proves a file.
   *
   * @param tree the page hashes of the newest staged version; empty if there are none
   * @param partial what has the database open, with no connection yet, if not all of it is here
   * @throws ForeignChangeException something in it is not explained
   */
  public static void require(
      Path generation,
      WriterState state,
      Optional<StateTree> tree,
      Optional<PartialDatabase> partial)
      throws InftException {
    new FileProof(generation, state, partial).require(tree);
  }

  private boolean isHere(long page) {
    return partial.isEmpty() || partial.get().isPresent(page);
  }

  private PageFile open(int pageSize) throws LocalStorageException {
    return PageFile.open(database, pageSize, partial.isPresent());
  }

  private ForeignChangeException foreign(String what) {
    return new ForeignChangeException(database.toString(), what);
  }

  private boolean wasClosed() {
    return state.closed().sizeBytes() > 0;
  }

  private boolean isAsItWasLeft() throws InftException {
    return wasClosed() && Files.exists(database) && state.closed().isStillTrueOf(database);
  }

  private void require(Optional<StateTree> tree) throws InftException {
    if (!Files.exists(database)) {
      if (state.newest() == 0 && !wasClosed()) {
        return; // it was about to be made
      }
      throw foreign("it is gone");
    }
    readLog();
    if (!inLog.isEmpty() && wasClosed()) {
      throw foreign("a write-ahead log lies beside it, though it was closed without one");
    }
    if (isAsItWasLeft()) {
      return;
    }
    if (inLog.isEmpty() && journal.content().isPresent()) {
      requireContent(journal.content().get());
    }
    if (!journal.isIncomplete() && tree.isPresent() && tree.get().pageCount() > 0) {
      comparePages(tree.get());
    }
  }

  private void readLog() throws InftException {
    try (WalFile wal = WalFile.open(WorkingFiles.logOf(database))) {
      WalTail whole = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      for (WalFrame frame : whole.frames()) {
        inLog.add(frame.pageNumber());
      }
      pagesByLog = whole.databasePages();
    }
  }

  /** What a close left behind that had not published everything. */
  private void requireContent(CaptureJournal.Content content) throws InftException {
    try (PageFile file = open(content.pageSize())) {
      PageSet covered = journal.covered(file.pages());
      covered.remove(LockPage.number(content.pageSize()));
      if (!content.equals(CaptureJournal.Content.of(covered, content.pageSize(), file::page))) {
        throw foreign("pages are not those that the last close left");
      }
    }
  }

  private void comparePages(StateTree tree) throws InftException {
    int pageSize = tree.pageSize();
    try (PageFile file = open(pageSize)) {
      if (inLog.isEmpty() && file.isUneven()) {
        throw foreign("its length is no multiple of its page size");
      }
      long pages = pagesOf(file, tree.pageCount());
      long lockPage = LockPage.number(pageSize);
      PageHasher hasher = tree.hasher();
      byte[] leaf = new byte[32];
      for (long page = 1; page <= pages; page++) {
        if (page == lockPage || inLog.contains(page) || !isHere(page)) {
          continue;
        }
        if (page > file.pages()) {
          throw foreign("it ends before page " + page);
        }
        if (journal.pages().contains(page)) {
          continue;
        }
        int at = file.load(page);
        if (page > tree.pageCount()) {
          if (!isZero(file.chunk(), at, pageSize)) {
            throw foreign("it has a page " + page + ", which no commit made");
          }
          continue;
        }
        hasher.leaf(page, file.chunk(), at, leaf, 0);
        if (!Arrays.equals(leaf, tree.get(page).toBytes())) {
          throw foreign("page " + page + " is another one than was published or committed");
        }
      }
    }
  }

  /** How many pages the database has, where its own log or header say so. */
  private long pagesOf(PageFile file, long published) throws InftException {
    if (!inLog.isEmpty()) {
      return pagesByLog;
    }
    if (journal.pages().contains(1)) {
      try {
        long said = DatabaseHeader.parse(file.start(DatabaseHeader.BYTES)).pageCount();
        return said == 0 ? file.pages() : said;
      } catch (CorruptObjectException | NotOurObjectException e) {
        throw foreign("it does not begin as a SQLite database: " + e.getMessage());
      }
    }
    if (file.pages() != published) {
      throw foreign("it has " + file.pages() + " pages instead of " + published);
    }
    return published;
  }

  private static boolean isZero(byte[] bytes, int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads pages of a file one after the other, many at a time. */
  private static final class PageFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final int pageSize;
    private final long sizeBytes;
    private final byte[] chunk;

    /** Whether SQLite's own first bytes are not there yet. */
    private final boolean headless;

    private long first;
    private long end;

    private PageFile(
        Path path, FileChannel channel, int pageSize, long sizeBytes, boolean headless) {
      this.path = path;
      this.channel = channel;
      this.pageSize = pageSize;
      this.sizeBytes = sizeBytes;
      this.headless = headless;
      this.chunk = new byte[Math.max(pageSize, CHUNK_BYTES)];
    }

    static PageFile open(Path path, int pageSize, boolean headless) throws LocalStorageException {
      try {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return new PageFile(path, channel, pageSize, channel.size(), headless);
      } catch (IOException e) {
        throw new LocalStorageException(path, "open", e);
      }
    }

    long pages() {
      return sizeBytes / pageSize;
    }

    boolean isUneven() {
      return sizeBytes % pageSize != 0;
    }

    byte[] chunk() {
      return chunk;
    }

    byte[] start(int length) throws LocalStorageException {
      byte[] bytes = new byte[length];
      fill(ByteBuffer.wrap(bytes), 0);
      return bytes;
    }

    byte[] page(long number) throws LocalStorageException {
      int at = load(number);
      return Arrays.copyOfRange(chunk, at, at + pageSize);
    }

    /** Where in the chunk a page begins, after it was read. */
    int load(long number) throws LocalStorageException {
      if (number < first || number >= end) {
        int count = chunk.length / pageSize;
        ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, count * pageSize);
        fill(buffer, (number - 1) * pageSize);
        first = number;
        end = number + buffer.position() / pageSize;
        if (end == first) {
          throw new LocalStorageException(path, "read", new IOException("no page " + number));
        }
      }
      return (int) (number - first) * pageSize;
    }

    private void fill(ByteBuffer buffer, long from) throws LocalStorageException {
      try {
        long at = from;
        while (buffer.hasRemaining()) {
          int count = channel.read(buffer, at);
          if (count < 0) {
            return;
          }
          at += count;
        }
        if (headless && from == 0) {
          byte[] magic = DatabaseHeader.magic();
          System.arraycopy(magic, 0, buffer.array(), buffer.arrayOffset(), magic.length);
        }
      } catch (IOException e) {
        throw new LocalStorageException(path, "read", e);
      }
    }

    @Override
    public void close() throws LocalStorageException {
      try {
        channel.close();
      } catch (IOException e) {
        throw new LocalStorageException(path, "close", e);
      }
    }
  }
}
