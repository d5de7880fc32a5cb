package io.inft.sqlite;

/**
 * What the index of a write-ahead log says about it: the truth about commits, because every commit
 * of every connection and process changes it and nothing else does.
 *
 * @param change moves with every commit
 * @param maxFrame the last frame of the last commit
 * @param pageCount pages of the database after it
 * @param checksum1 running checksum of that frame
 * @param checksum2 its second half
 * @param salt1 of the log's generation, comparable with {@link WalPosition#salt1}
 * @param salt2 likewise
 */
public record WalIndexHeader(
    int change,
    long maxFrame,
    long pageCount,
    int checksum1,
    int checksum2,
    int salt1,
    int salt2) {}
