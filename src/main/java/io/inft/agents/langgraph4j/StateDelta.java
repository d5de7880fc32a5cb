package io.inft.agents.langgraph4j;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/**
 * A state as what differs from the one before: it is compressed with that as its dictionary, so
 * that a message more costs about what the message does, however long the state is.
 */
final class StateDelta {
  private static final int LEVEL = 9;

  /** No state may be larger: 64 MB. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int SMALLEST_WINDOW = 18;

  private StateDelta() {}

  static byte[] packed(byte[] state, byte[] before) {
    if (state.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a state of " + state.length + " bytes is larger than " + MOST_BYTES);
    }
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setLevel(LEVEL);
      zstd.setChecksum(true);
      if (before.length > 0) {
        zstd.setWindowLog(
            Math.max(
                SMALLEST_WINDOW, 33 - Integer.numberOfLeadingZeros(before.length + state.length)));
        zstd.loadDict(before);
      }
      return zstd.compress(state);
    }
  }

  static byte[] unpacked(byte[] packed, byte[] before) {
    long size = Zstd.getFrameContentSize(packed);
    if (size < 0 || size > MOST_BYTES) {
      throw new IllegalStateException("a stored state has an impossible size: " + size);
    }
    try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
      if (before.length > 0) {
        zstd.loadDict(before);
      }
      return zstd.decompress(packed, (int) size);
    }
  }
}
