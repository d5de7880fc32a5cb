package io.inft.bytes;

import java.nio.charset.StandardCharsets;

/**
 * Where a database lives: chain, registry and id hash. Its digest is bound into every object, so
 * that an object made for one database, registry or chain cannot be shown as another's.
 *
 * @param chainId EIP-155 chain id
 * @param registry address of the registry contract
 * @param idHash Keccak-256 of the id's bytes
 */
public record DatabaseContext(long chainId, Address registry, Digest idHash) {
  private static final byte[] DOMAIN = "inft/v1/ctx".getBytes(StandardCharsets.US_ASCII);

  /** {@code keccak256("inft/v1/ctx" ‖ u64 chainId ‖ registry20 ‖ idHash32)}. */
  public Digest digest() {
    return Digest.keccak256(
        DOMAIN, new ByteWriter(64).u64(chainId).address(registry).digest(idHash).toBytes());
  }
}
