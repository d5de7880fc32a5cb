package io.inft.custody;

import io.inft.bytes.Digest;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The data keys of all epochs, found from the newest one down: each keyring wraps the key of the
 * epoch before it, and names the version it began with.
 */
final class EpochKeys implements AutoCloseable {
  private static final int MAX_PASSED_OVER = 64;

  private final Map<Integer, DataKey> keys = new HashMap<>();

  private EpochKeys() {}

  /** No keys at all. */
  static EpochKeys none() {
    return new EpochKeys();
  }

  /**
   * Opens the keyring of the newest version and follows its links. What stays closed becomes a
   * finding.
   *
   * @param newest the newest version's commit object, checked
   */
  static EpochKeys open(
      RegistryReader registry,
      DatabaseId id,
      Fetch fetch,
      Digest context,
      CommitObject newest,
      Secret secret,
      Findings findings) {
    EpochKeys found = new EpochKeys();
    Keyring keyring;
    try {
      keyring = Keyring.parse(newest.body().keyring().toBytes(), context);
      found.keys.put(keyring.epoch(), keyring.open(secret));
    } catch (InftException e) {
      findings.add(Failures.ofSecret(e), newest.body().version(), String.valueOf(e.getMessage()));
      return found;
    }
    CommitObject commit = newest;
    while (keyring.epoch() > 1) {
      int epoch = keyring.epoch() - 1;
      try {
        Optional<DataKey> key = keyring.previous(found.keys.get(keyring.epoch()));
        if (key.isEmpty()) {
          closed(findings, epoch, "the keyring of epoch " + keyring.epoch() + " has no link to it");
          return found;
        }
        found.keys.put(epoch, key.get());
        if (epoch > 1) {
          commit =
              ofEpoch(registry, id, fetch, commit, keyring.createdVersion() - 1, epoch, context);
          keyring = Keyring.parse(commit.body().keyring().toBytes(), context);
          keyring.verify(key.get());
        } else {
          return found;
        }
      } catch (InftException | IllegalArgumentException e) {
        closed(findings, epoch, String.valueOf(e.getMessage()));
        return found;
      }
    }
    return found;
  }

  private static void closed(Findings findings, int epoch, String reason) {
    findings.add(
        Code.KEY_UNREACHABLE, 0, "what was sealed in epoch " + epoch + " and before: " + reason);
  }

  /** The newest commit object of an epoch whose keyring can be read, from one version down. */
  private static CommitObject ofEpoch(
      RegistryReader registry,
      DatabaseId id,
      Fetch fetch,
      CommitObject from,
      long last,
      int epoch,
      Digest context)
      throws InftException {
    try {
      CommitObject commit = descend(registry, id, fetch, from, last);
      Keyring.parse(commit.body().keyring().toBytes(), context);
      return commit;
    } catch (InftException e) {
      Anchored version = registry.version(id, last, 0);
      for (int i = 0; i < MAX_PASSED_OVER && version.version() > 1; i++) {
        version = registry.version(id, version.version() - 1, version.previousBlockNumber());
        if (version.anchor().keyEpoch() != epoch) {
          break;
        }
        try {
          CommitObject commit = CommitObject.parse(fetch.commit(version));
          Keyring.parse(commit.body().keyring().toBytes(), context);
          return commit;
        } catch (InftException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
  }

  /** The commit object of an earlier version, by jumps. */
  private static CommitObject descend(
      RegistryReader registry, DatabaseId id, Fetch fetch, CommitObject from, long wanted)
      throws InftException {
    CommitObject commit = from;
    while (commit.body().version() > wanted) {
      Jump jump = CommitChain.toward(commit.body(), wanted);
      Anchored version = registry.version(id, jump.version(), jump.block());
      commit = CommitObject.parse(fetch.commit(version));
    }
    return commit;
  }

  /** The key of an epoch, if it could be reached. */
  Optional<DataKey> of(int epoch) {
    return Optional.ofNullable(keys.get(epoch));
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  @Override
  public void close() {
    keys.values().forEach(DataKey::close);
  }
}
