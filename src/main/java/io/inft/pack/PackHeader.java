package io.inft.pack;

import io.inft.pack.state.Pages;

/**
 * What a page pack is.
 *
 * @param kind snapshot or delta
 * @param pageSize of the database, in bytes
 * @param pageCount pages of the database after the pack was applied
 * @param fromVersion the version it must be laid on, 0 for a snapshot
 * @param toVersion the version it leads to
 * @param based whether pages may be stored by what they were in the from-version; only in deltas
 */
public record PackHeader(
    PackType kind, int pageSize, long pageCount, long fromVersion, long toVersion, boolean based) {
  /** Databases with more pages cannot be packed. */
  public static final int MAX_PAGES = Pages.MAX_PAGES;

  public PackHeader {
    Pages.checkSize(pageSize);
    String broken = brokenRule(kind, pageCount, fromVersion, toVersion, based);
    if (!broken.isEmpty()) {
      throw new IllegalArgumentException(broken);
    }
  }

  /** The rule these values break, or nothing. */
  static String brokenRule(
      PackType kind, long pageCount, long fromVersion, long toVersion, boolean based) {
    if (pageCount < 1 || pageCount > MAX_PAGES) {
      return pageCount + " database pages, 1 to " + MAX_PAGES + " allowed";
    }
    if (kind == PackType.SNAPSHOT && (fromVersion != 0 || based)) {
      return "a snapshot stands alone";
    }
    if (kind == PackType.DELTA && fromVersion < 1) {
      return "a delta is made from a version";
    }
    if (toVersion <= fromVersion) {
      return "leads from version " + fromVersion + " to " + toVersion;
    }
    return "";
  }

  /** The pages a pack of this header can hold at most: the lock page is never stored. */
  long storablePages() {
    return pageCount >= Pages.lockPage(pageSize) ? pageCount - 1 : pageCount;
  }
}
