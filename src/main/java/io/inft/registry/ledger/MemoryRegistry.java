package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A registry that lives in this process: one ledger, any number of accounts that act on it. Safe
 * for use by many threads at once. Nothing is signed, since nobody else can reach the ledger.
 */
public final class MemoryRegistry {
  private final Clock clock;

  // Guarded by itself.
  private final Ledger ledger = new Ledger("registry in memory");

  // Guarded by the ledger: objects that went along, by checksum.
  private final Map<Digest, Blob> objects = new HashMap<>();

  public MemoryRegistry(Clock clock) {
    this.clock = clock;
  }

  /** The registry as the account of {@code key} uses it. */
  public View as(SigningKey key) {
    return as(key.address());
  }

  /** The registry as {@code account} uses it. */
  public View as(Address account) {
    return new View(Optional.of(account));
  }

  /** The registry as somebody without an account reads it. */
  public View readOnly() {
    return new View(Optional.empty());
  }

  /** Drops the objects that went along, as nodes drop old logs. */
  public void dropObjects() {
    synchronized (ledger) {
      objects.clear();
    }
  }

  /** One account's view; closing it changes nothing. */
  public final class View extends ReplayedRegistry {
    private final Optional<Address> account;

    private View(Optional<Address> account) {
      this.account = account;
    }

    @Override
    public Optional<Address> account() {
      return account;
    }

    @Override
    List<AnchorOutcome> submit(Address actor, Action action, List<Blob> carried)
        throws InftException {
      synchronized (ledger) {
        Action.Turn turn = ledger.turn(actor, clock.instant().getEpochSecond());
        Action.Change change = action.plan(turn);
        for (Blob object : carried) {
          objects.put(Digest.sha256(object.toBytes()), object);
        }
        byte[] entry = LedgerEntry.unsigned(turn, ledger.tip().hash(), action);
        return ledger.commit(turn, change, Digest.keccak256(entry));
      }
    }

    @Override
    public int maxInlineBytes() {
      return AnchorRequest.MAX_OBJECT_BYTES;
    }

    @Override
    Optional<Blob> kept(Digest checksum) {
      synchronized (ledger) {
        return Optional.ofNullable(objects.get(checksum));
      }
    }

    @Override
    <T> T read(Reading<T> reading) throws InftException {
      synchronized (ledger) {
        long now = clock.instant().getEpochSecond();
        return reading.from(ledger, Math.max(now, ledger.tip().timeSeconds()));
      }
    }

    @Override
    public HeadNews follow(DatabaseId id) {
      return HeadNews.AT_HAND;
    }

    @Override
    public String describe() {
      return ledger.description();
    }

    @Override
    public void close() {
      // The ledger belongs to the MemoryRegistry, and there is nothing else to end.
    }
  }
}
