package io.inft.replica;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.commit.PackType;
import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.store.ObjectRef;
import io.inft.store.StoreReader;

/**
 * Opens what a commit object lists, wherever it lies: in the same commit object, in an earlier one,
 * or as an object of its own.
 */
final class PackAccess {
  private final StoreReader store;
  private final Digest context;

  PackAccess(StoreReader store, Digest context) {
    this.store = store;
    this.context = context;
  }

  /**
   * The sealed bytes at a location listed by {@code commit}; verified against their root when read.
   */
  ByteSource sealed(CommitObject commit, Location location, long sizeBytes) throws InftException {
    if (location instanceof Location.Here here) {
      return ByteSource.of(commit.toBytes())
          .slice(commit.offsetOfInline() + here.offset(), sizeBytes);
    }
    if (location instanceof Location.Within within) {
      return store
          .open(new ObjectRef(within.commitRoot(), within.commitSizeBytes()))
          .slice(within.offset(), sizeBytes);
    }
    Location.Own own = (Location.Own) location;
    return store.open(new ObjectRef(own.root(), sizeBytes));
  }

  /** Opens and decrypts a page pack. */
  PackReader pack(CommitObject commit, PackEntry entry, Keys keys) throws InftException {
    SealedType type = entry.type() == PackType.SNAPSHOT ? SealedType.SNAPSHOT : SealedType.DELTA;
    ObjectLabel label =
        new ObjectLabel(context, entry.producedBy(), entry.epoch(), type, entry.index());
    ByteSource sealed = sealed(commit, entry.location(), entry.sizeBytes());
    return PackReader.open(Seal.open(keys.of(entry.epoch()), label, sealed));
  }
}
