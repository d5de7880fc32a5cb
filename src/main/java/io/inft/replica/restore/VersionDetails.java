package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.commit.TransactionLog;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.PaidRegistry;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a version's own objects and the chain say beyond what the registry recorded.
 *
 * @param bytes of its commit object and of the objects of its own that it brought; empty if the
 *     commit object cannot be read any more
 * @param sqlCommits how many SQL commits it holds; empty without the secret that opens it, and of
 *     versions whose log of them is an object of its own
 * @param transaction the one that anchored it, with its gas; empty where there are none, or the
 *     endpoint keeps it no longer. One that anchored a batch anchored others too; what storing cost
 *     is in another one
 */
public record VersionDetails(
    Anchored version,
    OptionalLong bytes,
    OptionalLong sqlCommits,
    Optional<PaidRegistry.Mined> transaction) {
  private static final Logger LOG = LoggerFactory.getLogger(VersionDetails.class);

  /**
   * Reads the commit object of each version.
   *
   * @param secret opens what is sealed; empty leaves that out
   */
  public static List<VersionDetails> of(
      Network network, DatabaseId id, Optional<Secret> secret, List<Anchored> versions)
      throws InftException {
    Reader reader = new Reader(network, id, secret);
    List<VersionDetails> details = new ArrayList<>();
    for (Anchored version : versions) {
      details.add(reader.read(version));
    }
    return details;
  }

  /** Opens each keyring once, because a password takes its time. */
  private static final class Reader {
    private final RegistryReader registry;
    private final DatabaseId id;
    private final Optional<Secret> secret;
    private final Commits commits;
    private final Restore restore;
    private final PastKeys past;

    // Mutable: by a keyring's hash, what opens it; empty if the secret does not.
    private final Map<Digest, Optional<Keys>> keys = new HashMap<>();

    Reader(Network network, DatabaseId id, Optional<Secret> secret) {
      Digest context = DatabaseScope.contextOf(network, id);
      this.registry = network.registry();
      this.id = id;
      this.secret = secret;
      this.commits = new Commits(network.store(), registry, id, context);
      this.restore = new Restore(network.store(), context, commits, EngineThreads.pooled());
      this.past = new PastKeys(registry, id, commits, context);
    }

    VersionDetails read(Anchored version) throws InftException {
      OptionalLong bytes = OptionalLong.empty();
      OptionalLong sqlCommits = OptionalLong.empty();
      try {
        CommitObject commit = commits.fetch(version);
        bytes = OptionalLong.of(bytes(version, commit.body()));
        sqlCommits = sqlCommits(version, commit);
      } catch (InftException e) {
        if (!Unreadable.isLost(e)) {
          throw e;
        }
        LOG.debug("version {} of '{}' cannot be looked into", version.version(), id, e);
      }
      return new VersionDetails(version, bytes, sqlCommits, registry.transaction(id, version));
    }

    private static long bytes(Anchored version, CommitBody body) {
      return version.anchor().sizeBytes()
          + body.restoreSet().stream()
              .filter(pack -> pack.producedBy() == body.version())
              .filter(pack -> pack.location() instanceof Location.Own)
              .mapToLong(PackEntry::sizeBytes)
              .sum()
          + body.attachments().stream()
              .filter(one -> one.location() instanceof Location.Own)
              .mapToLong(Attachment::sizeBytes)
              .sum();
    }

    private OptionalLong sqlCommits(Anchored version, CommitObject commit) throws InftException {
      Optional<Keys> opened = keys(version);
      boolean apart =
          commit.body().attachments().stream().anyMatch(one -> one.type() == AttachmentType.LOG);
      return opened.isEmpty() || apart
          ? OptionalLong.empty()
          : OptionalLong.of(
              restore
                  .sealedManifest(commit, opened.get())
                  .log()
                  .map(TransactionLog::transactions)
                  .orElse(0L));
    }

    private Optional<Keys> keys(Anchored version) throws InftException {
      Digest hash = version.anchor().keyringHash();
      Optional<Keys> known = keys.get(hash);
      if (known == null) {
        known = secret.isEmpty() ? Optional.empty() : open(version, secret.get());
        keys.put(hash, known);
      }
      return known;
    }

    private Optional<Keys> open(Anchored version, Secret opener) throws InftException {
      try {
        return Optional.of(past.open(restore, version, opener).keys());
      } catch (WrongKeyException | NoSlotException e) {
        LOG.debug("the secret does not open version {} of '{}'", version.version(), id, e);
        return Optional.empty();
      }
    }
  }
}
