package io.inft.replica;

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
import java.util.List;
import java.util.Optional;

/**
 * Opens past versions after their keyring was changed. The keyring of that time opens with the
 * secrets of that time; whoever can open the newest version gets there by the links that each
 * epoch's keyring has to the key of the epoch before.
 */
final class PastKeys {
  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;
  private final Digest context;

  PastKeys(RegistryReader registry, DatabaseId id, Commits commits, Digest context) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
    this.context = context;
  }

  Restore.Opened open(Restore restore, Anchored past, Secret secret) throws InftException {
    CommitObject commit = commits.fetch(past);
    Keyring keyring = keyring(commit);
    DataKey key;
    try {
      key = keyring.open(secret);
    } catch (WrongKeyException | NoSlotException refused) {
      key = fromTheNewest(past, keyring, secret, refused);
    }
    return restore.open(past, commit, new Keys(keyring, key));
  }

  /**
   * @param refused what to say if the secret does not open the newest version either
   */
  private DataKey fromTheNewest(Anchored past, Keyring wanted, Secret secret, InftException refused)
      throws InftException {
    Anchored newest = registry.head(id).newest().orElseThrow(() -> refused);
    Keyring keyring = keyring(commits.fetch(newest));
    DataKey key;
    try {
      key = keyring.open(secret);
    } catch (WrongKeyException | NoSlotException e) {
      throw refused;
    }
    List<Anchored> between =
        keyring.epoch() == wanted.epoch()
            ? List.of()
            : registry.history(id, past.version(), newest.version());
    for (int i = between.size() - 1; i >= 0 && keyring.epoch() > wanted.epoch(); i--) {
      if (between.get(i).anchor().keyEpoch() < keyring.epoch()) {
        int before = keyring.epoch() - 1;
        key =
            keyring
                .previous(key)
                .orElseThrow(
                    () ->
                        new NoSlotException(
                            before, "link from a later epoch", "slots of its own only"));
        keyring = keyring(commits.fetch(between.get(i)));
      }
    }
    wanted.verify(key);
    return key;
  }

  /** Opens the newest version and says how far back that secret reaches. */
  KeyCheck check(Restore restore, Anchored newest, Secret secret) throws InftException {
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
