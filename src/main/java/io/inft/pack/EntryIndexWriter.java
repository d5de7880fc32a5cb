package io.inft.pack;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The index of versions 1 and 2. */
final class EntryIndexWriter implements IndexWriter {
  private final PackHeader header;
  private final ByteArrayOutputStream blockRecords = new ByteArrayOutputStream();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private int blocks;
  private int pages;

  EntryIndexWriter(PackHeader header) {
    this.header = header;
  }

  @Override
  public byte[] head() {
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

  @Override
  public void entry(PageEntry entry) {
    ByteWriter out = new ByteWriter(PackFormat.FORM_ENTRY_BYTES);
    out.u32(entry.pageNumber()).digest(entry.digest());
    if (header.based()) {
      out.u8(entry.form().code());
      out.bytes(ByteBuffer.allocate(8).putLong(entry.baseFingerprint()).array());
    }
    entries.writeBytes(out.toBytes());
    pages++;
  }

  @Override
  public void block(int storedBytes, int pagesOfBlock) {
    blockRecords.writeBytes(new ByteWriter(16).u32(storedBytes).u16(pagesOfBlock).toBytes());
    blocks++;
  }

  @Override
  public void finish(OutputStream to, List<TopPages.Page> top) throws IOException {
    MessageDigest digest = Digest.sha256();
    digest.update(head());
    DigestOutputStream hashed = new DigestOutputStream(to, digest);
    blockRecords.writeTo(hashed);
    entries.writeTo(hashed);
    hashed.write(new ByteWriter(8).u32(blocks).u32(pages).toBytes());
    to.write(Digest.finish(digest).toBytes());
  }
}
