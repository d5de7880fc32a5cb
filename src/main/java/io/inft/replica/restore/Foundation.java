package io.inft.replica.restore;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.EventChain;
import io.inft.commit.Jump;
import io.inft.commit.Manifest;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left to build upon when the head cannot be read: the keyring of the newest version that
 * holds the one the registry vouches for, the place of the event log in the newest version whose
 * manifest can be read, and the roots of all versions from the registry.
 *
 * <p>Looks from the head down and passes over what is wrong or nowhere. What cannot be asked for
 * now ends the search: an outage must not look like a loss.
 *
 * @param keys of the registry's present epoch and keyring; empty if no readable version holds them,
 *     or the secret does not open them
 * @param link the data key of the present epoch, if it is known by another way: the next epoch can
 *     lead back to it
 * @param manifest of the newest version that can be read with the secret
 */
public record Foundation(
    Head head,
    List<Anchored> history,
    Optional<Keys> keys,
    Optional<DataKey> link,
    Optional<Manifest> manifest) {
  private static final Logger LOG = LoggerFactory.getLogger(Foundation.class);

  public static Foundation find(DatabaseScope scope, Restore restore, Head head, Secret secret)
      throws InftException {
    List<Anchored> history = scope.registry().history(scope.id(), 1, head.version());
    Search search = new Search(scope, restore, head, secret);
    for (int i = history.size() - 1; i >= 0 && !search.isDone(); i--) {
      search.look(history.get(i));
    }
    return new Foundation(head, history, search.keys, search.link, search.manifest);
  }

  /** One way from the head down. */
  private static final class Search {
    private final DatabaseScope scope;
    private final Restore restore;
    private final Head head;
    private final Secret secret;
    private final PastKeys past;
    private final Set<Digest> tried = new HashSet<>();

    // Mutable: what was found.
    private Optional<Keys> keys = Optional.empty();
    private Optional<DataKey> link = Optional.empty();
    private Optional<Manifest> manifest = Optional.empty();
    private boolean closed;

    Search(DatabaseScope scope, Restore restore, Head head, Secret secret) {
      this.scope = scope;
      this.restore = restore;
      this.head = head;
      this.secret = secret;
      this.past = new PastKeys(scope.registry(), scope.id(), scope.commits(), scope.context());
    }

    boolean isDone() {
      return (manifest.isPresent() || closed) && (keys.isPresent() || link.isPresent());
    }

    void look(Anchored version) throws InftException {
      try {
        CommitObject commit = scope.commits().fetch(version);
        keyring(version, Keyring.parse(commit.body().keyring().toBytes(), scope.context()));
        if (manifest.isEmpty() && !closed) {
          manifest = Optional.of(past.open(restore, version, secret).tip().manifest());
        }
      } catch (WrongKeyException | NoSlotException e) {
        LOG.debug("the secret does not open version {}, nor what came before", version.version());
        closed = true;
      } catch (InftException e) {
        if (!Unreadable.isLost(e)) {
          throw e;
        }
        LOG.info("version {} is passed over: {}", version.version(), e.getMessage());
      }
    }

    private void keyring(Anchored version, Keyring keyring) throws InftException {
      boolean confirmed = version.anchor().keyringHash().equals(head.keyringHash());
      boolean useful = confirmed ? keys.isEmpty() : keyring.epoch() == head.keyEpoch();
      if (!useful || keyring.epoch() != head.keyEpoch() || !tried.add(keyring.hash())) {
        return;
      }
      try {
        Keys opened = Keys.open(keyring, secret);
        link = link.isPresent() ? link : Optional.of(opened.current());
        keys = confirmed ? Optional.of(opened) : keys;
      } catch (WrongKeyException | NoSlotException e) {
        LOG.debug("the secret does not open the keyring of version {}", version.version());
      }
    }
  }

  /** The head as the next version sees it. */
  public Predecessor predecessor(DatabaseScope scope) {
    Anchored newest = head.newest().orElseThrow();
    return new Predecessor(
        newest.version(),
        newest.anchor().root(),
        jumps(scope, newest),
        head.keyringHash(),
        manifest.map(Manifest::applicationEventSequence).orElse(0L),
        manifest.map(Manifest::lineage).orElse(Blob.of(new byte[Manifest.LINEAGE_BYTES])),
        manifest.map(Manifest::eventSequence).orElse(0L),
        manifest.map(Manifest::eventHash).orElse(EventChain.genesis(scope.context())));
  }

  /** Those of the head where it can be read and says the truth, else as the registry knows them. */
  private List<Jump> jumps(DatabaseScope scope, Anchored newest) {
    List<Jump> known = new ArrayList<>();
    for (long target : CommitChain.targets(newest.version() + 1)) {
      Anchored version = history.get((int) target - 1);
      known.add(
          new Jump(
              target,
              version.anchor().root(),
              version.block().number(),
              version.block().timeSeconds()));
    }
    try {
      List<Jump> inherited =
          CommitChain.jumpsFor(
              newest.version() + 1, known.get(0), scope.commits().fetch(newest).body());
      boolean agree = true;
      for (int i = 0; i < known.size(); i++) {
        agree &= known.get(i).root().equals(inherited.get(i).root());
      }
      return agree ? inherited : known;
    } catch (InftException e) {
      LOG.debug("the head's own jumps cannot be read", e);
      return known;
    }
  }
}
