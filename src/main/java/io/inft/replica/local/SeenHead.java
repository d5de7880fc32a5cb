package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.LocalFormat;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;

/**
 * The newest head this machine ever saw, and whether its block was final then: only a regression
 * below a final head is a rollback, anything else a reorganisation.
 */
public record SeenHead(long version, Digest root, Block block, boolean isFinal) {
  /** Format 1 had no magic. */
  private static final LocalFormat FORMAT = new LocalFormat("remembered head", 'h', 2, 2);

  public static SeenHead of(Anchored head, boolean isFinal) {
    return new SeenHead(head.version(), head.anchor().root(), head.block(), isFinal);
  }

  byte[] toBytes() {
    return FORMAT.wrap(
        new ByteWriter()
            .u64(version)
            .digest(root)
            .u64(block.number())
            .digest(block.hash())
            .u64(block.timeSeconds())
            .u8(isFinal ? 1 : 0)
            .toBytes());
  }

  static SeenHead parse(byte[] bytes) throws InftException {
    ByteReader reader = FORMAT.unwrap(bytes).reader();
    long version = reader.u64("version");
    Digest root = reader.digest("root");
    Block block =
        new Block(reader.u64("block"), reader.digest("block hash"), reader.u64("block time"));
    SeenHead head = new SeenHead(version, root, block, reader.u8("final") == 1);
    reader.end();
    return head;
  }
}
