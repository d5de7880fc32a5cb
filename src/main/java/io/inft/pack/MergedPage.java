package io.inft.pack;

import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a chain of packs has made of one page so far. Immutable. */
final class MergedPage {
  /** No pack spoke of the page: it is what the chain's from-version says. */
  static final MergedPage UNTOUCHED = new MergedPage(null, Digest.ZERO, false, 0);

  private final byte @Nullable [] content;
  private final Digest sha256;
  private final boolean difference;
  private final long baseFingerprint;

  private MergedPage(
      byte @Nullable [] content, Digest sha256, boolean difference, long baseFingerprint) {
    this.content = content;
    this.sha256 = sha256;
    this.difference = difference;
    this.baseFingerprint = baseFingerprint;
  }

  /** A page that has just come into being. */
  static MergedPage zeros(int pageSize) {
    byte[] zeros = new byte[pageSize];
    return new MergedPage(zeros, Digest.sha256(zeros), false, 0);
  }

  /** The page after one more pack. */
  MergedPage then(PackEntry entry, byte[] stored) throws CorruptObjectException {
    if (!entry.xor()) {
      return new MergedPage(stored, entry.sha256(), false, 0);
    }
    if (content == null) {
      return new MergedPage(stored, entry.sha256(), true, entry.baseFingerprint());
    }
    if (Pages.fingerprint(sha256) != entry.baseFingerprint()) {
      throw broken(entry, "is a difference to another page than the pack before left");
    }
    byte[] combined = stored.clone();
    Pages.xorInto(combined, content);
    if (!difference && !Digest.sha256(combined).equals(entry.sha256())) {
      throw broken(entry, "does not match its hash");
    }
    return new MergedPage(combined, entry.sha256(), difference, baseFingerprint);
  }

  /** Adds the page to a pack, unless the pack need not speak of it. */
  void writeTo(PackWriter writer, long pageNumber) throws IOException {
    if (content == null) {
      return;
    }
    if (difference) {
      writer.addDifference(pageNumber, content, sha256, baseFingerprint);
    } else {
      writer.add(pageNumber, content, null);
    }
  }

  private static CorruptObjectException broken(PackEntry entry, String why) {
    return new CorruptObjectException(
        "chain of page packs", 0, "page " + entry.pageNumber() + " " + why);
  }
}
