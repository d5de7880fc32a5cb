package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.evm.AbiWriter;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry.AnchorRequest;
import java.time.Instant;
import java.util.List;

/** Call data of the contract's functions; the signatures are those of its ABI. */
final class RegistryCalls {
  private static final int MAX_PUBLISHED_BYTES = 4096;
  private static final String ANCHOR =
      "(bytes32,uint64,bytes32,bytes32,bytes32,uint48,uint24,bytes32,uint8)";

  private RegistryCalls() {}

  static byte[] register(DatabaseId id) {
    if (id.token().isPresent()) {
      DatabaseId.Token token = id.token().get();
      return new AbiWriter()
          .address(token.contract())
          .uint(token.number())
          .call("registerBound(address,uint256)");
    }
    return id.label().isPresent()
        ? new AbiWriter().string(id.label().get()).call("registerScoped(string)")
        : new AbiWriter().string(id.toString()).call("registerFlat(string)");
  }

  static byte[] anchor(DatabaseId id, Anchor anchor) {
    return new AbiWriter().tuple(tuple(id, anchor)).call("anchor(" + ANCHOR + ")");
  }

  static byte[] anchorInline(DatabaseId id, Anchor anchor, Blob object) {
    return new AbiWriter()
        .tuple(tuple(id, anchor))
        .bytes(object.toBytes())
        .call("anchorInline(" + ANCHOR + ",bytes)");
  }

  static byte[] rotateAndAnchor(DatabaseId id, Anchor anchor) {
    return new AbiWriter().tuple(tuple(id, anchor)).call("rotateAndAnchor(" + ANCHOR + ")");
  }

  /** With the objects that go along, if any does. */
  static byte[] anchorMany(List<AnchorRequest> requests) {
    List<AbiWriter> items =
        requests.stream().map(request -> tuple(request.id(), request.anchor())).toList();
    if (requests.stream().allMatch(request -> request.object().isEmpty())) {
      return new AbiWriter().array(items).call("anchorMany(" + ANCHOR + "[])");
    }
    List<byte[]> objects =
        requests.stream().map(request -> request.object().orElse(Blob.EMPTY).toBytes()).toList();
    return new AbiWriter()
        .array(items)
        .bytesArray(objects)
        .call("anchorInlineMany(" + ANCHOR + "[],bytes[])");
  }

  private static AbiWriter tuple(DatabaseId id, Anchor anchor) {
    return of(id)
        .uint(anchor.version())
        .bytes32(anchor.previousRoot())
        .bytes32(anchor.root())
        .bytes32(anchor.checksum())
        .uint(anchor.sizeBytes())
        .uint(anchor.keyEpoch())
        .bytes32(anchor.keyringHash())
        .uint(anchor.kind().code());
  }

  static byte[] grant(
      DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds) {
    return of(id)
        .address(who)
        .uint(fits("roles", roles, 16))
        .uint(fits("expiry", expiry.getEpochSecond(), 48))
        .uint(fits("minIntervalSeconds", minIntervalSeconds, 32))
        .call("grant(bytes32,address,uint16,uint48,uint32)");
  }

  static byte[] revoke(DatabaseId id, Address who) {
    return of(id).address(who).call("revoke(bytes32,address)");
  }

  static byte[] proposeOwner(DatabaseId id, Address to) {
    return of(id).address(to).call("proposeOwner(bytes32,address)");
  }

  static byte[] acceptOwner(DatabaseId id, Digest root, Digest controlHash) {
    return of(id).bytes32(root).bytes32(controlHash).call("acceptOwner(bytes32,bytes32,bytes32)");
  }

  static byte[] lockUntil(DatabaseId id, Instant time) {
    return of(id).uint(fits("time", time.getEpochSecond(), 48)).call("lockUntil(bytes32,uint48)");
  }

  static byte[] flagVersions(DatabaseId id, long from, long to, Digest reason) {
    return of(id)
        .uint(fits("from", from, 63))
        .uint(fits("to", to, 63))
        .bytes32(reason)
        .call("flagVersions(bytes32,uint64,uint64,bytes32)");
  }

  static byte[] setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash) {
    return of(id)
        .uint(fits("chainId", chainId, 63))
        .address(registry)
        .bytes32(newIdHash)
        .call("setSuccessor(bytes32,uint256,address,bytes32)");
  }

  static byte[] publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] key) {
    return of(id)
        .address(recipient)
        .uint(fits("keyEpoch", keyEpoch, 24))
        .bytes(publishable(key))
        .call("publishSealedKey(bytes32,address,uint24,bytes)");
  }

  static byte[] publishEncryptionKey(int scheme, byte[] key) {
    return new AbiWriter()
        .uint(fits("scheme", scheme, 8))
        .bytes(publishable(key))
        .call("publishEncryptionKey(uint8,bytes)");
  }

  static byte[] rightsOf(DatabaseId id, Address who) {
    return of(id).address(who).call("rightsOf(bytes32,address)");
  }

  /** A call whose only argument is the id's hash. */
  static byte[] withId(String name, DatabaseId id) {
    return of(id).call(name + "(bytes32)");
  }

  private static AbiWriter of(DatabaseId id) {
    return new AbiWriter().bytes32(id.hash());
  }

  private static long fits(String name, long value, int bits) {
    if (value < 0 || value >>> bits != 0) {
      throw new IllegalArgumentException(
          name + " does not fit the contract's " + bits + " bits: " + value);
    }
    return value;
  }

  private static byte[] publishable(byte[] key) {
    if (key.length == 0 || key.length > MAX_PUBLISHED_BYTES) {
      throw new IllegalArgumentException(
          "a published key has 1 to " + MAX_PUBLISHED_BYTES + " bytes");
    }
    return key;
  }
}
