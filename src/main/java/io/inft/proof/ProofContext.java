package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;

/**
 * Which version of which database a proof says it is about.
 *
 * @param id as the proof writes it, normalised
 * @param version from 1
 * @param root 0G Merkle root of that version's commit object
 */
public record ProofContext(long chainId, Address registry, String id, long version, Digest root) {
  /** What binds objects to chain, registry and id. */
  public Digest digest() {
    Digest idHash = Digest.keccak256(id.getBytes(StandardCharsets.US_ASCII));
    return new DatabaseContext(chainId, registry, idHash).digest();
  }
}
