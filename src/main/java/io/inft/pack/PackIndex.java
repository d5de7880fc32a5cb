package io.inft.pack;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * The checked index of a pack: its pages in the order in which they are stored, which is their
 * <b>position</b>, and the blocks they lie in. Immutable, safe for many threads.
 */
abstract class PackIndex extends AbstractList<PageEntry> implements RandomAccess {
  /** By their codes. */
  static final PageForm[] FORMS = PageForm.values();

  abstract PackHeader header();

  abstract Codec codec();

  /** Whether a page's digest is its leaf in the state tree, and not the SHA-256 of it alone. */
  abstract boolean namedByLeaf();

  /** Whether digests and bases are at hand; positions, blocks and forms always are. */
  abstract boolean hasEntries();

  /** The same with digests and bases. */
  abstract PackIndex withEntries(ByteSource pack) throws InftException;

  /** Where what a reader needs first begins; it goes on to the end of the pack. */
  abstract long tailAt();

  /** Where what is behind all blocks begins. */
  abstract long directoryAt();

  abstract int blocks();

  abstract long blockStart(int block);

  abstract long blockEnd(int block);

  /** Position of the first page of a block; of the end, for the block after the last. */
  abstract int firstPage(int block);

  abstract int blockOf(int position);

  /** Position of a page, negative if it is not there. */
  abstract int find(long pageNumber);

  /** Position of the page that so many lower ones are in the pack. */
  abstract int ranked(int rank);

  abstract long pageNumber(int position);

  abstract PageForm form(int position);

  abstract Digest digest(int position);

  abstract long baseFingerprint(int position);

  /** Whether a block is compressed against pages of the from-version. */
  final boolean prefixed(int block) {
    return form(firstPage(block)).prefixed();
  }

  final int storedBytes(int block) {
    return (int) (blockEnd(block) - blockStart(block));
  }

  /** The numbers of the pages in a block, as they are stored. */
  final long[] pageNumbers(int block) {
    int first = firstPage(block);
    long[] numbers = new long[firstPage(block + 1) - first];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = pageNumber(first + i);
    }
    return numbers;
  }

  @Override
  public final PageEntry get(int position) {
    if (position < 0 || position >= size()) {
      throw new IndexOutOfBoundsException(position);
    }
    PageForm form = form(position);
    return new PageEntry(
        pageNumber(position),
        blockOf(position),
        digest(position),
        form,
        form.hasBase() ? baseFingerprint(position) : 0);
  }
}
