package io.inft.pack;

import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.io.IOException;

/** What a chain of packs has made of one page so far. Immutable. */
final class MergedPage {
  private static final byte[] NOTHING = {};

  /** No pack spoke of the page: it is what the chain's from-version says. */
  static final MergedPage UNTOUCHED = new MergedPage(State.UNTOUCHED, NOTHING, Digest.ZERO, 0);

  private final State state;
  private final byte[] content;
  private final Digest digest;
  private final long baseFingerprint;

  private enum State {
    UNTOUCHED,
    WHOLE,
    DIFFERENCE,
    /** Only its hash is known. */
    NAMED
  }

  private MergedPage(State state, byte[] content, Digest digest, long baseFingerprint) {
    this.state = state;
    this.content = content;
    this.digest = digest;
    this.baseFingerprint = baseFingerprint;
  }

  /** A page that has just come into being. */
  static MergedPage zeros(int pageSize, long number, PageNames names) {
    byte[] zeros = new byte[pageSize];
    return new MergedPage(State.WHOLE, zeros, names.of(number, zeros), 0);
  }

  /** The page after the pack in which the cursor stands on it. */
  MergedPage then(PackCursor cursor, PageNames names) throws InftException {
    PageEntry entry = cursor.entry();
    if (entry.form().hasBase()
        && state != State.UNTOUCHED
        && PageBytes.fingerprint(digest) != entry.baseFingerprint()) {
      throw broken(entry, "is a difference to another page than the pack before left");
    }
    if (entry.form() == PageForm.WHOLE) {
      return new MergedPage(State.WHOLE, cursor.content(), entry.digest(), 0);
    }
    if (entry.form().prefixed() || state == State.NAMED) {
      return new MergedPage(State.NAMED, NOTHING, entry.digest(), 0);
    }
    if (state == State.UNTOUCHED) {
      return new MergedPage(
          State.DIFFERENCE, cursor.content(), entry.digest(), entry.baseFingerprint());
    }
    byte[] combined = cursor.content().clone();
    PageBytes.xorInto(combined, content);
    if (state == State.WHOLE && !names.of(entry.pageNumber(), combined).equals(entry.digest())) {
      throw broken(entry, "does not match its hash");
    }
    return new MergedPage(state, combined, entry.digest(), baseFingerprint);
  }

  /** Adds the page to a pack, unless the pack need not speak of it. */
  void writeTo(PackWriter writer, long pageNumber, BasePages newest, PageNames names)
      throws InftException, IOException {
    switch (state) {
      case UNTOUCHED -> {}
      case WHOLE -> writer.add(pageNumber, content, digest, null);
      case DIFFERENCE -> writer.addDifference(pageNumber, content, digest, baseFingerprint);
      case NAMED -> {
        byte[] page = newest.page(pageNumber);
        if (!names.of(pageNumber, page).equals(digest)) {
          throw new CorruptObjectException(
              "chain of page packs", 0, "page " + pageNumber + " is not what the packs lead to");
        }
        writer.add(pageNumber, page, digest, null);
      }
    }
  }

  private static CorruptObjectException broken(PageEntry entry, String why) {
    return new CorruptObjectException(
        "chain of page packs", 0, "page " + entry.pageNumber() + " " + why);
  }
}
