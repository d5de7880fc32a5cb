package io.inft.seal;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
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

  /** The longest plaintext that can be sealed: about 16 TiB. */
  public static final long MAX_PLAIN_BYTES = SealFormat.MAX_PLAIN_BYTES;

  private Seal() {}

  /** Seals an array; the result has {@link #sealedSizeBytes} bytes and differs every time. */
  public static byte[] seal(DataKey key, ObjectLabel label, byte[] plain, SecureRandom random) {
    ByteArrayOutputStream sealed =
        new ByteArrayOutputStream(Math.toIntExact(sealedSizeBytes(plain.length)));
    try (OutputStream sealing = sealing(key, label, random, sealed)) {
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
      DataKey key, ObjectLabel label, SecureRandom random, OutputStream to) {
    byte[] salt = new byte[SealFormat.SALT_BYTES];
    random.nextBytes(salt);
    return new SealingStream(ObjectKey.derive(key, label, salt), to);
  }

  /**
   * Opens a sealed object. The header is checked now; every chunk when a byte of it is first read.
   * Where the object ends is proved by its last chunk: until that was read, the size is only what
   * {@code sealed} says it is.
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
   * Spends a tenth of a second, once in a process, so that the megabytes after it are sealed and
   * opened at full speed from the start. Worth it before some ten of them.
   */
  public static void warmUp() {
    CipherWarmth.reach();
  }

  /** How long an object of so many bytes becomes. */
  public static long sealedSizeBytes(long plainSizeBytes) {
    if (plainSizeBytes < 0 || plainSizeBytes > MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "between 0 and " + MAX_PLAIN_BYTES + " bytes can be sealed, not " + plainSizeBytes);
    }
    return HEADER_BYTES + plainSizeBytes + SealFormat.chunks(plainSizeBytes) * Aead.TAG_BYTES;
  }
}
