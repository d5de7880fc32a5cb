package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.ledger.Action.Change;
import io.inft.registry.ledger.Action.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contract's rules in Java: a state that changes by actions and nothing else, used by both
 * registries of this room. One action is one block. Not safe for use by many threads; its registry
 * guards it.
 *
 * <p>There are no NFT contracts here. The ledger keeps a table of token owners instead; the account
 * that registers the id of an unknown token becomes the token's owner.
 */
public final class Ledger {
  /** EIP-155 number of every ledger; no public chain uses it. */
  public static final long CHAIN_ID = 0x1AF7_0001L;

  /** Address of every ledger's registry; no contract lies there. */
  public static final Address ADDRESS = Address.parse("0x1af7000000000000000000000000000000000001");

  /** Before the first entry there is block 0, the same in every ledger. */
  public static final Block GENESIS =
      new Block(
          0, Digest.keccak256("inft.registry.twin.v1".getBytes(StandardCharsets.US_ASCII)), 0);

  private final String description;

  // Mutable state; it changes in commit() only.
  private final Map<DatabaseId, LedgerRecord> records = new HashMap<>();
  private final Map<DatabaseId, Address> tokenOwners = new HashMap<>();
  private final List<Block> blocks = new ArrayList<>(List.of(GENESIS));

  public Ledger(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  public Block tip() {
    return blocks.get(blocks.size() - 1);
  }

  /** The turn an action of {@code actor} would have now; time never runs backwards. */
  public Turn turn(Address actor, long nowSeconds) {
    return new Turn(this, actor, tip().number() + 1, Math.max(nowSeconds, tip().timeSeconds()));
  }

  /** Carries out what {@code plan} promised, as the block after the tip. */
  public List<Registry.AnchorOutcome> commit(Turn turn, Change change, Digest blockHash) {
    Block block = new Block(turn.number(), blockHash, turn.timeSeconds());
    if (block.number() != tip().number() + 1) {
      throw new IllegalStateException("planned for another block");
    }
    blocks.add(block);
    return change.apply(block);
  }

  boolean contains(Block block) {
    return block.number() >= 0
        && block.number() < blocks.size()
        && blocks.get((int) block.number()).equals(block);
  }

  public boolean isRegistered(DatabaseId id) {
    return records.containsKey(id);
  }

  Optional<DatabaseId> spelledOtherwise(DatabaseId id) {
    return records.keySet().stream()
        .filter(known -> !known.equals(id))
        .filter(known -> known.toString().equalsIgnoreCase(id.toString()))
        .min(Comparator.comparing(DatabaseId::toString));
  }

  public LedgerRecord record(DatabaseId id) throws NotRegisteredException {
    LedgerRecord found = records.get(id);
    if (found == null) {
      throw new NotRegisteredException(
          id.toString(), description, spelledOtherwise(id).map(DatabaseId::toString));
    }
    return found;
  }

  /** The token's owner, zero for a token that was burned or never seen. */
  Address tokenOwner(DatabaseId token) {
    return tokenOwners.getOrDefault(token, Address.ZERO);
  }

  /** The token's owner, zero for one that was burned; empty for a token never seen. */
  Optional<Address> knownTokenOwner(DatabaseId token) {
    return Optional.ofNullable(tokenOwners.get(token));
  }

  Change register(Turn turn, DatabaseId id) throws InftException {
    LedgerRecord before = records.get(id);
    if (before != null) {
      throw new AlreadyRegisteredException(id.toString(), before.controller().toString());
    }
    Optional<Address> scope = id.account();
    if (scope.isPresent() && !scope.get().equals(turn.actor())) {
      throw new NotAuthorizedException(id.toString(), turn.actor().toString(), "register");
    }
    Optional<DatabaseId.Token> token = id.token();
    if (token.isPresent()) {
      if (token.get().chainId() != CHAIN_ID) {
        throw new RegistryRefusedException(
            description,
            "register '" + id + "'",
            "NFTs of chain "
                + token.get().chainId()
                + " are registered on that chain; this one has number "
                + CHAIN_ID);
      }
      if (tokenOwners.containsKey(id) && tokenOwner(id).isZero()) {
        throw new RegistryRefusedException(
            description, "register '" + id + "'", "the token has no owner");
      }
    }
    return block -> {
      if (token.isPresent()) {
        tokenOwners.putIfAbsent(id, turn.actor());
      }
      records.put(id, new LedgerRecord(this, id, turn.actor(), block.number()));
      return List.of();
    };
  }

  /** Items are judged one after the other, each on what those before it have left. */
  Change anchorMany(Turn turn, List<Action.MoveHead> items) {
    return block -> {
      List<Registry.AnchorOutcome> outcomes = new ArrayList<>();
      for (Action.MoveHead item : items) {
        outcomes.addAll(anchorOne(turn, item, block));
      }
      return outcomes;
    };
  }

  private List<Registry.AnchorOutcome> anchorOne(Turn turn, Action.MoveHead item, Block block) {
    try {
      return item.plan(turn).apply(block);
    } catch (InftException refused) {
      return List.of(new Registry.AnchorOutcome(Optional.empty(), Optional.of(refused)));
    }
  }

  Change setTokenOwner(DatabaseId token, Address owner) {
    return block -> {
      tokenOwners.put(token, owner);
      return List.of();
    };
  }

  /** What is recorded as this version already, if it is exactly this anchor by this account. */
  Optional<Anchored> recorded(DatabaseId id, Anchor anchor, Address account)
      throws NotRegisteredException {
    Anchored found = record(id).version(anchor.version());
    if (found == null || !found.anchor().equals(anchor) || !found.author().equals(account)) {
      return Optional.empty();
    }
    return Optional.of(found);
  }
}
