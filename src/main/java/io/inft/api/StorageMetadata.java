package io.inft.api;

import io.inft.registry.Anchored;
import java.time.Instant;

/**
 * One anchored version of a database, as the registry recorded it: nothing in it comes from this
 * machine's clock or belief.
 *
 * @param id the database
 * @param root 0G Merkle root of the commit object, as 0x and 64 hex digits (the guide's {@code
 *     file_hash})
 * @param checksum SHA-256 of the commit object, 64 hex digits
 * @param time when it was anchored
 * @param sizeBytes length of the commit object, in which small changes ride
 * @param keyEpoch the key epoch (the guide's {@code encryption_key_id})
 * @param version from 1
 */
public record StorageMetadata(
    String id,
    String root,
    String checksum,
    Instant time,
    long sizeBytes,
    int keyEpoch,
    long version) {
  static StorageMetadata of(String id, Anchored anchored) {
    return new StorageMetadata(
        id,
        anchored.anchor().root().toString(),
        anchored.anchor().checksum().hex(),
        anchored.block().time(),
        anchored.anchor().sizeBytes(),
        anchored.anchor().keyEpoch(),
        anchored.version());
  }
}
