package io.inft.capture;

import io.inft.sqlite.WalPosition;

/**
 * One position of SQLite's log, held still: what a version is made of.
 *
 * @param baseVersion the version that {@code dirty} is relative to
 * @param pageCount pages of the database at this position
 * @param position where the log stands
 * @param dirty pages that may differ from the base version; a superset
 * @param withoutBase pages whose content in the base version is no longer at hand
 * @param compareAll whether {@code dirty} may be incomplete, so that every page must be compared
 * @param images the pages as of this position
 * @param base the pages as of the base version, except those without base
 * @param tally the SQL commits since the base version
 * @param snapshot a connection inside a read transaction at exactly this position
 */
public record Pin(
    long baseVersion,
    long pageCount,
    WalPosition position,
    PageSet dirty,
    PageSet withoutBase,
    boolean compareAll,
    PageImages images,
    PageImages base,
    TransactionTally tally,
    SqliteLink snapshot) {}
