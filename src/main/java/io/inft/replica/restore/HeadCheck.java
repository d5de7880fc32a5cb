package io.inft.replica.restore;

import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RollbackException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.SeenHead;
import java.util.Optional;

/** The registry's word on the head, held against what this machine saw before. */
public record HeadCheck(RegistryReader registry, DatabaseId id) {
  /** The registry's word; empty while nobody registered the id. */
  public Optional<Head> read() throws InftException {
    try {
      return Optional.of(registry.head(id));
    } catch (NotRegisteredException e) {
      return Optional.empty();
    }
  }

  /**
   * Only a regression below a head that was final is a rollback.
   *
   * @param seen the newest head in a final block that this machine knew of before it asked
   */
  public void requireNoRollback(Optional<SeenHead> seen, Optional<Anchored> newest)
      throws InftException {
    if (seen.isEmpty()) {
      return;
    }
    long version = newest.map(Anchored::version).orElse(0L);
    String root = newest.map(found -> found.anchor().root().toString()).orElse("none");
    SeenHead was = seen.get();
    boolean older = version < was.version();
    boolean other = version == was.version() && !root.equals(was.root().toString());
    if (older && registry.lagsBehind(was.block())) {
      throw lagging(was.block());
    }
    if (older || other) {
      throw new RollbackException(
          id.toString(), was.version(), was.root().toString(), version, root);
    }
  }

  /** A head that was seen before, in a block that the endpoint does not know yet. */
  public RegistryUnavailableException lagging(Block seen) {
    return new RegistryUnavailableException(
        registry.describe(),
        "see the head that was shown before, in block "
            + seen.number()
            + ": it lags behind, or its chain was begun anew; compare with another endpoint",
        null);
  }
}
