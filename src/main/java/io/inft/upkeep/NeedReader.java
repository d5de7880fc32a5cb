package io.inft.upkeep;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads from a database's commit objects which others it needs; they are public, so this takes no
 * key. Used by one thread.
 */
final class NeedReader {
  private static final int VERSIONS_AT_ONCE = 200;

  private final RegistryReader registry;
  private final StoreReader store;
  private final DatabaseId id;
  private final Map<ObjectRef, String> objects = new LinkedHashMap<>();
  private final Map<ObjectRef, Blob> onChain = new HashMap<>();
  private final List<String> unreadable = new ArrayList<>();

  /**
   * @param store answers for what lies on this machine too
   */
  NeedReader(RegistryReader registry, StoreReader store, DatabaseId id) {
    this.registry = registry;
    this.store = store;
    this.id = id;
  }

  Needed read(Upkeep.Reach reach) throws InftException {
    Anchored head =
        registry
            .head(id)
            .newest()
            .orElseThrow(() -> new NotRegisteredException(id.toString(), registry.describe()));
    tail(head);
    read(head, true);
    if (reach != Upkeep.Reach.HEAD) {
      for (long to = head.version() - 1; to >= 1; to -= VERSIONS_AT_ONCE) {
        long from = Math.max(1, to - VERSIONS_AT_ONCE + 1);
        List<Anchored> versions = registry.history(id, from, to);
        for (int i = versions.size() - 1; i >= 0; i--) {
          // What went along with its anchor is carried by the stored version after it.
          if (!versions.get(i).inlined()) {
            read(versions.get(i), reach == Upkeep.Reach.PAST_STATES);
          }
        }
      }
    }
    return new Needed(head.version(), objects, onChain, unreadable);
  }

  /** What went along with its anchor since the newest version that is stored: the chain has it. */
  private void tail(Anchored head) throws InftException {
    Anchored version = head;
    while (version.inlined()) {
      ObjectRef ref = refOf(version);
      try {
        onChain.put(ref, registry.object(id, version));
      } catch (ObjectMissingException e) {
        // Then the store has it, or nobody.
      }
      objects.put(ref, commitOf(version));
      if (version.version() == 1) {
        return;
      }
      version = registry.version(id, version.version() - 1, version.previousBlockNumber());
    }
  }

  static ObjectRef refOf(Anchored version) {
    return new ObjectRef(version.anchor().root(), version.anchor().sizeBytes());
  }

  private static String commitOf(Anchored version) {
    return "commit object of version " + version.version();
  }

  private void read(Anchored version, boolean withPacks) throws InftException {
    ObjectRef ref = refOf(version);
    objects.put(ref, commitOf(version));
    CommitObject commit;
    try {
      commit = CommitObject.parse(bytes(ref));
    } catch (ObjectMissingException
        | SubstitutedObjectException
        | CorruptObjectException
        | FormatTooNewException e) {
      unreadable.add(commitOf(version) + ": " + e.getMessage());
      return;
    }
    if (withPacks) {
      for (PackEntry pack : commit.body().restoreSet()) {
        String name = name(pack.type()) + " " + pack.index() + " of version " + pack.producedBy();
        add(pack.location(), pack.sizeBytes(), name);
      }
    }
    for (Attachment attachment : commit.body().attachments()) {
      add(
          attachment.location(),
          attachment.sizeBytes(),
          name(attachment.type()) + " " + attachment.index() + " of version " + version.version());
    }
  }

  private byte[] bytes(ObjectRef ref) throws InftException {
    Blob known = onChain.get(ref);
    ByteSource source = known == null ? store.open(ref) : ByteSource.of(known.toBytes());
    return source.readAll(CommitObject.MAX_BYTES);
  }

  private static String name(Enum<?> type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void add(Location location, long sizeBytes, String name) {
    if (location instanceof Location.Own own) {
      objects.putIfAbsent(new ObjectRef(own.root(), sizeBytes), name);
    } else if (location instanceof Location.Within within) {
      addHolder(within.commitRoot(), within.commitSizeBytes(), name);
    } else if (location instanceof Location.Carried carried && !carried.carrierRoot().isZero()) {
      addHolder(carried.carrierRoot(), carried.carrierSizeBytes(), name);
    }
  }

  private void addHolder(Digest root, long sizeBytes, String name) {
    objects.putIfAbsent(new ObjectRef(root, sizeBytes), "commit object with " + name);
  }
}
