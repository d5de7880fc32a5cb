package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens past versions after their keyring was changed. The keyring of that time opens with the
 * secrets of that time; whoever can open the newest version gets there by the links that each
 * epoch's keyring has to the key of the epoch before.
 */
public final class PastKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PastKeys.class);

  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;
  private final Digest context;

  public PastKeys(RegistryReader registry, DatabaseId id, Commits commits, Digest context) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
    this.context = context;
  }

  public Restore.Opened open(Restore restore, Anchored past, Secret secret) throws InftException {
    CommitObject commit = commits.fetch(past);
    Keyring keyring = keyring(commit);
    DataKey key;
    try {
      key = keyring.open(secret);
    } catch (WrongKeyException | NoSlotException refused) {
      key = fromLater(past, keyring, secret, refused);
    }
    return restore.open(past, commit, new Keys(keyring, key));
  }

  /**
   * Looks from the newest version down for a keyring that the secret opens, and follows the links
   * from there. Versions that cannot be read are passed over: somebody with the right to publish
   * must not be able to close what came before.
   *
   * @param refused what to say if there is no way
   */
  private DataKey fromLater(Anchored past, Keyring wanted, Secret secret, InftException refused)
      throws InftException {
    List<Anchored> later = registry.history(id, past.version() + 1, registry.head(id).version());
    Set<Digest> tried = new HashSet<>(Set.of(wanted.hash()));
    Optional<Keys> reached = Optional.empty();
    for (int i = later.size() - 1; i >= 0; i--) {
      Anchored version = later.get(i);
      boolean lower =
          reached.isEmpty() || version.anchor().keyEpoch() < reached.get().keyring().epoch();
      boolean known = reached.isEmpty() && tried.contains(version.anchor().keyringHash());
      if (version.anchor().keyEpoch() < wanted.epoch() || !lower || known) {
        continue;
      }
      Optional<Keyring> keyring = readable(version);
      if (keyring.isPresent()) {
        Optional<Keys> linked =
            reached.isEmpty() ? Optional.empty() : linked(reached.get(), keyring.get());
        Optional<Keys> next =
            linked.isEmpty() && tried.add(keyring.get().hash())
                ? opened(keyring.get(), secret)
                : linked;
        reached = next.isPresent() ? next : reached;
      }
    }
    if (reached.isEmpty()) {
      throw refused;
    }
    DataKey key =
        reached.get().epoch() == wanted.epoch()
            ? reached.get().current()
            : linked(reached.get(), wanted).orElseThrow(() -> noLink(wanted)).current();
    wanted.verify(key);
    return key;
  }

  private static NoSlotException noLink(Keyring wanted) {
    return new NoSlotException(wanted.epoch(), "link from a later epoch", "slots of its own only");
  }

  /** An earlier epoch's keys by the link of a later one; empty if it does not lead there. */
  private static Optional<Keys> linked(Keys later, Keyring earlier) throws InftException {
    if (later.epoch() != earlier.epoch() + 1) {
      return Optional.empty();
    }
    return later.keyring().previous(later.current()).map(key -> new Keys(earlier, key));
  }

  private static Optional<Keys> opened(Keyring keyring, Secret secret) throws InftException {
    try {
      return Optional.of(Keys.open(keyring, secret));
    } catch (WrongKeyException | NoSlotException e) {
      return Optional.empty();
    }
  }

  /** The keyring of a version; empty if that cannot be read, ever. */
  private Optional<Keyring> readable(Anchored version) throws InftException {
    try {
      return Optional.of(keyring(commits.fetch(version)));
    } catch (InftException e) {
      if (!Unreadable.isLost(e)) {
        throw e;
      }
      LOG.debug("version {} is passed over", version.version(), e);
      return Optional.empty();
    }
  }

  /** Opens the newest version and says how far back that secret reaches. */
  public KeyCheck check(Restore restore, Anchored newest, Secret secret) throws InftException {
    CommitObject commit = commits.fetch(newest);
    Keyring keyring = keyring(commit);
    Keyring.Unlocked unlocked = keyring.unlock(secret);
    DataKey key = unlocked.key();
    restore.open(newest, commit, new Keys(keyring, key));
    Keyring earliest = keyring;
    List<Anchored> all = registry.history(id, 1, newest.version());
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).anchor().keyEpoch() < earliest.epoch()) {
        Optional<DataKey> previous = earliest.previous(key);
        if (previous.isEmpty()) {
          break;
        }
        key = previous.get();
        earliest = keyring(commits.fetch(all.get(i)));
        earliest.verify(key);
      }
    }
    return new KeyCheck(
        newest.version(), keyring.epoch(), keyring.slots().get(unlocked.slot()), earliest.epoch());
  }

  private Keyring keyring(CommitObject commit) throws InftException {
    return Keyring.parse(commit.body().keyring().toBytes(), context);
  }
}
