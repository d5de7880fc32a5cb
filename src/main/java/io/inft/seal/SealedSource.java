package io.inft.seal;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.seal.cipher.Aead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of a sealed object. A chunk is fetched and verified when a byte of it is first
 * asked for; the last few are kept. Safe for many threads.
 */
final class SealedSource implements ByteSource {
  private static final int KEPT_CHUNKS = 4;

  /**
   * A read of many chunks has so many fetched at once, which over a network takes as long as one.
   */
  private static final int SIDE_BY_SIDE = 8;

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
      source.chunks(0, 1);
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
    long chunks = SealFormat.sealedChunks(size);
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
        throw new CorruptObjectException(
            what, SealFormat.beginOf(chunks - 1), "its padding is not zeros");
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
    long end = SealFormat.chunkOf(offset + Math.max(1, length) - 1) + 1;
    int done = 0;
    while (done < length) {
      long chunk = SealFormat.chunkOf(offset + done);
      for (byte[] plain : chunks(chunk, Math.min(end, chunk + SIDE_BY_SIDE))) {
        int from = (int) (offset + done - SealFormat.plainOffset(chunk));
        int count = Math.min(length - done, plain.length - from);
        System.arraycopy(plain, from, result, done, count);
        done += count;
        chunk++;
      }
    }
    return result;
  }

  private void checkRange(long offset, int length) {
    if (offset < 0 || length < 0 || offset > contentSizeBytes - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + contentSizeBytes + " bytes");
    }
  }

  private byte @Nullable [] kept(long chunk) {
    synchronized (kept) {
      return kept.get(chunk);
    }
  }

  private void keep(long chunk, byte[] plain) {
    synchronized (kept) {
      kept.put(chunk, plain);
      if (kept.size() > KEPT_CHUNKS) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
  }

  /** At least the first of some chunks; those that are not kept are read at once. */
  private List<byte[]> chunks(long first, long end) throws InftException {
    byte[] known = kept(first);
    if (known != null) {
      return List.of(known);
    }
    long behind = first + 1;
    while (behind < end && kept(behind) == null) {
      behind++;
    }
    long begin = SealFormat.beginOf(first);
    int length = (int) (SealFormat.beginOf(behind - 1) - begin) + length(behind - 1);
    byte[] bytes = sealed.read(begin, length);
    List<byte[]> plains = new ArrayList<>();
    for (long chunk = first; chunk < behind; chunk++) {
      int at = (int) (SealFormat.beginOf(chunk) - begin);
      plains.add(open(chunk, length == length(chunk) ? bytes : slice(bytes, at, length(chunk))));
      keep(chunk, plains.get(plains.size() - 1));
    }
    return plains;
  }

  private static byte[] slice(byte[] bytes, int at, int length) {
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  private byte[] open(long chunk, byte[] bytes) throws CorruptObjectException {
    try {
      return key.open(chunk, isLast(chunk), bytes);
    } catch (AEADBadTagException e) {
      throw new CorruptObjectException(what, SealFormat.beginOf(chunk), reason(chunk, bytes));
    }
  }

  private boolean isLast(long chunk) {
    return chunk == chunks - 1;
  }

  private int length(long chunk) {
    long end = isLast(chunk) ? sealed.sizeBytes() : (chunk + 1) * SealFormat.CHUNK_BYTES;
    return (int) (end - SealFormat.beginOf(chunk));
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
      sealed.read(SealFormat.beginOf(chunk), buffer, 0, length);
      try {
        key.openInPlace(chunk, isLast(chunk), buffer, length);
      } catch (AEADBadTagException e) {
        byte[] again = sealed.read(SealFormat.beginOf(chunk), length);
        throw new CorruptObjectException(what, SealFormat.beginOf(chunk), reason(chunk, again));
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
