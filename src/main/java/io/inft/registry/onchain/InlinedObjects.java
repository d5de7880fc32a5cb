package io.inft.registry.onchain;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import io.inft.failure.RpcErrorException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Inlined;
import io.inft.registry.Registry.AnchorRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds commit objects that went along with their anchors: in the event of the version's block,
 * which is asked for by its hash, and where an endpoint has dropped its events, in the call data of
 * that block's transactions. Length and SHA-256 of what was anchored decide, whoever answers.
 */
final class InlinedObjects {
  private static final Digest INLINED = AbiWriter.topic("ObjectInlined(bytes32,uint64,bytes)");

  /** A length as the ABI writes it before the bytes: 32 bytes, all but the last four zero. */
  private static final int WORD = 32;

  /** As many blocks as walks over the history ask about at once. */
  private static final long WINDOW_BLOCKS = 1_000;

  /** Older ones are asked for block by block. */
  private static final int MOST_WINDOWS = 12;

  private final Chain chain;
  private final OnchainSettings settings;

  InlinedObjects(Chain chain, OnchainSettings settings) {
    this.chain = chain;
    this.settings = settings;
  }

  /**
   * @param registry names it in failures
   */
  Blob find(DatabaseId id, Anchored version, String registry) throws InftException {
    String what = "version " + version.version() + " of '" + id + "'";
    if (!version.inlined()) {
      throw new PastStateException(what + " whose object went along", "its object did not");
    }
    Optional<Blob> logged = inLog(id, version);
    if (logged.isPresent()) {
      return logged.get();
    }
    Optional<List<Blob>> calls = chain.callData(version.block().hash());
    for (Blob call : calls.orElse(List.of())) {
      Optional<Blob> carried = within(call.toBytes(), version);
      if (carried.isPresent()) {
        return carried.get();
      }
    }
    if (calls.isEmpty() || !isCanonical(version.block())) {
      throw new PastStateException(
          what + " in block " + version.block().number(),
          "that block is no longer part of the chain: read the head again");
    }
    throw ObjectMissingException.dropped(
        version.anchor().root() + " (" + what + ")", registry, "block " + version.block().number());
  }

  /**
   * What the events still hold of several versions, which are asked for many blocks at a time.
   *
   * @param versions in ascending order
   */
  List<Inlined> ofAll(DatabaseId id, List<Anchored> versions) throws InftException {
    Map<Digest, Blob> found = new HashMap<>();
    if (!versions.isEmpty()) {
      long first = versions.get(0).block().number();
      long to = versions.get(versions.size() - 1).block().number();
      try {
        for (int i = 0; i < MOST_WINDOWS && to >= first; i++) {
          long from = Math.max(first, to - WINDOW_BLOCKS + 1);
          List<Log> logs =
              chain.logsWithin(settings.contract(), List.of(INLINED, id.hash()), from, to);
          for (Log log : logs) {
            object(log).ifPresent(blob -> found.put(Digest.sha256(blob.toBytes()), blob));
          }
          to = from - 1;
        }
      } catch (RpcErrorException | CorruptObjectException refused) {
        // what is missing then is asked for block by block, by whoever needs it
      }
    }
    return versions.stream()
        .map(
            version ->
                new Inlined(
                    version,
                    Optional.ofNullable(found.get(version.anchor().checksum()))
                        .filter(blob -> blob.sizeBytes() == version.anchor().sizeBytes())))
        .toList();
  }

  private Optional<Blob> object(Log log) throws CorruptObjectException {
    return log.address().equals(settings.contract()) && RegistryEvents.is(INLINED, log)
        ? Optional.of(
            new AbiReader("ObjectInlined event", log.data())
                .bytes("object", AnchorRequest.MAX_OBJECT_BYTES))
        : Optional.empty();
  }

  /** Nodes know blocks by their hash for a while after a reorganisation has replaced them. */
  private boolean isCanonical(Block block) throws InftException {
    return chain
        .block(block.number())
        .filter(found -> found.hash().equals(block.hash()))
        .isPresent();
  }

  /**
   * An endpoint that does not know the block refuses, or says nothing: the block itself decides.
   */
  private Optional<Blob> inLog(DatabaseId id, Anchored version) throws InftException {
    List<Log> logs;
    try {
      logs =
          chain.logsOf(
              version.block().hash(),
              settings.contract(),
              List.of(INLINED, id.hash(), RegistryEvents.topic(version.version())));
    } catch (RpcErrorException refused) {
      return Optional.empty();
    }
    for (Log log : logs) {
      Optional<Blob> object = object(log).filter(blob -> isOf(version, blob.toBytes()));
      if (object.isPresent()) {
        return object;
      }
    }
    return Optional.empty();
  }

  /** The object in call data, wherever in it: the call may have gone through another contract. */
  static Optional<Blob> within(byte[] data, Anchored version) {
    int size = (int) Math.min(version.anchor().sizeBytes(), Integer.MAX_VALUE);
    byte[] length = new ByteWriter(WORD).bytes(new byte[WORD - 4]).u32(size).toBytes();
    for (int at = 0; at + WORD <= data.length - size; at++) {
      if (Arrays.equals(data, at, at + WORD, length, 0, WORD)) {
        byte[] found = Arrays.copyOfRange(data, at + WORD, at + WORD + size);
        if (isOf(version, found)) {
          return Optional.of(Blob.of(found));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(Anchored version, byte[] bytes) {
    return bytes.length == version.anchor().sizeBytes()
        && Digest.sha256(bytes).equals(version.anchor().checksum());
  }
}
