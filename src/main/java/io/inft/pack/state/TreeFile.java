package io.inft.pack.state;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.WrongKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.HexFormat;

/** The leaves of a state tree as a local file: header, leaves, SHA-256 over both. */
record TreeFile(int pageSize, TreeLevels levels) {
  static final String WHAT = "page tree";
  static final String MAGIC_HEX = "89494e46530d0a1a";
  static final int VERSION = 1;
  static final int HEADER_BYTES = 50;

  static void write(OutputStream to, int pageSize, Digest keyCheck, TreeLevels levels)
      throws IOException {
    DigestOutputStream hashed = new DigestOutputStream(to, Digest.sha256());
    hashed.write(
        new ByteWriter(HEADER_BYTES)
            .bytes(HexFormat.of().parseHex(MAGIC_HEX))
            .u16(VERSION)
            .u32(pageSize)
            .u32(levels.leaves())
            .digest(keyCheck)
            .toBytes());
    levels.writeLeaves(hashed);
    to.write(Digest.finish(hashed.getMessageDigest()).toBytes());
    to.flush();
  }

  static TreeFile read(InputStream from, Digest keyCheck) throws InftException, IOException {
    byte[] head = from.readNBytes(HEADER_BYTES);
    ByteReader in = new ByteReader(WHAT, head);
    String magic = HexFormat.of().formatHex(in.bytes("magic", MAGIC_HEX.length() / 2));
    if (!magic.equals(MAGIC_HEX)) {
      throw new NotOurObjectException(WHAT, magic);
    }
    int version = in.u16("format version");
    if (version > VERSION) {
      throw new FormatTooNewException(WHAT, version, VERSION);
    }
    if (version < VERSION) {
      throw new FormatTooOldException(WHAT, version, VERSION);
    }
    long pageSize = in.u32("page size");
    int pages = in.u32("pages", Pages.MAX_PAGES);
    Digest writtenFor = in.digest("key check");
    if (!Pages.sizeAllowed(pageSize)) {
      throw in.corrupt("page size " + pageSize);
    }
    byte[] leaves = from.readNBytes(pages * Digest.BYTES);
    byte[] checksum = from.readNBytes(Digest.BYTES);
    if (checksum.length < Digest.BYTES) {
      throw in.corrupt("ends after " + leaves.length / Digest.BYTES + " of " + pages + " leaves");
    }
    if (!Digest.sha256(head, leaves).equals(Digest.of(checksum))) {
      throw in.corrupt("its content does not match its checksum");
    }
    if (!writtenFor.equals(keyCheck)) {
      throw new WrongKeyException(
          "the page tree", "it belongs to another database or another key; delete it");
    }
    return new TreeFile((int) pageSize, TreeLevels.of(leaves));
  }
}
