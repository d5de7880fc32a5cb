package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import java.util.List;

/**
 * One request of an account to a ledger: what a transaction is to the contract. The rules are in
 * {@link Ledger} and {@link LedgerRecord}; here is only what was asked.
 */
public sealed interface Action {
  /** Checks the request against the ledger without changing it. */
  Change plan(Turn turn) throws InftException;

  record Register(DatabaseId id) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.ledger().register(turn, id);
    }
  }

  /** How a head is moved. */
  enum Road {
    PLAIN,
    ROTATING,
    /** The commit object goes along; it lies beside the ledger, under the anchor's checksum. */
    INLINED
  }

  record MoveHead(DatabaseId id, Anchor anchor, Road road) implements Action {
    /** By a batch's item, whose object is kept elsewhere. */
    static MoveHead of(Registry.AnchorRequest request) {
      return new MoveHead(
          request.id(), request.anchor(), request.object().isPresent() ? Road.INLINED : Road.PLAIN);
    }

    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).moveHead(turn, anchor, road);
    }
  }

  /** None of them rotates. */
  record AnchorMany(List<MoveHead> items) implements Action {
    public AnchorMany {
      items = List.copyOf(items);
    }

    boolean carriesObjects() {
      return items.stream().anyMatch(item -> item.road() == Road.INLINED);
    }

    @Override
    public Change plan(Turn turn) {
      return turn.ledger().anchorMany(turn, items);
    }
  }

  record Grant(DatabaseId id, Address who, int roles, long expirySeconds, long minIntervalSeconds)
      implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).grant(turn, who, roles, expirySeconds, minIntervalSeconds);
    }
  }

  record Revoke(DatabaseId id, Address who) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).revoke(turn, who);
    }
  }

  record RevokeAll(DatabaseId id) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).revokeAll(turn);
    }
  }

  record ProposeOwner(DatabaseId id, Address to) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).proposeOwner(turn, to);
    }
  }

  record CancelProposal(DatabaseId id) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).cancelProposal(turn);
    }
  }

  record AcceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).acceptOwner(turn, expectedRoot, expectedControlHash);
    }
  }

  record ObserveOwner(DatabaseId id) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).observeOwner(turn);
    }
  }

  record Freeze(DatabaseId id, boolean frozen) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).freeze(turn, frozen);
    }
  }

  record LockUntil(DatabaseId id, long timeSeconds) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).lockUntil(turn, timeSeconds);
    }
  }

  record FlagVersions(DatabaseId id, long from, long to, Digest reason) implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).flagVersions(turn, from, to, reason);
    }
  }

  record SetSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).setSuccessor(turn, chainId, registry, newIdHash);
    }
  }

  record PublishSealedKey(DatabaseId id, Address recipient, int keyEpoch, Blob sealedKey)
      implements Action {
    @Override
    public Change plan(Turn turn) throws InftException {
      return turn.record(id).publishSealedKey(turn, recipient, keyEpoch, sealedKey);
    }
  }

  record PublishEncryptionKey(int scheme, Blob publicKey) implements Action {
    @Override
    public Change plan(Turn turn) {
      return Change.NONE;
    }
  }

  /** Development only: a token of the ledger's pretended NFT contracts changes hands. */
  record SetTokenOwner(DatabaseId token, Address owner) implements Action {
    @Override
    public Change plan(Turn turn) {
      return turn.ledger().setTokenOwner(token, owner);
    }
  }

  /** A block in which nothing happened; a ledger makes one when somebody waits for blocks. */
  record EmptyBlock() implements Action {
    @Override
    public Change plan(Turn turn) {
      return Change.NONE;
    }
  }

  /**
   * Who asks, and in which block it would happen.
   *
   * @param number of the block to come
   * @param timeSeconds of the block to come
   */
  record Turn(Ledger ledger, Address actor, long number, long timeSeconds) {
    LedgerRecord record(DatabaseId id) throws InftException {
      return ledger.record(id);
    }
  }

  /** What is left to do after every check has passed; it cannot fail. */
  interface Change {
    Change NONE = block -> List.of();

    /**
     * @return what became of each anchor that the request asked for
     */
    List<Registry.AnchorOutcome> apply(Block block);
  }
}
