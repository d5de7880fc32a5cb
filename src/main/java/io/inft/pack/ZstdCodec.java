package io.inft.pack;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import io.inft.failure.CorruptObjectException;

/** One zstd frame a block, which states how many bytes it becomes. */
final class ZstdCodec implements Codec {
  private static final int LEVEL = 3;
  private static final int LEVEL_AGAINST = 9;

  /** Beyond it, blocks of rows that moved become no smaller. */
  private static final int LEVEL_SMALLEST = 17;

  @Override
  public int code() {
    return 1;
  }

  @Override
  public boolean isOf(int version) {
    return version == PackFormat.VERSION_ALONE || version == PackFormat.VERSION_AGAINST;
  }

  @Override
  public void load() {
    Native.load();
  }

  @Override
  public Compressor compressor() {
    return new Frames();
  }

  @Override
  public byte[] compressAgainst(byte[] prefix, byte[] plain, Effort effort) {
    int level = effort == Effort.QUICK ? LEVEL_AGAINST : LEVEL_SMALLEST;
    try (ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(level)) {
      return compressor.loadDict(prefix).compress(plain);
    }
  }

  @Override
  public void check(StoredBlock block) throws CorruptObjectException {
    try {
      if (block.count > 0
          && Zstd.getFrameContentSize(block.bytes, block.at, block.count) == block.plainBytes
          && Zstd.findFrameCompressedSize(block.bytes, block.at, block.count) == block.count) {
        return;
      }
    } catch (ZstdException e) {
      throw block.undecodable(String.valueOf(e.getMessage()));
    }
    throw block.misfit();
  }

  @Override
  public void decompress(StoredBlock block, byte[] plain) throws CorruptObjectException {
    try {
      long length =
          Zstd.decompressByteArray(plain, 0, block.plainBytes, block.bytes, block.at, block.count);
      if (length == block.plainBytes) {
        return;
      }
    } catch (ZstdException e) {
      throw block.undecodable(String.valueOf(e.getMessage()));
    }
    throw block.misfit();
  }

  @Override
  public byte[] decompressAgainst(byte[] prefix, StoredBlock block) throws CorruptObjectException {
    byte[] plain = new byte[block.plainBytes];
    try (ZstdDecompressCtx decompressor = new ZstdDecompressCtx()) {
      decompressor.loadDict(prefix);
      int length =
          decompressor.decompressByteArray(
              plain, 0, plain.length, block.bytes, block.at, block.count);
      if (length == plain.length) {
        return plain;
      }
    } catch (ZstdException e) {
      throw block.undecodable(String.valueOf(e.getMessage()));
    }
    throw block.misfit();
  }

  /** Holds native memory until it is closed. */
  private static final class Frames implements Compressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);

    @Override
    public int bound(int plainBytes) {
      return (int) Zstd.compressBound(plainBytes);
    }

    @Override
    public int compress(byte[] plain, int plainBytes, byte[] to) {
      return context.compressByteArray(to, 0, to.length, plain, 0, plainBytes);
    }

    @Override
    public byte[] compress(byte[] plain) {
      return context.compress(plain);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
