package io.inft.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Puts a pack together from its parts without obeying the rules between them, and with a hash that
 * fits: what somebody would make who wants a reader to go wrong.
 */
final class RawPack {
  String magic = PackFormat.MAGIC_HEX;
  int version = 1;
  int kind = 2;
  int flags;
  int pageSizeLog2 = 9;
  long pageCount = 100;
  long fromVersion = 1;
  long toVersion = 2;
  final List<byte[]> blocks = new ArrayList<>();
  final List<long[]> blockRecords = new ArrayList<>();
  final List<byte[]> entries = new ArrayList<>();
  long countedBlocks = -1;
  long countedPages = -1;
  byte[] behindTheBlocks = {};

  /** Adds a block of whole pages with a record and entries that fit. */
  RawPack block(long firstPage, byte[]... pages) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    long number = firstPage;
    for (byte[] page : pages) {
      plain.writeBytes(page);
      entry(number++, page);
    }
    byte[] stored = Zstd.compress(plain.toByteArray());
    blocks.add(stored);
    blockRecords.add(new long[] {stored.length, pages.length});
    return this;
  }

  RawPack entry(long pageNumber, byte[] page) {
    ByteWriter out = new ByteWriter().u32(pageNumber).digest(Digest.sha256(page));
    if (flags == 1) {
      out.u8(0).u64(0);
    }
    entries.add(out.toBytes());
    return this;
  }

  /** Adds a block compressed against these pages, without entries. */
  RawPack blockAgainst(List<byte[]> bases, byte[]... pages) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (byte[] page : pages) {
      plain.writeBytes(page);
    }
    try (ZstdCompressCtx compressor = new ZstdCompressCtx()) {
      byte[] stored = compressor.loadDict(PageBytes.prefix(bases)).compress(plain.toByteArray());
      blocks.add(stored);
      blockRecords.add(new long[] {stored.length, pages.length});
    }
    return this;
  }

  RawPack formEntry(long pageNumber, byte[] page, int form, long baseFingerprint) {
    entries.add(
        new ByteWriter()
            .u32(pageNumber)
            .digest(Digest.sha256(page))
            .u8(form)
            .bytes(ByteBuffer.allocate(8).putLong(baseFingerprint).array())
            .toBytes());
    return this;
  }

  byte[] bytes() {
    byte[] header =
        new ByteWriter()
            .bytes(HexFormat.of().parseHex(magic))
            .u16(version)
            .u8(kind)
            .u8(flags)
            .u8(pageSizeLog2)
            .u32(pageCount)
            .u64(fromVersion)
            .u64(toVersion)
            .toBytes();
    ByteWriter index = new ByteWriter();
    for (long[] block : blockRecords) {
      index.u32(block[0]).u16((int) block[1]);
    }
    entries.forEach(index::bytes);
    byte[] counts =
        new ByteWriter()
            .u32(countedBlocks < 0 ? blockRecords.size() : countedBlocks)
            .u32(countedPages < 0 ? entries.size() : countedPages)
            .toBytes();
    ByteWriter pack = new ByteWriter().bytes(header);
    blocks.forEach(pack::bytes);
    return pack.bytes(behindTheBlocks)
        .bytes(index.toBytes())
        .bytes(counts)
        .digest(Digest.sha256(header, index.toBytes(), counts))
        .toBytes();
  }
}
