package io.inft.pack;

import io.inft.bytes.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one block of a pack that is laid on a version, until it is known how they are stored
 * best: as their XOR with what they were, or compressed against what they were.
 *
 * <p>XOR is tried first: where few bytes of a page changed nothing is much smaller, and a merged
 * pack can hold it again. But a row that grew moves every row behind it, and then the XOR is as
 * dense as the page or denser, while against what they were moved rows are nothing. What was
 * compressed so is whole in a merged pack, if packs are merged as they are; that is counted in.
 */
final class BasedBlock {
  /** An XOR that compresses to this part of its pages is left at that. */
  private static final int SMALL_ENOUGH = 16;

  /** Frames up to this hardly become shorter, and at times longer. */
  private static final int TINY_BYTES = 512;

  /** Longer frames are of pages that are others altogether: that takes long and saves little. */
  private static final int EFFORT_BYTES = 64 << 10;

  private final int pageSize;
  private final Codec codec;
  private final PageNames names;
  private final int merges;
  private final List<Page> pages = new ArrayList<>();

  /**
   * @param merges how often it is going to be merged as it is, more or less
   */
  BasedBlock(int pageSize, Codec codec, PageNames names, int merges) {
    this.pageSize = pageSize;
    this.codec = codec;
    this.names = names;
    this.merges = merges;
  }

  /**
   * One page: its content, or the difference if that is all that is known; without a base if it has
   * none or only the difference is known.
   */
  private static final class Page {
    final long number;
    final Digest digest;
    final byte[] content;
    final byte @Nullable [] base;
    final boolean difference;
    final long baseFingerprint;

    Page(
        long number,
        Digest digest,
        byte[] content,
        byte @Nullable [] base,
        boolean difference,
        long baseFingerprint) {
      this.number = number;
      this.digest = digest;
      this.content = content;
      this.base = base;
      this.difference = difference;
      this.baseFingerprint = baseFingerprint;
    }
  }

  /** A block as it is stored: the compressed contents, and its entries with the forms they got. */
  static final class Stored {
    final byte[] frame;
    final List<PageEntry> entries;

    Stored(byte[] frame, List<PageEntry> entries) {
      this.frame = frame;
      this.entries = entries;
    }
  }

  /** Adds a page, with what it was if that is known. */
  void add(long number, Digest digest, byte[] page, byte @Nullable [] base) {
    long fingerprint = base == null ? 0 : PageBytes.fingerprint(names.of(number, base));
    pages.add(
        new Page(
            number, digest, page.clone(), base == null ? null : base.clone(), false, fingerprint));
  }

  /** Adds a page of which only the difference is known. */
  void addDifference(long number, Digest digest, byte[] difference, long baseFingerprint) {
    pages.add(new Page(number, digest, difference.clone(), null, true, baseFingerprint));
  }

  /** The block; empty again afterwards. */
  Stored store(Codec.Compressor compressor, int block) {
    byte[] differences = compressor.compress(differences());
    Stored stored = new Stored(differences, entries(block, false));
    boolean bases = pages.stream().anyMatch(page -> page.base != null);
    boolean allKnown = pages.stream().noneMatch(page -> page.difference);
    if (bases && allKnown && differences.length > pages.size() * pageSize / SMALL_ENOUGH) {
      byte[] plain = whole();
      byte[] prefix = prefix();
      byte[] against = codec.compressAgainst(prefix, plain, Codec.Effort.QUICK);
      int whole = merges == 0 ? 0 : compressor.compress(plain).length;
      long alone = differences.length + (long) merges * Math.min(differences.length, whole);
      if (against.length + (long) merges * whole < alone) {
        byte[] shorter = block == 0 ? shorter(prefix, plain, against) : against;
        stored = new Stored(shorter, entries(block, true));
      }
    }
    pages.clear();
    return stored;
  }

  /** With more effort, where that is of use: most packs have no block but the first. */
  private byte[] shorter(byte[] prefix, byte[] plain, byte[] against) {
    if (against.length <= TINY_BYTES || against.length > EFFORT_BYTES) {
      return against;
    }
    byte[] pressed = codec.compressAgainst(prefix, plain, Codec.Effort.SMALLEST);
    return pressed.length < against.length ? pressed : against;
  }

  private byte[] differences() {
    byte[] plain = new byte[pages.size() * pageSize];
    int at = 0;
    for (Page page : pages) {
      byte[] stored = page.content;
      if (page.base != null) {
        stored = stored.clone();
        PageBytes.xorInto(stored, page.base);
      }
      System.arraycopy(stored, 0, plain, at, pageSize);
      at += pageSize;
    }
    return plain;
  }

  private byte[] whole() {
    byte[] plain = new byte[pages.size() * pageSize];
    int at = 0;
    for (Page page : pages) {
      System.arraycopy(page.content, 0, plain, at, pageSize);
      at += pageSize;
    }
    return plain;
  }

  private byte[] prefix() {
    List<byte[]> bases = new ArrayList<>();
    for (Page page : pages) {
      if (page.base != null) {
        bases.add(page.base);
      }
    }
    return PageBytes.prefix(bases);
  }

  private List<PageEntry> entries(int block, boolean against) {
    List<PageEntry> entries = new ArrayList<>(pages.size());
    for (Page page : pages) {
      boolean based = page.base != null || page.difference;
      PageForm form =
          against
              ? based ? PageForm.AGAINST : PageForm.BESIDE
              : based ? PageForm.DIFFERENCE : PageForm.WHOLE;
      entries.add(new PageEntry(page.number, block, page.digest, form, page.baseFingerprint));
    }
    return entries;
  }
}
