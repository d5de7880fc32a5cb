package io.inft.registry.ledger;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.InvalidIdException;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Actions as bytes: a code, then the fields in the order of the record. */
final class ActionFormat {
  static final int MAX_PUBLISHED_BYTES = 4096;

  private static final int REGISTER = 1;
  private static final int ANCHOR = 2;
  private static final int ROTATE = 3;
  private static final int ANCHOR_MANY = 4;
  private static final int GRANT = 5;
  private static final int REVOKE = 6;
  private static final int REVOKE_ALL = 7;
  private static final int PROPOSE_OWNER = 8;
  private static final int CANCEL_PROPOSAL = 9;
  private static final int ACCEPT_OWNER = 10;
  private static final int OBSERVE_OWNER = 11;
  private static final int FREEZE = 12;
  private static final int UNFREEZE = 13;
  private static final int LOCK_UNTIL = 14;
  private static final int FLAG_VERSIONS = 15;
  private static final int SET_SUCCESSOR = 16;
  private static final int PUBLISH_SEALED_KEY = 17;
  private static final int PUBLISH_ENCRYPTION_KEY = 18;
  private static final int ANCHOR_INLINE = 19;
  private static final int ANCHOR_INLINE_MANY = 20;
  private static final int SET_TOKEN_OWNER = 240;
  private static final int EMPTY_BLOCK = 241;

  private ActionFormat() {}

  static byte[] write(Action action) {
    ByteWriter out = new ByteWriter();
    if (action instanceof Action.Register it) {
      id(out.u8(REGISTER), it.id());
    } else if (action instanceof Action.MoveHead it) {
      anchor(id(out.u8(codeOf(it.road())), it.id()), it.anchor());
    } else if (action instanceof Action.AnchorMany it) {
      boolean objects = it.carriesObjects();
      out.u8(objects ? ANCHOR_INLINE_MANY : ANCHOR_MANY).u16(it.items().size());
      for (Action.MoveHead item : it.items()) {
        if (objects) {
          out.u8(item.road() == Action.Road.INLINED ? 1 : 0);
        }
        anchor(id(out, item.id()), item.anchor());
      }
    } else if (action instanceof Action.Grant it) {
      id(out.u8(GRANT), it.id())
          .address(it.who())
          .u16(it.roles())
          .u64(it.expirySeconds())
          .u32(it.minIntervalSeconds());
    } else if (action instanceof Action.Revoke it) {
      id(out.u8(REVOKE), it.id()).address(it.who());
    } else if (action instanceof Action.RevokeAll it) {
      id(out.u8(REVOKE_ALL), it.id());
    } else if (action instanceof Action.ProposeOwner it) {
      id(out.u8(PROPOSE_OWNER), it.id()).address(it.to());
    } else if (action instanceof Action.CancelProposal it) {
      id(out.u8(CANCEL_PROPOSAL), it.id());
    } else if (action instanceof Action.AcceptOwner it) {
      id(out.u8(ACCEPT_OWNER), it.id()).digest(it.expectedRoot()).digest(it.expectedControlHash());
    } else if (action instanceof Action.ObserveOwner it) {
      id(out.u8(OBSERVE_OWNER), it.id());
    } else if (action instanceof Action.Freeze it) {
      id(out.u8(it.frozen() ? FREEZE : UNFREEZE), it.id());
    } else if (action instanceof Action.LockUntil it) {
      id(out.u8(LOCK_UNTIL), it.id()).u64(it.timeSeconds());
    } else if (action instanceof Action.FlagVersions it) {
      id(out.u8(FLAG_VERSIONS), it.id()).u64(it.from()).u64(it.to()).digest(it.reason());
    } else if (action instanceof Action.SetSuccessor it) {
      id(out.u8(SET_SUCCESSOR), it.id())
          .u64(it.chainId())
          .address(it.registry())
          .digest(it.newIdHash());
    } else if (action instanceof Action.PublishSealedKey it) {
      id(out.u8(PUBLISH_SEALED_KEY), it.id())
          .address(it.recipient())
          .u32(it.keyEpoch())
          .bytes16(it.sealedKey().toBytes());
    } else if (action instanceof Action.PublishEncryptionKey it) {
      out.u8(PUBLISH_ENCRYPTION_KEY).u8(it.scheme()).bytes16(it.publicKey().toBytes());
    } else if (action instanceof Action.SetTokenOwner it) {
      id(out.u8(SET_TOKEN_OWNER), it.token()).address(it.owner());
    } else if (action instanceof Action.EmptyBlock) {
      out.u8(EMPTY_BLOCK);
    }
    return out.toBytes();
  }

  private static int codeOf(Action.Road road) {
    return switch (road) {
      case PLAIN -> ANCHOR;
      case ROTATING -> ROTATE;
      case INLINED -> ANCHOR_INLINE;
    };
  }

