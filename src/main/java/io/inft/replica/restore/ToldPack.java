package io.inft.replica.restore;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.PackEnd;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateKey;
import io.inft.seal.DataKey;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedPart;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pack of its own object of which the manifest of a version tells where it ends. */
final class ToldPack {
  private static final Logger LOG = LoggerFactory.getLogger(ToldPack.class);

  /** More than the directory of the largest pack; an end is one fetch, whatever it says. */
  private static final long MOST_END_BYTES = 64 << 20;

  private final StoreReader store;
  private final ObjectRef object;
  private final DataKey key;
  private final ObjectLabel label;
  private final StateKey stateKey;
  private final PackEnd end;

  ToldPack(
      StoreReader store,
      ObjectRef object,
      DataKey key,
      ObjectLabel label,
      StateKey stateKey,
      PackEnd end) {
    this.store = store;
    this.object = object;
    this.key = key;
    this.label = label;
    this.stateKey = stateKey;
    this.end = end;
  }

  /** What a manifest tells of the part of an end that can be read alone. */
  static Digest digest(ByteSource sealed, PackEnd end) throws InftException {
    SealedPart part = part(sealed.sizeBytes(), end);
    return Digest.sha256(sealed.read(part.offset(), part.lengthBytes()));
  }

  private static SealedPart part(long sealedSizeBytes, PackEnd end) {
    long packBytes = packBytes(sealedSizeBytes, end);
    return new SealedPart(sealedSizeBytes, packBytes - end.partBytes(), packBytes);
  }

  private static long packBytes(long sealedSizeBytes, PackEnd end) {
    return Seal.plainSizeBytes(sealedSizeBytes) - end.paddingBytes();
  }

  /** The pack without its page entries; empty if it does not end as it was told. */
  Optional<PackReader> open(EndRead read) throws InftException {
    Optional<PackReader> opened =
        read.inPart() && end.part().isPresent() ? inPart(end.part().get()) : Optional.empty();
    return opened.isPresent() ? opened : inSegments(read.topBytes());
  }

  /** Empty if the part cannot be had, or is not what was told. */
  private Optional<PackReader> inPart(Digest told) throws InftException {
    try {
      requireLength(end.partBytes(), PackEnd.MAX_PART_BYTES);
      SealedPart part = part(object.sizeBytes(), end);
      byte[] sealed = store.readPart(object, part.offset(), part.lengthBytes(), told);
      Digest found = Digest.sha256(sealed);
      if (!found.equals(told)) { // its door promises it; but no tag tells if it does not hold
        throw new SubstitutedObjectException("a part of " + object, told.hex(), found.hex());
      }
      byte[] plain = Seal.openPart(key, label, part, end.salt(), end.paddingBytes(), sealed);
      ByteSource whole = plain(new Later(store, object));
      return Optional.of(PackReader.openEnd(HeldRange.of(whole, part.from(), plain), stateKey));
    } catch (CorruptObjectException
        | SubstitutedObjectException
        | ObjectMissingException
        | StoreUnavailableException e) {
      LOG.debug("the end of {} is not to be had alone, reading its segments", object, e);
      return Optional.empty();
    }
  }

  private Optional<PackReader> inSegments(long topBytes) throws InftException {
    try {
      long packBytes = packBytes(object.sizeBytes(), end);
      long wanted = end.directoryBytes() + Math.min(topBytes, end.topBytes());
      requireLength(wanted, MOST_END_BYTES);
      long from = Seal.chunkAt(Seal.chunkOf(packBytes - wanted));
      long to = Math.min(object.sizeBytes(), Seal.chunkAt(Seal.chunkOf(packBytes - 1) + 1));
      ByteSource sealed = HeldRange.of(store.openScattered(object), from, to);
      return Optional.of(PackReader.openEnd(plain(sealed), stateKey));
    } catch (CorruptObjectException e) {
      LOG.debug("{} does not end where it was told, looking for its end", object, e);
      return Optional.empty();
    }
  }

  private void requireLength(long wanted, long most) throws CorruptObjectException {
    if (packBytes(object.sizeBytes(), end) < wanted || wanted > most) {
      throw new CorruptObjectException("end of a pack", 0, "of " + wanted + " bytes");
    }
  }

  private ByteSource plain(ByteSource sealed) throws InftException {
    return Seal.openTold(key, label, sealed, end.salt(), end.paddingBytes());
  }

  /** An object that is opened when it is read: nobody is asked where the part suffices. */
  private static final class Later implements ByteSource {
    private final StoreReader store;
    private final ObjectRef object;
    private volatile @Nullable ByteSource opened;

    Later(StoreReader store, ObjectRef object) {
      this.store = store;
      this.object = object;
    }

    @Override
    public long sizeBytes() {
      return object.sizeBytes();
    }

    private ByteSource opened() throws InftException {
      ByteSource known = opened;
      if (known == null) {
        known = store.openScattered(object);
        opened = known;
      }
      return known;
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      return opened().read(offset, length);
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws InftException {
      opened().read(offset, target, at, length);
    }
  }
}
