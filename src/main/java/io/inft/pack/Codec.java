package io.inft.pack;

import io.inft.failure.CorruptObjectException;
import java.util.List;

/**
 * How the blocks of a pack are compressed: one file a codec, and one line of {@link #ALL}. Which
 * one a pack has, it says, or its format version does. Safe for many threads.
 */
interface Codec {
  /** The highest code of those that this release reads. */
  int NEWEST = 1;

  /** All that this release reads. */
  List<Codec> ALL = List.of(new ZstdCodec());

  /** The codec of a format version that has room for one only. */
  static Codec of(int version) {
    for (Codec codec : ALL) {
      if (codec.isOf(version)) {
        return codec;
      }
    }
    throw new IllegalArgumentException("no codec of page packs of version " + version);
  }

  /** Its number in packs that name their codec, from version 3 on. */
  int code();

  /** Whether packs of this format version have it without naming it. */
  boolean isOf(int version);

  /**
   * Loads its library, so that nothing else here can fail for the want of it.
   *
   * @throws LinkageError it is not there, or cannot be unpacked
   */
  void load();

  /** Compresses blocks; for one thread, to be closed. */
  Compressor compressor();

  /**
   * Compresses a block with other bytes at hand.
   *
   * @param prefix those bytes, without which it cannot be decompressed
   * @param effort how much time it may take
   */
  byte[] compressAgainst(byte[] prefix, byte[] plain, Effort effort);

  /** What time is spent for. */
  enum Effort {
    /** For a block among many: some milliseconds. */
    QUICK,
    /** As small as it gets: ten to forty times as much. */
    SMALLEST
  }

  /**
   * Checks that a block is exactly what the codec makes of as many bytes as the index says, before
   * anything is decompressed.
   */
  void check(StoredBlock block) throws CorruptObjectException;

  /**
   * Decompresses a checked block.
   *
   * @param plain gets the bytes at its beginning; what lies behind them is left
   */
  void decompress(StoredBlock block, byte[] plain) throws CorruptObjectException;

  /** Decompresses a checked block that was compressed against a prefix. */
  byte[] decompressAgainst(byte[] prefix, StoredBlock block) throws CorruptObjectException;

  /** Compresses one block after the other. */
  interface Compressor extends AutoCloseable {
    /** How many bytes so many can become at most. */
    int bound(int plainBytes);

    /**
     * Compresses into an array of at least {@link #bound} bytes.
     *
     * @return how many bytes it became
     */
    int compress(byte[] plain, int plainBytes, byte[] to);

    byte[] compress(byte[] plain);

    @Override
    void close();
  }

  /** A block as a pack stores it. */
  final class StoredBlock {
    final byte[] bytes;
    final int at;
    final int count;
    final int plainBytes;
    private final int number;
    private final long start;

    /**
     * @param number counted from 0
     * @param start where it begins in the pack
     * @param bytes hold it
     * @param at where it begins in them
     * @param count how many there are of it
     * @param plainBytes what it must decompress to
     */
    StoredBlock(int number, long start, byte[] bytes, int at, int count, int plainBytes) {
      this.number = number;
      this.start = start;
      this.bytes = bytes;
      this.at = at;
      this.count = count;
      this.plainBytes = plainBytes;
    }

    CorruptObjectException undecodable(String why) {
      return new CorruptObjectException(
          PackFormat.WHAT, start, "block " + number + " does not decompress: " + why);
    }

    /** It is something else than the index says. */
    CorruptObjectException misfit() {
      return undecodable("not one frame of " + plainBytes + " bytes");
    }
  }
}