  private static ByteWriter id(ByteWriter out, DatabaseId id) {
    return out.bytes16(id.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static void anchor(ByteWriter out, Anchor anchor) {
    out.u64(anchor.version())
        .digest(anchor.previousRoot())
        .digest(anchor.root())
        .u64(anchor.sizeBytes())
        .digest(anchor.checksum())
        .u32(anchor.keyEpoch())
        .digest(anchor.keyringHash())
        .u8(anchor.kind().code());
  }

  static Action read(String name, byte[] bytes) throws InftException {
    ByteReader in = new ByteReader(name, bytes);
    int code = in.u8("action");
    Action action =
        switch (code) {
          case REGISTER -> new Action.Register(id(in));
          case ANCHOR -> new Action.MoveHead(id(in), anchor(in), Action.Road.PLAIN);
          case ROTATE -> new Action.MoveHead(id(in), anchor(in), Action.Road.ROTATING);
          case ANCHOR_INLINE -> new Action.MoveHead(id(in), anchor(in), Action.Road.INLINED);
          case ANCHOR_MANY -> new Action.AnchorMany(items(in, false));
          case ANCHOR_INLINE_MANY -> new Action.AnchorMany(items(in, true));
          case GRANT ->
              new Action.Grant(
                  id(in), in.address("who"), in.u16("roles"), in.u64("expiry"), in.u32("interval"));
          case REVOKE -> new Action.Revoke(id(in), in.address("who"));
          case REVOKE_ALL -> new Action.RevokeAll(id(in));
          case PROPOSE_OWNER -> new Action.ProposeOwner(id(in), in.address("to"));
          case CANCEL_PROPOSAL -> new Action.CancelProposal(id(in));
          case ACCEPT_OWNER ->
              new Action.AcceptOwner(id(in), in.digest("root"), in.digest("control hash"));
          case OBSERVE_OWNER -> new Action.ObserveOwner(id(in));
          case FREEZE -> new Action.Freeze(id(in), true);
          case UNFREEZE -> new Action.Freeze(id(in), false);
          case LOCK_UNTIL -> new Action.LockUntil(id(in), in.u64("time"));
          case FLAG_VERSIONS ->
              new Action.FlagVersions(id(in), in.u64("from"), in.u64("to"), in.digest("reason"));
          case SET_SUCCESSOR ->
              new Action.SetSuccessor(
                  id(in), in.u64("chain"), in.address("registry"), in.digest("new id"));
          case PUBLISH_SEALED_KEY ->
              new Action.PublishSealedKey(
                  id(in),
                  in.address("recipient"),
                  in.u32("key epoch", Anchor.MAX_KEY_EPOCH),
                  Blob.of(in.bytes16("sealed key", MAX_PUBLISHED_BYTES)));
          case PUBLISH_ENCRYPTION_KEY ->
              new Action.PublishEncryptionKey(
                  in.u8("scheme"), Blob.of(in.bytes16("public key", MAX_PUBLISHED_BYTES)));
          case SET_TOKEN_OWNER -> new Action.SetTokenOwner(id(in), in.address("owner"));
          case EMPTY_BLOCK -> new Action.EmptyBlock();
          default -> throw unknown(name, in, code);
        };
    in.end();
    return action;
  }

  /** Codes of the contract's operations count up to 239, those of the embedded network alone on. */
  private static InftException unknown(String name, ByteReader in, int code) {
    if (code == 0) {
      return in.corrupt("an action of code 0");
    }
    return new FormatTooNewException(
        "action in " + name, code, code < SET_TOKEN_OWNER ? ANCHOR_INLINE_MANY : EMPTY_BLOCK);
  }

  private static List<Action.MoveHead> items(ByteReader in, boolean objects) throws InftException {
    int count = in.u16("count");
    if (count > Registry.MAX_BATCH) {
      throw in.corrupt("a batch of " + count + " items");
    }
    List<Action.MoveHead> items = new ArrayList<>(count);
    long total = 0;
    for (int i = 0; i < count; i++) {
      int flag = objects ? in.u8("object") : 0;
      Action.Road road = flag == 0 ? Action.Road.PLAIN : Action.Road.INLINED;
      Action.MoveHead item = new Action.MoveHead(id(in), anchor(in), road);
      total += flag == 0 ? 0 : item.anchor().sizeBytes();
      if (flag > 1 || total > Registry.AnchorRequest.MAX_BATCH_OBJECT_BYTES) {
        throw in.corrupt("a batch that carries " + total + " bytes of objects, flag " + flag);
      }
      items.add(item);
    }
    if (objects && items.stream().allMatch(item -> item.road() == Action.Road.PLAIN)) {
      throw in.corrupt("a batch that carries objects and names none");
    }
    return items;
  }

  private static DatabaseId id(ByteReader in) throws InftException {
    String text =
        new String(in.bytes16("id", DatabaseId.MAX_BOUND_LENGTH), StandardCharsets.US_ASCII);
    DatabaseId id;
    try {
      id = DatabaseId.parse(text);
    } catch (InvalidIdException e) {
      throw in.corrupt("invalid database id: " + e.reason());
    }
    if (!id.toString().equals(text)) {
      throw in.corrupt("the id is not in its normal form");
    }
    return id;
  }

  private static Anchor anchor(ByteReader in) throws InftException {
    long version = in.u64("version");
    Digest previousRoot = in.digest("previous root");
    Digest root = in.digest("root");
    long sizeBytes = in.u64("size");
    Digest checksum = in.digest("checksum");
    int keyEpoch = in.u32("key epoch", Anchor.MAX_KEY_EPOCH);
    Digest keyringHash = in.digest("keyring hash");
    int kind = in.u8("kind");
    if (!Kind.isCode(kind)
        || version < 1
        || keyEpoch < 1
        || sizeBytes < 1
        || sizeBytes > Anchor.MAX_SIZE_BYTES) {
      throw in.corrupt("version, size, key epoch or kind is out of range");
    }
    return new Anchor(
        version, previousRoot, root, sizeBytes, checksum, keyEpoch, keyringHash, new Kind(kind));
  }
}
