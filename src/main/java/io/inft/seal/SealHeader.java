package io.inft.seal;

import io.inft.bytes.ByteSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.cipher.Aead;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads the first 64 bytes of a sealed object and says exactly what is wrong with them. */
final class SealHeader {
  private SealHeader() {}

  /**
   * The key of the object, once its header proved to be the one made with this data key for this
   * place. The hints are not trusted; they only choose the failure.
   */
  static ObjectKey check(DataKey dataKey, ObjectLabel label, ByteSource sealed)
      throws InftException {
    String what = "sealed " + label;
    byte[] found = sealed.read(0, (int) Math.min(SealFormat.HEADER_BYTES, sealed.sizeBytes()));
    byte[] magic = SealFormat.MAGIC.toBytes();
    int comparable = Math.min(magic.length, found.length);
    if (!Arrays.equals(found, 0, comparable, magic, 0, comparable)) {
      throw new NotOurObjectException(
          "a " + what, "0x" + HexFormat.of().formatHex(found, 0, comparable));
    }
    if (found.length > SealFormat.FORMAT_OFFSET) {
      checkKnown(
          what, found, SealFormat.FORMAT_OFFSET, "format", SealFormat.UNPADDED, SealFormat.PADDED);
    }
    if (found.length > SealFormat.SUITE_OFFSET) {
      checkKnown(
          what + " (suite)",
          found,
          SealFormat.SUITE_OFFSET,
          "suite",
          SealFormat.SUITE,
          SealFormat.SUITE);
    }
    if (sealed.sizeBytes() < SealFormat.HEADER_BYTES + Aead.TAG_BYTES) {
      throw new CorruptObjectException(
          what, sealed.sizeBytes(), "truncated: it ends inside its header or its only chunk");
    }
    return checkCommitment(dataKey, label, what, found);
  }

  private static void checkKnown(
      String what, byte[] found, int offset, String field, int first, int newest)
      throws InftException {
    int value = found[offset] & 0xff;
    if (value > newest) {
      throw new FormatTooNewException(what, value, newest);
    }
    if (value < first) {
      throw new CorruptObjectException(what, offset, field + " " + value + " never existed");
    }
  }

  private static ObjectKey checkCommitment(
      DataKey dataKey, ObjectLabel label, String what, byte[] found) throws InftException {
    byte[] salt =
        Arrays.copyOfRange(
            found, SealFormat.SALT_OFFSET, SealFormat.SALT_OFFSET + SealFormat.SALT_BYTES);
    int format = found[SealFormat.FORMAT_OFFSET] & 0xff;
    ObjectKey key = ObjectKey.derive(dataKey, label, format, salt);
    byte[] expected = key.header();
    boolean sameKey = same(found, expected, SealFormat.KEY_HINT_OFFSET, SealFormat.HINT_BYTES);
    boolean sameLabel = same(found, expected, SealFormat.LABEL_HINT_OFFSET, SealFormat.HINT_BYTES);
    if (same(found, expected, SealFormat.COMMITMENT_OFFSET, SealFormat.COMMITMENT_BYTES)) {
      if (!sameKey || !sameLabel) {
        throw new CorruptObjectException(
            what, SealFormat.KEY_HINT_OFFSET, "a hint in its header was altered");
      }
      return key;
    }
    if (!sameLabel) {
      throw new SubstitutedObjectException(
          "a sealed object", label.toString(), "one sealed for another database or place");
    }
    if (!sameKey) {
      throw new WrongKeyException(
          what, "it was sealed with another data key: take the one of its key epoch");
    }
    throw new CorruptObjectException(
        what, SealFormat.SALT_OFFSET, "salt or key commitment in its header was altered");
  }

  private static boolean same(byte[] found, byte[] expected, int offset, int length) {
    return MessageDigest.isEqual(
        Arrays.copyOfRange(found, offset, offset + length),
        Arrays.copyOfRange(expected, offset, offset + length));
  }
}
