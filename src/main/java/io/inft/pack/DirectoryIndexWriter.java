package io.inft.pack;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.TreeSet;

/** The index of version 3. */
final class DirectoryIndexWriter implements IndexWriter {
  private final PackHeader header;
  private final Codec codec;
  private final PageRuns.Builder ordinary = new PageRuns.Builder();
  private final BlockTable ordinaryBlocks = new BlockTable();
  private final ByteArrayOutputStream forms = new ByteArrayOutputStream();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

  DirectoryIndexWriter(PackHeader header, Codec codec) {
    this.header = header;
    this.codec = codec;
  }

  @Override
  public byte[] head() {
    return PackFormat.HEAD.toBytes();
  }

  @Override
  public void entry(PageEntry entry) {
    ordinary.add(entry.pageNumber());
    forms.write(entry.form().code());
    writeEntry(entry.digest(), entry.baseFingerprint());
  }

  private void writeEntry(Digest digest, long baseFingerprint) {
    ByteWriter out = new ByteWriter(PackFormat.leafEntryBytes(true)).digest(digest);
    if (header.based()) {
      out.bytes(java.nio.ByteBuffer.allocate(Long.BYTES).putLong(baseFingerprint).array());
    }
    entries.writeBytes(out.toBytes());
  }

  @Override
  public void block(int storedBytes, int pages) {
    ordinaryBlocks.add(storedBytes, pages);
  }

  @Override
  public void finish(OutputStream to, List<TopPages.Page> top) throws IOException {
    top.forEach(page -> writeEntry(page.digest(), 0));
    PageRuns pages = all(top);
    boolean near = pages.size() <= PackFormat.NEAR_PAGES;
    if (!near) {
      entries.writeTo(to);
    }
    BlockTable topBlocks = new BlockTable();
    try (Codec.Compressor compressor = codec.compressor()) {
      int most = Math.max(1, PackFormat.TARGET_BLOCK_BYTES / header.pageSize());
      for (int at = 0; at < top.size(); at += most) {
        List<TopPages.Page> some = top.subList(at, Math.min(at + most, top.size()));
        ByteWriter plain = new ByteWriter(some.size() * header.pageSize());
        some.forEach(page -> plain.bytes(page.content()));
        byte[] frame = compressor.compress(plain.toBytes());
        to.write(frame);
        topBlocks.add(frame.length, some.size());
      }
    }
    int[] order = top.stream().mapToInt(page -> (int) page.number()).toArray();
    byte[] all = entries.toByteArray();
    byte[] allForms = header.based() ? forms.toByteArray() : new byte[0];
    PackDirectory directory =
        new PackDirectory(header, pages, order, ordinaryBlocks, topBlocks, allForms);
    byte[] plain = directory.write(near ? all : Digest.sha256(all).toBytes());
    to.write(DirectoryIndex.tail(codec, plain));
  }

  private PageRuns all(List<TopPages.Page> top) {
    if (top.isEmpty()) {
      return ordinary.build();
    }
    TreeSet<Long> above = new TreeSet<>();
    top.forEach(page -> above.add(page.number()));
    PageRuns others = ordinary.build();
    PageRuns.Builder both = new PageRuns.Builder();
    for (int i = 0; i < others.size(); i++) {
      long number = others.number(i);
      while (!above.isEmpty() && above.first() < number) {
        both.add(above.pollFirst());
      }
      both.add(number);
    }
    above.forEach(both::add);
    return both.build();
  }
}
