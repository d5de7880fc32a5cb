package io.inft.seal;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;

/**
 * The place of a sealed object: which database, which version produced it, under which key epoch,
 * what it is and the how-manieth of its kind. It is not stored in the object but bound into its
 * key: bytes moved to another place do not open there.
 *
 * @param context digest of chain, registry and id
 * @param version the version that produced it, from 1
 * @param epoch the epoch of the data key, from 1
 * @param type what it holds
 * @param index from 0 among the objects of its type and version
 */
public record ObjectLabel(Digest context, long version, int epoch, SealedType type, int index) {
  static final int BYTES = Digest.BYTES + 8 + 4 + 1 + 4;

  public ObjectLabel {
    if (version < 1 || epoch < 1 || index < 0) {
      throw new IllegalArgumentException(
          "no such label: version " + version + ", epoch " + epoch + ", index " + index);
    }
  }

  byte[] toBytes() {
    return new ByteWriter(BYTES)
        .digest(context)
        .u64(version)
        .u32(epoch)
        .u8(type.code())
        .u32(index)
        .toBytes();
  }

  /** For messages: "snapshot 0 of version 7, key epoch 1". */
  @Override
  public String toString() {
    return type + " " + index + " of version " + version + ", key epoch " + epoch;
  }
}
