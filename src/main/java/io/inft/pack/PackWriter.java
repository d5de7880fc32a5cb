package io.inft.pack;

import io.inft.bytes.Digest;
import io.inft.pack.state.Pages;
import io.inft.pack.state.StateKey;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a page pack as it goes: it holds one block, the index and the few top pages, never all
 * pages. Not thread-safe. Closing frees native memory and leaves the stream open; a pack that was
 * not finished is no pack.
 */
public final class PackWriter implements AutoCloseable {
  /** How often a delta is merged, more or less, until a snapshot replaces it. */
  private static final int MERGES = 2;

  private final PackHeader header;
  private final OutputStream to;
  private final Codec.Compressor compressor;
  private final PageNames names;
  private final IndexWriter index;
  private final int pagesOfBlock;
  private final byte[] block;
  private final BasedBlock based;
  private final Optional<TopPages> top;

  // How far the writing is.
  private byte[] compressed = new byte[0];
  private int blockPages;
  private int blocks;
  private int pages;
  private long lastPage;
  private boolean begun;
  private boolean finished;

  /**
   * Begins a pack of the version that a database has.
   *
   * @param key of the database
   */
  public PackWriter(PackHeader header, StateKey key, OutputStream to) {
    this(header, key, to, MERGES);
  }

  /**
   * The same for a delta that {@link PackComposer} is not going to merge: it is as short as it can
   * be now.
   */
  public static PackWriter unmerged(PackHeader header, StateKey key, OutputStream to) {
    return new PackWriter(header, key, to, 0);
  }

  private PackWriter(PackHeader header, StateKey key, OutputStream to, int merges) {
    this.header = header;
    this.to = to;
    this.names = PageNames.written(key, header.pageSize());
    long expected = header.kind() == PackType.SNAPSHOT ? header.pageCount() : Long.MAX_VALUE;
    int fitting = PackFormat.targetBlockBytes(header.based()) / header.pageSize();
    this.pagesOfBlock = (int) Math.min(expected, Math.max(1, fitting));
    this.block = new byte[header.based() ? 0 : pagesOfBlock * header.pageSize()];
    Codec codec = Codec.of(PackFormat.version(header.based()));
    boolean byLeaf = PackFormat.namesByLeaf(key);
    boolean small = header.kind() == PackType.SNAPSHOT && expected <= PackFormat.NEAR_PAGES;
    this.index = byLeaf ? new DirectoryIndexWriter(header, codec) : new EntryIndexWriter(header);
    this.top =
        byLeaf && !header.based() && !small
            ? Optional.of(new TopPages(header.pageSize()))
            : Optional.empty();
    this.based = new BasedBlock(header.pageSize(), codec, names, merges);
    this.compressor = codec.compressor();
  }

  /**
   * Adds a page. Numbers ascend, lie within the page count and are never the lock page's, which has
   * no content (the page that holds the byte at 1 GiB).
   *
   * @param base in packs that allow it the page as it is in the from-version, so that only what
   *     changed is stored; null to store the whole page
   */
  public void add(long pageNumber, byte[] page, byte @Nullable [] base) throws IOException {
    checkLength(page);
    add(pageNumber, page, names.of(pageNumber, page), base);
  }

  /**
   * The same for a page whose leaf is known.
   *
   * @param leaf of the page in the state tree
   */
  public void addKnown(long pageNumber, byte[] page, Digest leaf, byte @Nullable [] base)
      throws IOException {
    checkLength(page);
    boolean isName = index instanceof DirectoryIndexWriter;
    add(pageNumber, page, isName ? leaf : names.of(pageNumber, page), base);
  }

  /** The same with what the entry calls the page. */
  void add(long pageNumber, byte[] page, Digest digest, byte @Nullable [] base) throws IOException {
    checkLength(page);
    if (base != null) {
      checkLength(base);
      checkBased();
    }
    checkPlace(pageNumber);
    begin();
    if (header.based()) {
      based.add(pageNumber, digest, page, base);
    } else if (top.isPresent() && top.get().take(pageNumber, page, digest)) {
      lastPage = pageNumber;
      pages++;
      return;
    } else {
      System.arraycopy(page, 0, block, blockPages * page.length, page.length);
      index.entry(new PageEntry(pageNumber, blocks, digest, PageForm.WHOLE, 0));
    }
    added(pageNumber);
  }

  /** Adds a page of which only the difference is known. */
  void addDifference(long pageNumber, byte[] difference, Digest digest, long baseFingerprint)
      throws IOException {
    checkLength(difference);
    checkBased();
    checkPlace(pageNumber);
    begin();
    based.addDifference(pageNumber, digest, difference, baseFingerprint);
    added(pageNumber);
  }

  /**
   * Writes what is left: the last block, the index, the footer.
   *
   * @throws IllegalStateException if a snapshot lacks a page
   */
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("the pack is finished");
    }
    if (header.kind() == PackType.SNAPSHOT && pages != header.storablePages()) {
      throw new IllegalStateException(
          "a snapshot of " + header.storablePages() + " pages got " + pages);
    }
    begin();
    flushBlock();
    index.finish(to, top.map(TopPages::inOrder).orElse(List.of()));
    to.flush();
    finished = true;
  }

  /** How many pages were added. */
  public long pages() {
    return pages;
  }

  @Override
  public void close() {
    compressor.close();
  }

  private void added(long pageNumber) throws IOException {
    lastPage = pageNumber;
    pages++;
    blockPages++;
    if (blockPages == pagesOfBlock) {
      flushBlock();
    }
  }

  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      to.write(index.head());
    }
  }

  private void flushBlock() throws IOException {
    if (blockPages == 0) {
      return;
    }
    if (header.based()) {
      BasedBlock.Stored stored = based.store(compressor, blocks);
      stored.entries.forEach(index::entry);
      writeBlock(stored.frame, stored.frame.length);
      return;
    }
    int plain = blockPages * header.pageSize();
    int bound = compressor.bound(plain);
    if (compressed.length < bound) {
      compressed = new byte[bound];
    }
    writeBlock(compressed, compressor.compress(block, plain, compressed));
  }

  private void writeBlock(byte[] frame, int stored) throws IOException {
    to.write(frame, 0, stored);
    index.block(stored, blockPages);
    blocks++;
    blockPages = 0;
  }

  private void checkBased() {
    if (!header.based()) {
      throw new IllegalArgumentException("this pack holds whole pages only");
    }
  }

  private void checkPlace(long pageNumber) {
    if (finished) {
      throw new IllegalStateException("the pack is finished");
    }
    if (pageNumber <= lastPage || pageNumber > header.pageCount()) {
      throw new IllegalArgumentException(
          "page " + pageNumber + " after " + lastPage + " of " + header.pageCount());
    }
    if (pageNumber == Pages.lockPage(header.pageSize())) {
      throw new IllegalArgumentException("page " + pageNumber + " is the lock page: never stored");
    }
  }

  private void checkLength(byte[] page) {
    if (page.length != header.pageSize()) {
      throw new IllegalArgumentException(
          page.length + " bytes are no page of " + header.pageSize());
    }
  }
}
