package io.inft.pack;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.HexFormat;

/** The constants of the page pack format as {@code page-pack.md} lists them. */
final class PackFormat {
  static final String WHAT = "page pack";

  /** No text at its first byte, "INFP", then line ends that text transfers would change. */
  static final String MAGIC_HEX = "89494e46500d0a1a";

  /** Blocks decompress without anything else. */
  static final int VERSION_ALONE = 1;

  /** Blocks may be compressed against pages of the from-version. */
  static final int VERSION_AGAINST = 2;

  /** What a reader knows, from the first to this one. */
  static final int NEWEST_VERSION = 3;

  /** The directory can be read without the entries, and pages are named by their leaf. */
  static final int VERSION_DIRECTORY = 3;

  static final int MAGIC_BYTES = 8;
  static final int HEADER_BYTES = 33;
  static final int BLOCK_RECORD_BYTES = 6;
  static final int WHOLE_ENTRY_BYTES = 36;
  static final int FORM_ENTRY_BYTES = 45;
  static final int FOOTER_BYTES = 40;

  static final int FLAG_FORMS = 1;

  /** What a writer fills a block with. */
  static final int TARGET_BLOCK_BYTES = 1 << 16;

  /** What a reader accepts in a block, decompressed and stored; a prefix is no longer either. */
  static final int MAX_BLOCK_BYTES = 1 << 18;

  static final int MAX_STORED_BLOCK_BYTES = MAX_BLOCK_BYTES + (MAX_BLOCK_BYTES >> 8);

  /** Zeros before the pages of a prefix, so that no page can make it look like a dictionary. */
  static final int PREFIX_ZEROS = 8;

  /** What a pack of version 3 begins with: magic and version. */
  static final int HEAD_BYTES = 10;

  static final Blob HEAD =
      Blob.of(
          new ByteWriter(HEAD_BYTES)
              .bytes(HexFormat.of().parseHex(MAGIC_HEX))
              .u16(VERSION_DIRECTORY)
              .toBytes());

  static final int DIRECTORY_FOOTER_BYTES = 37;
  static final int COMPRESSED = 0x80;

  /** The entries of so many pages stand in the directory. */
  static final int NEAR_PAGES = 64;

  /** So much longer than its pack a directory can be when it is decompressed. */
  static final int DIRECTORY_ROOM_BYTES = 4096;

  /** Top pages beyond these are stored among the others. */
  static final int MAX_TOP_BYTES = 1 << 24;

  private PackFormat() {}

  /** Whether packs of a database are of version 3. */
  static boolean namesByLeaf(StateKey key) {
    return key.kind() != StateRoot.PAGES;
  }

  static int leafEntryBytes(boolean based) {
    return based ? Digest.BYTES + Long.BYTES : Digest.BYTES;
  }

  /** What a writer writes for a database of state root 1. */
  static int version(boolean based) {
    return based ? VERSION_AGAINST : VERSION_ALONE;
  }

  static int entryBytes(boolean based) {
    return based ? FORM_ENTRY_BYTES : WHOLE_ENTRY_BYTES;
  }

  /** What a writer fills a block with. */
  static int targetBlockBytes(boolean based) {
    return based ? MAX_BLOCK_BYTES : TARGET_BLOCK_BYTES;
  }
}
