package io.inft.seal;

import io.inft.bytes.ByteSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
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

  // Mutable, guarded by itself: verified chunks, the one used last at the end.
  private final Map<Long, byte[]> kept = new LinkedHashMap<>(8, 0.75f, true);

  private SealedSource(
      String what, ObjectKey key, ByteSource sealed, long chunks, long plainSizeBytes) {
    this.what = what;
    this.key = key;
    this.sealed = sealed;
    this.chunks = chunks;
    this.plainSizeBytes = plainSizeBytes;
  }

  static SealedSource open(ObjectKey key, ObjectLabel label, ByteSource sealed)
      throws InftException {
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
    SealedSource source = new SealedSource(what, key, sealed, chunks, size - overhead);
    if (source.plainSizeBytes == 0) {
      // Nobody will read a byte of it, and that there is none is a claim too.
      source.chunk(0);
    }
    return source;
  }

  @Override
  public long sizeBytes() {
    return plainSizeBytes;
  }

  @Override
  public byte[] read(long offset, int length) throws InftException {
    if (offset < 0 || length < 0 || offset > plainSizeBytes - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + plainSizeBytes + " bytes");
    }
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
    boolean last = chunk == chunks - 1;
    long begin = chunk * SealFormat.CHUNK_BYTES + (chunk == 0 ? SealFormat.HEADER_BYTES : 0);
    long end = last ? sealed.sizeBytes() : (chunk + 1) * SealFormat.CHUNK_BYTES;
    byte[] bytes = sealed.read(begin, (int) (end - begin));
    try {
      return key.open(chunk, last, bytes);
    } catch (AEADBadTagException e) {
      throw new CorruptObjectException(what, begin, reason(chunk, last, bytes));
    }
  }

  /** A chunk that verifies with the other flag was sealed at this place, but not as this end. */
  private String reason(long chunk, boolean last, byte[] bytes) {
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
