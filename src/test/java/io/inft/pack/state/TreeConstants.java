package io.inft.pack.state;

/** The constants of the state root and its file, for who compares them with the page. */
public final class TreeConstants {
  public static final int HEADER_BYTES = TreeFile.HEADER_BYTES;
  public static final String MAGIC_HEX = TreeFile.MAGIC_HEX;
  public static final int VERSION = TreeFile.VERSION;
  public static final int CHUNK_BYTES = ChunkedLeaf.CHUNK_BYTES;

  private TreeConstants() {}
}
