package io.inft.pack;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes a page pack as it goes: it holds one block and the index, never the pages. Not
 * thread-safe. Closing frees native memory and leaves the stream open; a pack that was not finished
 * is no pack.
 */
public final class PackWriter implements AutoCloseable {
  private final PackHeader header;
  private final OutputStream to;
  private final Codec.Compressor compressor;
  private final byte[] headerBytes;
  private final int pagesOfBlock;
  private final byte[] block;
  private final BasedBlock based;
  private final ByteArrayOutputStream blockRecords = new ByteArrayOutputStream();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

  // How far the writing is.
  private byte[] compressed = new byte[0];
  private int blockPages;
  private int blocks;
  private int pages;
  private long lastPage;
  private boolean begun;
  private boolean finished;

  public PackWriter(PackHeader header, OutputStream to) {
    this.header = header;
    this.to = to;
    this.headerBytes = encode(header);
    long expected = header.kind() == PackType.SNAPSHOT ? header.pageCount() : Long.MAX_VALUE;
    int fitting = PackFormat.targetBlockBytes(header.based()) / header.pageSize();
    this.pagesOfBlock = (int) Math.min(expected, Math.max(1, fitting));
    this.block = new byte[header.based() ? 0 : pagesOfBlock * header.pageSize()];
    Codec codec = Codec.of(PackFormat.version(header.based()));
    this.based = new BasedBlock(header.pageSize(), codec);
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
    if (base != null) {
      checkLength(base);
      checkBased();
    }
    checkPlace(pageNumber);
    begin();
    Digest sha256 = Digest.sha256(page);
    if (header.based()) {
      based.add(pageNumber, sha256, page, base);
    } else {
      System.arraycopy(page, 0, block, blockPages * page.length, page.length);
      writeEntry(new PageEntry(pageNumber, blocks, sha256, PageForm.WHOLE, 0));
    }
    added(pageNumber);
  }

  /** Adds a page of which only the difference is known. */
  void addDifference(long pageNumber, byte[] difference, Digest sha256, long baseFingerprint)
      throws IOException {
    checkLength(difference);
    checkBased();
    checkPlace(pageNumber);
    begin();
    based.addDifference(pageNumber, sha256, difference, baseFingerprint);
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
    byte[] counts = new ByteWriter(8).u32(blocks).u32(pages).toBytes();
    DigestingStream hashed = new DigestingStream(to);
    hashed.digest.update(headerBytes);
    blockRecords.writeTo(hashed);
    entries.writeTo(hashed);
    hashed.write(counts, 0, counts.length);
    to.write(Digest.finish(hashed.digest).toBytes());
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

  private void writeEntry(PageEntry entry) {
    ByteWriter out = new ByteWriter(PackFormat.FORM_ENTRY_BYTES);
    out.u32(entry.pageNumber()).digest(entry.sha256());
    if (header.based()) {
      out.u8(entry.form().code());
      out.bytes(ByteBuffer.allocate(8).putLong(entry.baseFingerprint()).array());
    }
    entries.writeBytes(out.toBytes());
  }

  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      to.write(headerBytes);
    }
  }

  private void flushBlock() throws IOException {
    if (blockPages == 0) {
      return;
    }
    if (header.based()) {
      BasedBlock.Stored stored = based.store(compressor, blocks);
      stored.entries.forEach(this::writeEntry);
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
    blockRecords.writeBytes(new ByteWriter(16).u32(stored).u16(blockPages).toBytes());
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

  private static byte[] encode(PackHeader header) {
    return new ByteWriter(PackFormat.HEADER_BYTES)
        .bytes(HexFormat.of().parseHex(PackFormat.MAGIC_HEX))
        .u16(PackFormat.version(header.based()))
        .u8(header.kind().code())
        .u8(header.based() ? PackFormat.FLAG_FORMS : 0)
        .u8(Integer.numberOfTrailingZeros(header.pageSize()))
        .u32(header.pageCount())
        .u64(header.fromVersion())
        .u64(header.toVersion())
        .toBytes();
  }

  /** Hashes what passes through. */
  private static final class DigestingStream extends OutputStream {
    private final OutputStream to;
    private final MessageDigest digest = Digest.sha256();

    DigestingStream(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      digest.update(bytes, offset, length);
      to.write(bytes, offset, length);
    }
  }
}
