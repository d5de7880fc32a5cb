package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.UnixTime;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Revert;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RevertedException;
import io.inft.registry.Anchor;
import io.inft.registry.Head;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the contract throws, in the failures of the door. */
final class ContractErrors {
  /**
   * What was asked for, as far as messages need it.
   *
   * @param verb "anchor", "freeze" …
   * @param anchor the wish for a head, null for other requests
   */
  record Request(String id, Address account, String verb, @Nullable Anchor anchor) {}

  private static final Map<String, String> PLAIN = new HashMap<>();

  static {
    plain("BadId()", "the id breaks the registry's rules for ids");
    plain("BadHash()", "root, checksum and keyring hash must not be zero");
    plain(
        "BadAnchor()", "a version has a kind from 1 to 7 and a commit object of at least one byte");
    plain("BadObject()", "the object is not what the anchor names, or has more than 8192 bytes");
    plain("BadBatch()", "a batch has one object, or none, an item");
    plain("BadGrant()", "there are no such roles or no such account");
    plain("BadRange()", "there are no such versions");
    plain("BadLock()", "a lock ends in the future, within 365 days, and is never shortened");
    plain("BadKey()", "a published key has 1 to 4096 bytes");
    plain("BatchTooLarge()", "a batch has at most 256 items and 98304 bytes of objects");
    plain(
        "NotObserved()",
        "its new owner must be observed first: observeOwner, twice, two blocks apart");
    plain("Expired()", "the time of the grant is over");
    plain("NoOwner()", "the token has no owner, or its contract does not say");
    plain("NoProposal()", "no owner is proposed");
    plain("NotEnoughGas()", "too little gas was left to ask the NFT's contract; raise gasLimit");
  }

  private final String registry;

  ContractErrors(String registry) {
    this.registry = registry;
  }

  private static void plain(String signature, String reason) {
    PLAIN.put(HexFormat.of().formatHex(AbiWriter.selector(signature)), reason);
  }

  InftException explain(Request request, RevertedException reverted) {
    String hex = reverted.data();
    InftException failure =
        explain(request, Blob.of(HexFormat.of().parseHex(hex, 2, hex.length())), reverted.reason());
    failure.addSuppressed(reverted);
    return failure;
  }

  /**
   * @param reason what the contract threw, or would have thrown for an item of a batch
   */
  InftException explain(Request request, Blob reason) {
    return explain(request, reason, new Revert(reason).describe());
  }

  private InftException explain(Request request, Blob data, String otherwise) {
    Revert revert = new Revert(data);
    try {
      return known(request, revert, otherwise);
    } catch (CorruptObjectException e) {
      return e;
    }
  }

  private InftException known(Request request, Revert revert, String otherwise)
      throws CorruptObjectException {
    Anchor anchor = request.anchor();
    if (revert.is("NotRegistered()")) {
      return new NotRegisteredException(request.id(), registry);
    }
    if (revert.is("NotAuthorized()")) {
      return new NotAuthorizedException(request.id(), request.account().toString(), request.verb());
    }
    if (revert.is("HeadMismatch(uint64,bytes32)") && anchor != null) {
      AbiReader found = revert.arguments();
      return new HeadConflictException(
          request.id(),
          anchor.version() - 1,
          anchor.previousRoot().toString(),
          found.uint63("version"),
          found.bytes32("root").toString());
    }
    if (revert.is("KeyEpochMismatch(uint24,bytes32)") && anchor != null) {
      return new KeyEpochConflictException(
          request.id(),
          anchor.keyEpoch(),
          (int) revert.arguments().uint("keyEpoch", RegistryEvents.EPOCH_BITS));
    }
    return new RegistryRefusedException(
        registry, request.verb() + " '" + request.id() + "'", reason(revert, otherwise));
  }

  private static String reason(Revert revert, String otherwise) throws CorruptObjectException {
    String plain = PLAIN.get(revert.selector());
    if (plain != null) {
      return plain;
    }
    if (revert.is("BadState(uint8)")) {
      return revert.arguments().uint63("status") == Head.FROZEN
          ? "it is frozen"
          : "it is not frozen";
    }
    if (revert.is("Locked(uint48)")) {
      return "it is locked until " + time(revert, "until");
    }
    if (revert.is("TooSoon(uint48)")) {
      return "too soon: not before " + time(revert, "notBefore");
    }
    if (revert.is("TooEarly(uint48)")) {
      return "too soon: not before block " + revert.arguments().uint63("notBeforeBlock");
    }
    if (revert.is("NotAsInspected(bytes32,bytes32)")) {
      AbiReader found = revert.arguments();
      return "it changed since it was inspected: its root is "
          + found.bytes32("root")
          + ", its control hash "
          + found.bytes32("controlHash");
    }
    if (revert.is("WrongMode(uint8)")) {
      return revert.arguments().uint63("mode") == RecordState.BOUND
          ? "it belongs to whoever owns the NFT"
          : "it is not an id of an NFT";
    }
    return otherwise;
  }

  private static Instant time(Revert revert, String field) throws CorruptObjectException {
    return UnixTime.instant(revert.arguments().uint63(field));
  }
}
