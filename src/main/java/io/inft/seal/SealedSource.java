package io.inft.seal;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.seal.cipher.Aead;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/**
 * The plaintext of a sealed object. A chunk is fetched and verified when a byte of it is first
 * asked for; the last few are kept. Safe for many threads.
 */
final class SealedSource implements ByteSource {
  private static final int KEPT_CHUNKS = 4;

  private final String what;
  private final ObjectKey key;
  private final ByteSource sealed;
  private final long chunks;
  private final long plainSizeBytes;

  /** Without the padding; set once, before anybody else sees this. */
  private long contentSizeBytes;

  // Mutable, guarded by itself: verified chunks, the one used last at the end.
  private final Map<Long, byte[]> kept = new LinkedHashMap<>(8, 0.75f, true);

  private SealedSource(
      String what, ObjectKey key, ByteSource sealed, long chunks, long plainSizeBytes) {
    this.what = what;
    this.key = key;
    this.sealed = sealed;
    this.chunks = chunks;
    this.plainSizeBytes = plainSizeBytes;
    this.contentSizeBytes = plainSizeBytes;
  }

  static SealedSource open(ObjectKey key, ObjectLabel label, ByteSource sealed)
      throws InftException {
    SealedSource source = ofSize(key, label, sealed);
    if (key.isPadded()) {
      source.findContent();
    } else if (source.plainSizeBytes == 0) {
      // Nobody will read a byte of it, and that there is none is a claim too.
      source.chunk(0);
    }
    return source;
  }

  /** Where the content ends is known; nothing is read. */
  static SealedSource openTold(
      ObjectKey key, ObjectLabel label, ByteSource sealed, long paddingBytes)
      throws CorruptObjectException {
    SealedSource source = ofSize(key, label, sealed);
    long zeros = paddingBytes - (key.isPadded() ? SealFormat.PADDING_LENGTH_BYTES : 0);
    source.requirePadding(zeros, source.plainSizeBytes - (paddingBytes - zeros));
    source.contentSizeBytes = source.plainSizeBytes - paddingBytes;
    return source;
  }

  private static SealedSource ofSize(ObjectKey key, ObjectLabel label, ByteSource sealed)
      throws CorruptObjectException {
    String what = "sealed " + label;
    long size = sealed.sizeBytes();
    long chunks = (size + SealFormat.CHUNK_BYTES - 1) / SealFormat.CHUNK_BYTES;
    long lastBytes = size - (chunks - 1) * SealFormat.CHUNK_BYTES;
    if (chunks > SealFormat.MAX_CHUNKS) {
      throw new CorruptObjectException(
          what, 0, "has " + chunks + " chunks, at most " + SealFormat.MAX_CHUNKS + " allowed");
    }
    if (chunks > 1 && lastBytes <= Aead.TAG_BYTES) {
      throw new CorruptObjectException(
          what, size - lastBytes, "truncated, or bytes follow its last chunk");
    }
    long overhead = SealFormat.HEADER_BYTES + chunks * Aead.TAG_BYTES;
    return new SealedSource(what, key, sealed, chunks, size - overhead);
  }

  private void requirePadding(long zeros, long at) throws CorruptObjectException {
    if (zeros < 0 || zeros > at || zeros >= Padding.mostBytes(plainSizeBytes)) {
      throw new CorruptObjectException(
          what, sealed.sizeBytes(), "says that it is padded with " + zeros + " bytes");
    }
  }

  /** The padding that lies in the last chunk is looked at; what lies before it, nobody reads. */
  private void findContent() throws InftException {
    long at = plainSizeBytes - SealFormat.PADDING_LENGTH_BYTES;
    if (at < 0) {
      throw new CorruptObjectException(what, SealFormat.HEADER_BYTES, "has no padding length");
    }
    long zeros =
        new ByteReader(what, read(at, SealFormat.PADDING_LENGTH_BYTES))
            .u64("length of the padding");
    requirePadding(zeros, at);
    long from = Math.max(at - zeros, SealFormat.plainOffset(chunks - 1));
    for (byte one : read(from, (int) Math.max(0, at - from))) {
      if (one != 0) {
        throw new CorruptObjectException(what, begin(chunks - 1), "its padding is not zeros");
      }
    }
    contentSizeBytes = at - zeros;
  }

