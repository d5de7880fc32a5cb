package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.seal.cipher.Aead;
import io.inft.seal.cipher.CipherWarmth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * Seals bytes so that only the holder of the data key can read them, only at the place they were
 * made for, and never a byte that was changed. The format is described in {@code sealed-object.md}.
 */
public final class Seal {
  /** Bytes before the first chunk. */
  public static final int HEADER_BYTES = SealFormat.HEADER_BYTES;

  /** The longest plaintext that can be sealed without padding: about 16 TiB. */
  public static final long MAX_PLAIN_BYTES = SealFormat.MAX_PLAIN_BYTES;

  private Seal() {}

  /** Seals an array; the result has {@link #sealedSizeBytes} bytes and differs every time. */
  public static byte[] seal(
      DataKey key, ObjectLabel label, byte[] plain, Padding padding, SecureRandom random) {
    ByteArrayOutputStream sealed =
        new ByteArrayOutputStream(Math.toIntExact(sealedSizeBytes(plain.length, padding)));
    try (OutputStream sealing = sealing(key, label, padding, random, sealed)) {
      sealing.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException("an array takes every byte", e);
    }
    return sealed.toByteArray();
  }

  /**
   * Seals what is written to the stream that is returned. Only {@code close()} makes the object
   * complete, and it closes {@code to} as well: a caller that fails halfway must throw the result
   * away. Holds one chunk of 256 KiB in memory.
   */
  public static OutputStream sealing(
      DataKey key, ObjectLabel label, Padding padding, SecureRandom random, OutputStream to) {
    byte[] salt = new byte[SealFormat.SALT_BYTES];
    random.nextBytes(salt);
    ObjectKey objectKey = ObjectKey.derive(key, label, padding.format(), salt);
    return new SealingStream(objectKey, padding, to);
  }

  /**
   * Opens a sealed object. The header is checked now; every chunk when a byte of it is first read.
   * Where the object ends is proved by its last chunk. Of a padded object that is read now, because
   * it says where the content ends; of another one, the size is only what {@code sealed} says it is
   * until it was read.
   *
   * @param expected where the caller found it; it opens nowhere else
   * @throws io.inft.failure.NotOurObjectException it does not begin with our magic
   * @throws io.inft.failure.FormatTooNewException a later release made it
   * @throws io.inft.failure.SubstitutedObjectException it was sealed for another database or place
   * @throws io.inft.failure.WrongKeyException it was sealed with another data key
   * @throws io.inft.failure.CorruptObjectException here or at a read: it was altered, cut short or
   *     added to
   */
  public static ByteSource open(DataKey key, ObjectLabel expected, ByteSource sealed)
      throws InftException {
    return SealedSource.open(SealHeader.check(key, expected, sealed), expected, sealed);
  }

  /**
   * Opens a sealed object of which its maker told how it begins and ends: nothing is read now. The
   * first byte that is read proves key, place and length, as far as they are not what was told.
   *
   * @param salt {@link #saltOf} it
   * @param paddingBytes by which its plaintext is longer than its content, see {@link Padding}; 0
   *     if it was sealed without
   * @throws io.inft.failure.CorruptObjectException no object of its size ends so; at a read, what
   *     was told is of another object, or it was altered
   */
  public static ByteSource openTold(
      DataKey key, ObjectLabel expected, ByteSource sealed, Blob salt, long paddingBytes)
      throws InftException {
    return SealedSource.openTold(
        told(key, expected, salt, paddingBytes), expected, sealed, paddingBytes);
  }

  /**
   * Decrypts a part of a sealed object of which its maker told how it begins and ends. Nothing is
   * verified, for a part has no tag: for a caller who has the digest of the sealed bytes from
   * somebody he believes, and to whom plaintext that is none does no harm.
   *
   * @param sealed the bytes of the object that have the part
   * @return the plaintext of the part; anything if the sealed bytes or what was told are others
   */
  public static byte[] openPart(
      DataKey key,
      ObjectLabel expected,
      SealedPart part,
      Blob salt,
      long paddingBytes,
      byte[] sealed) {
    return part.open(told(key, expected, salt, paddingBytes), sealed);
  }

  private static ObjectKey told(DataKey key, ObjectLabel label, Blob salt, long paddingBytes) {
    int format = (paddingBytes == 0 ? Padding.NONE : Padding.PADME).format();
    return ObjectKey.derive(key, label, format, salt.toBytes());
  }

  /** The salt of a sealed object that was opened before. */
  public static Blob saltOf(ByteSource sealed) throws InftException {
    return Blob.of(sealed.read(SealFormat.SALT_OFFSET, SealFormat.SALT_BYTES));
  }

  /** How many bytes the plaintext of a sealed object has, padding included. */
  public static long plainSizeBytes(long sealedSizeBytes) {
    return sealedSizeBytes
        - HEADER_BYTES
        - SealFormat.sealedChunks(sealedSizeBytes) * Aead.TAG_BYTES;
  }

  /** The number, from 0, of the 256 KiB of a sealed object that hold a byte of its plaintext. */
  public static long chunkOf(long plainOffset) {
    return SealFormat.chunkOf(plainOffset);
  }

  /** Where in the plaintext a chunk begins. */
  public static long plainOffset(long chunk) {
    return SealFormat.plainOffset(chunk);
  }

  /** Where in a sealed object a chunk begins, its header included. */
  public static long chunkAt(long chunk) {
    return chunk * SealFormat.CHUNK_BYTES;
  }

  /**
   * Spends a tenth of a second, once in a process, so that the megabytes after it are sealed and
   * opened at full speed from the start. Worth it before some ten of them.
   */
  public static void warmUp() {
    CipherWarmth.reach();
  }

  /**
   * How long an object with so much content becomes.
   *
   * @throws IllegalArgumentException more than can be sealed
   */
  public static long sealedSizeBytes(long contentSizeBytes, Padding padding) {
    long plain = padding.plainSizeBytes(contentSizeBytes);
    return HEADER_BYTES + plain + SealFormat.chunks(plain) * Aead.TAG_BYTES;
  }
}
