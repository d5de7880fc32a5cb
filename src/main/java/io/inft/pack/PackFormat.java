package io.inft.pack;

/** The constants of the page pack format, version 1, as {@code page-pack.md} lists them. */
final class PackFormat {
  static final String WHAT = "page pack";

  /** No text at its first byte, "INFP", then line ends that text transfers would change. */
  static final String MAGIC_HEX = "89494e46500d0a1a";

  static final int VERSION = 1;

  static final int MAGIC_BYTES = 8;
  static final int HEADER_BYTES = 33;
  static final int BLOCK_RECORD_BYTES = 6;
  static final int WHOLE_ENTRY_BYTES = 36;
  static final int XOR_ENTRY_BYTES = 45;
  static final int FOOTER_BYTES = 40;

  static final int FLAG_XOR = 1;
  static final int FORM_WHOLE = 0;
  static final int FORM_XOR = 1;

  /** What a writer fills a block with. */
  static final int TARGET_BLOCK_BYTES = 1 << 16;

  /** What a reader accepts in a block, decompressed and stored. */
  static final int MAX_BLOCK_BYTES = 1 << 18;

  static final int MAX_STORED_BLOCK_BYTES = MAX_BLOCK_BYTES + (MAX_BLOCK_BYTES >> 8);

  private PackFormat() {}

  static int entryBytes(boolean xor) {
    return xor ? XOR_ENTRY_BYTES : WHOLE_ENTRY_BYTES;
  }
}