  @Override
  public long sizeBytes() {
    return contentSizeBytes;
  }

  @Override
  public byte[] read(long offset, int length) throws InftException {
    checkRange(offset, length);
    byte[] result = new byte[length];
    int done = 0;
    while (done < length) {
      long chunk = SealFormat.chunkOf(offset + done);
      byte[] plain = chunk(chunk);
      int from = (int) (offset + done - SealFormat.plainOffset(chunk));
      int count = Math.min(length - done, plain.length - from);
      System.arraycopy(plain, from, result, done, count);
      done += count;
    }
    return result;
  }

  private void checkRange(long offset, int length) {
    if (offset < 0 || length < 0 || offset > contentSizeBytes - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + contentSizeBytes + " bytes");
    }
  }

  private byte[] chunk(long chunk) throws InftException {
    synchronized (kept) {
      byte[] known = kept.get(chunk);
      if (known != null) {
        return known;
      }
    }
    byte[] plain = fetch(chunk);
    synchronized (kept) {
      kept.put(chunk, plain);
      if (kept.size() > KEPT_CHUNKS) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return plain;
  }

  private byte[] fetch(long chunk) throws InftException {
    byte[] bytes = sealed.read(begin(chunk), length(chunk));
    try {
      return key.open(chunk, isLast(chunk), bytes);
    } catch (AEADBadTagException e) {
      throw new CorruptObjectException(what, begin(chunk), reason(chunk, bytes));
    }
  }

  private boolean isLast(long chunk) {
    return chunk == chunks - 1;
  }

  /** Where a chunk's ciphertext begins. */
  private long begin(long chunk) {
    return chunk * SealFormat.CHUNK_BYTES + (chunk == 0 ? SealFormat.HEADER_BYTES : 0);
  }

  private int length(long chunk) {
    long end = isLast(chunk) ? sealed.sizeBytes() : (chunk + 1) * SealFormat.CHUNK_BYTES;
    return (int) (end - begin(chunk));
  }

  @Override
  public ByteSource sequential() {
    return new Sequential();
  }

  /** Holds one chunk, which is decrypted where it was read into. For one thread. */
  private final class Sequential implements ByteSource {
    private byte[] buffer = new byte[0];
    private long held = -1;

    @Override
    public long sizeBytes() {
      return contentSizeBytes;
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      checkRange(offset, length);
      byte[] result = new byte[length];
      read(offset, result, 0, length);
      return result;
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws InftException {
      checkRange(offset, length);
      int done = 0;
      while (done < length) {
        long chunk = SealFormat.chunkOf(offset + done);
        hold(chunk);
        int from = (int) (offset + done - SealFormat.plainOffset(chunk));
        int count = Math.min(length - done, length(chunk) - Aead.TAG_BYTES - from);
        System.arraycopy(buffer, from, target, at + done, count);
        done += count;
      }
    }

    private void hold(long chunk) throws InftException {
      if (held == chunk) {
        return;
      }
      held = -1;
      int length = length(chunk);
      buffer = buffer.length < length ? new byte[length] : buffer;
      sealed.read(begin(chunk), buffer, 0, length);
      try {
        key.openInPlace(chunk, isLast(chunk), buffer, length);
      } catch (AEADBadTagException e) {
        byte[] again = sealed.read(begin(chunk), length);
        throw new CorruptObjectException(what, begin(chunk), reason(chunk, again));
      }
      held = chunk;
    }
  }

  /** A chunk that verifies with the other flag was sealed at this place, but not as this end. */
  private String reason(long chunk, byte[] bytes) {
    boolean last = isLast(chunk);
    String which = "chunk " + chunk + " of " + chunks;
    try {
      key.open(chunk, !last, bytes);
    } catch (AEADBadTagException alteredAnyway) {
      return which + " does not verify: it was altered" + (last ? ", cut short or added to" : "");
    }
    return last
        ? "truncated: " + which + " is not the last one that was sealed"
        : "bytes follow its last chunk, " + which;
  }
}
