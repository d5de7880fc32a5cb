package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.registry.RunningHashes.AbiWords;
import io.inft.registry.ledger.Action;
import io.inft.registry.ledger.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What an account would send to the contract to ask for the same as a ledger's action. */
final class ContractCall {
  private static final String ANCHOR =
      "(bytes32,uint64,bytes32,bytes32,bytes32,uint48,uint24,bytes32,uint8)";

  private ContractCall() {}

  /**
   * @param objects those that go along with anchors, by checksum
   */
  static byte[] of(Action action, Map<Digest, Blob> objects) {
    if (action instanceof Action.Register it) {
      return register(it.id());
    } else if (action instanceof Action.MoveHead it) {
      return move(it, objects);
    } else if (action instanceof Action.AnchorMany it) {
      return batch(it.items(), objects);
    } else if (action instanceof Action.Grant it) {
      return call(
          "grant(bytes32,address,uint16,uint48,uint32)",
          id(it.id())
              .word(it.who())
              .word(it.roles())
              .word(it.expirySeconds())
              .word(it.minIntervalSeconds()));
    } else if (action instanceof Action.Revoke it) {
      return call("revoke(bytes32,address)", id(it.id()).word(it.who()));
    } else if (action instanceof Action.RevokeAll it) {
      return call("revokeAll(bytes32)", id(it.id()));
    } else if (action instanceof Action.ProposeOwner it) {
      return call("proposeOwner(bytes32,address)", id(it.id()).word(it.to()));
    } else if (action instanceof Action.CancelProposal it) {
      return call("cancelProposal(bytes32)", id(it.id()));
    } else if (action instanceof Action.AcceptOwner it) {
      return call(
          "acceptOwner(bytes32,bytes32,bytes32)",
          id(it.id()).word(it.expectedRoot()).word(it.expectedControlHash()));
    } else if (action instanceof Action.ObserveOwner it) {
      return call("observeOwner(bytes32)", id(it.id()));
    } else if (action instanceof Action.Freeze it) {
      return call(it.frozen() ? "freeze(bytes32)" : "unfreeze(bytes32)", id(it.id()));
    } else if (action instanceof Action.LockUntil it) {
      return call("lockUntil(bytes32,uint48)", id(it.id()).word(it.timeSeconds()));
    } else if (action instanceof Action.FlagVersions it) {
      return call(
          "flagVersions(bytes32,uint64,uint64,bytes32)",
          id(it.id()).word(it.from()).word(it.to()).word(it.reason()));
    } else if (action instanceof Action.SetSuccessor it) {
      return call(
          "setSuccessor(bytes32,uint256,address,bytes32)",
          id(it.id()).word(it.chainId()).word(it.registry()).word(it.newIdHash()));
    } else if (action instanceof Action.PublishSealedKey it) {
      return call(
          "publishSealedKey(bytes32,address,uint24,bytes)",
          id(it.id()).word(it.recipient()).word(it.keyEpoch()).word(0x80),
          it.sealedKey());
    } else if (action instanceof Action.PublishEncryptionKey it) {
      return call(
          "publishEncryptionKey(uint8,bytes)",
          new AbiWords().word(it.scheme()).word(0x40),
          it.publicKey());
    } else if (action instanceof Action.SetTokenOwner it) {
      return call(
          "set(uint256,address)",
          new AbiWords().word(it.token().token().orElseThrow().number()).word(it.owner()));
    }
    throw new IllegalArgumentException("there is no such call: " + action);
  }

  private static byte[] move(Action.MoveHead it, Map<Digest, Blob> objects) {
    AbiWords words = anchor(new AbiWords(), it.id(), it.anchor());
    return switch (it.road()) {
      case PLAIN -> call("anchor(" + ANCHOR + ")", words);
      case ROTATING -> call("rotateAndAnchor(" + ANCHOR + ")", words);
      case INLINED ->
          call(
              "anchorInline(" + ANCHOR + ",bytes)",
              words.word(10 * 32),
              objects.get(it.anchor().checksum()));
    };
  }

  private static byte[] batch(List<Action.MoveHead> items, Map<Digest, Blob> objects) {
    AbiWords words = new AbiWords().word(items.size());
    for (Action.MoveHead item : items) {
      anchor(words, item.id(), item.anchor());
    }
    byte[] array = words.toBytes();
    if (items.stream().noneMatch(item -> item.road() == Action.Road.INLINED)) {
      return call("anchorMany(" + ANCHOR + "[])", new AbiWords().word(0x20), array);
    }
    AbiWords offsets = new AbiWords().word(items.size());
    ByteWriter contents = new ByteWriter();
    for (Action.MoveHead item : items) {
      offsets.word(32L * items.size() + contents.size());
      byte[] bytes =
          item.road() == Action.Road.INLINED
              ? objects.get(item.anchor().checksum()).toBytes()
              : new byte[0];
      contents
          .bytes(new AbiWords().word(bytes.length).toBytes())
          .bytes(bytes)
          .bytes(new byte[(32 - bytes.length % 32) % 32]);
    }
    return call(
        "anchorInlineMany(" + ANCHOR + "[],bytes[])",
        new AbiWords().word(0x40).word(0x40L + array.length),
        new ByteWriter().bytes(array).bytes(offsets.toBytes()).bytes(contents.toBytes()).toBytes());
  }

  private static byte[] call(String signature, AbiWords arguments, byte[] tail) {
    return new ByteWriter().bytes(call(signature, arguments)).bytes(tail).toBytes();
  }

  private static byte[] register(DatabaseId id) {
    if (id.token().isPresent()) {
      DatabaseId.Token token = id.token().get();
      return call(
          "registerBound(address,uint256)",
          new AbiWords().word(token.contract()).word(token.number()));
    }
    String label = id.label().orElse(id.toString());
    return call(
        id.label().isPresent() ? "registerScoped(string)" : "registerFlat(string)",
        new AbiWords().word(0x20),
        Blob.of(label.getBytes(StandardCharsets.US_ASCII)));
  }

  private static AbiWords id(DatabaseId id) {
    return new AbiWords().word(id.hash());
  }

  private static AbiWords anchor(AbiWords words, DatabaseId id, Anchor anchor) {
    return words
        .word(id.hash())
        .word(anchor.version())
        .word(anchor.previousRoot())
        .word(anchor.root())
        .word(anchor.checksum())
        .word(anchor.sizeBytes())
        .word(anchor.keyEpoch())
        .word(anchor.keyringHash())
        .word(anchor.kind().code());
  }

  private static byte[] call(String signature, AbiWords arguments) {
    byte[] hash = Digest.keccak256(signature.getBytes(StandardCharsets.US_ASCII)).toBytes();
    return new ByteWriter().bytes(Arrays.copyOf(hash, 4)).bytes(arguments.toBytes()).toBytes();
  }

  /** With one argument of any length at the end. */
  private static byte[] call(String signature, AbiWords arguments, Blob last) {
    int padding = (32 - last.sizeBytes() % 32) % 32;
    return new ByteWriter()
        .bytes(call(signature, arguments.word(last.sizeBytes())))
        .bytes(last.toBytes())
        .bytes(new byte[padding])
        .toBytes();
  }

  /** The contract's address or, of a development action, the NFT's. */
  static Address target(Action action) {
    return action instanceof Action.SetTokenOwner it
        ? it.token().token().orElseThrow().contract()
        : Ledger.ADDRESS;
  }
}
