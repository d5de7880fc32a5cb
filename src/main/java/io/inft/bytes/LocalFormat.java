package io.inft.bytes;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import java.util.Arrays;

/**
 * How a small file of this machine begins and ends, in every release: eight bytes of magic, the
 * format's number as u16, the content, SHA-256 over all that. Only the content is a matter of the
 * format. So damage is told from a file of another release by the checksum, which comes first, and
 * a flipped bit in the number is never taken for another release.
 *
 * <p>Files of releases that wrote no magic have the content and SHA-256 over it; they are still
 * read, as format {@link #BEFORE_MAGIC}.
 *
 * @param what names the file, for messages: "capture journal"
 * @param letter stands in the magic, one for each kind of file
 * @param oldest the oldest format with a magic that is still read
 * @param newest the format that is written
 */
public record LocalFormat(String what, char letter, int oldest, int newest) {
  public static final int BEFORE_MAGIC = 0;
  private static final int MAGIC_BYTES = 8;

  /** What a file has around its content. */
  public static final int FRAME_BYTES = MAGIC_BYTES + 2 + Digest.BYTES;

  /** A file's content and how it is to be read. */
  public record Content(int format, ByteReader reader) {
    public boolean isBeforeMagic() {
      return format == BEFORE_MAGIC;
    }
  }

  /** The first byte is above all with which a file without a magic can begin. */
  private byte[] magic() {
    return new byte[] {(byte) 0x89, 'I', 'N', 'F', (byte) letter, '\r', '\n', 0x1a};
  }

  /** Whether bytes begin as files of this kind do. */
  public boolean hasMagic(byte[] bytes) {
    return bytes.length >= MAGIC_BYTES
        && Arrays.equals(bytes, 0, MAGIC_BYTES, magic(), 0, MAGIC_BYTES);
  }

  /** The whole file for a content of the newest format. */
  public byte[] wrap(byte[] content) {
    return ChecksummedBytes.wrap(
        new ByteWriter(MAGIC_BYTES + 2 + content.length)
            .bytes(magic())
            .u16(newest)
            .bytes(content)
            .toBytes());
  }

  /**
   * Reads a whole file.
   *
   * @throws CorruptObjectException it is not as any release wrote it
   * @throws FormatTooNewException a later release wrote it; updating is the way out
   * @throws FormatTooOldException an earlier release wrote it, whose format is no longer read
   */
  public Content unwrap(byte[] bytes)
      throws CorruptObjectException, FormatTooNewException, FormatTooOldException {
    ByteReader reader = ChecksummedBytes.unwrap(what, bytes);
    if (!hasMagic(bytes)) {
      return new Content(BEFORE_MAGIC, reader);
    }
    reader.bytes("magic", MAGIC_BYTES);
    int format = reader.u16("format");
    if (format > newest) {
      throw new FormatTooNewException(what, format, newest);
    }
    if (format < oldest) {
      throw new FormatTooOldException(what, format, oldest);
    }
    return new Content(format, reader);
  }
}
