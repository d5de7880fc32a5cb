package io.inft.replica.restore;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Archive;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.EventBatch;
import io.inft.commit.Location;
import io.inft.commit.PackEnd;
import io.inft.commit.PackEntry;
import io.inft.commit.SealedManifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.pack.PackHeader;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateKey;
import io.inft.seal.DataKey;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what a commit object lists, wherever it lies: in the same commit object, in an earlier one,
 * in one that another carries, or as an object of its own. Safe for many threads.
 */
public final class PackAccess {
  private static final Logger LOG = LoggerFactory.getLogger(PackAccess.class);
  private static final int PIECE_BYTES = 256 << 10;

  /** Less than a store over a network keeps in memory. */
  private static final long AHEAD_BYTES = 8 << 20;

  private final StoreReader store;
  private final Digest context;
  private final CarriedObjects tail;

  /** The archive that was read last: the next pack mostly lies in it too. */
  private volatile @Nullable Unpacked last;

  /**
   * An archive that was fetched and inflated.
   *
   * @param carrier the commit object, or where there is none at hand its {@link ObjectRef}
   */
  private record Unpacked(Object carrier, Archive archive) {}

  /**
   * @param tail has what goes along with anchors and is not carried yet
   */
  public PackAccess(StoreReader store, Digest context, CarriedObjects tail) {
    this.store = store;
    this.context = context;
    this.tail = tail;
  }

  /** The sealed bytes of an attachment of {@code commit}; verified against their root when read. */
  ByteSource sealed(CommitObject commit, Attachment attachment) throws InftException {
    return sealed(
        commit, commit.body().version(), attachment.location(), attachment.sizeBytes(), true);
  }

  /** The plaintext of a manifest or of an event batch of {@code commit}. */
  public byte[] plain(CommitObject commit, Attachment attachment, Keys keys) throws InftException {
    boolean manifest = attachment.type() == AttachmentType.MANIFEST;
    ObjectLabel label =
        new ObjectLabel(
            context,
            commit.body().version(),
            commit.body().epoch(),
            manifest ? SealedType.MANIFEST : SealedType.EVENTS,
            attachment.index());
    return Seal.open(keys.of(commit.body().epoch()), label, sealed(commit, attachment))
        .readAll(manifest ? SealedManifest.MAX_BYTES : EventBatch.MAX_BYTES);
  }

  private ByteSource sealed(CommitObject commit, PackEntry pack, boolean proved)
      throws InftException {
    return sealed(commit, pack.producedBy(), pack.location(), pack.sizeBytes(), proved);
  }

  private ByteSource sealed(
      CommitObject commit, long producedBy, Location location, long sizeBytes, boolean proved)
      throws InftException {
    if (location instanceof Location.Carried carried) {
      return carried(commit, producedBy, carried, sizeBytes);
    }
    if (location instanceof Location.Here here) {
      return ByteSource.of(commit.toBytes())
          .slice(commit.offsetOfInline() + here.offset(), sizeBytes);
    }
    if (location instanceof Location.Within within) {
      return opened(new ObjectRef(within.commitRoot(), within.commitSizeBytes()), proved)
          .slice(within.offset(), sizeBytes);
    }
    Location.Own own = (Location.Own) location;
    return opened(new ObjectRef(own.root(), sizeBytes), proved);
  }

  /**
   * The object that a pack lies in; empty if it is the commit object that lists it, or one that
   * went along with its anchor and is not carried yet.
   */
  public static Optional<ObjectRef> objectOf(PackEntry pack) {
    if (pack.location() instanceof Location.Within within) {
      return Optional.of(new ObjectRef(within.commitRoot(), within.commitSizeBytes()));
    }
    if (pack.location() instanceof Location.Carried carried && !carried.isHere()) {
      return Optional.of(new ObjectRef(carried.carrierRoot(), carried.carrierSizeBytes()));
    }
    return pack.location() instanceof Location.Own own
        ? Optional.of(new ObjectRef(own.root(), pack.sizeBytes()))
        : Optional.empty();
  }

  /**
   * Whether two commit objects list the same sealed bytes; for packs short enough to be carried.
   */
  boolean isSame(CommitObject commit, PackEntry pack, CommitObject other, PackEntry otherPack)
      throws InftException {
    return pack.sizeBytes() == otherPack.sizeBytes()
        && pack.sizeBytes() <= Archive.MAX_OBJECT_BYTES
        && Arrays.equals(
            sealed(commit, pack, true).readAll(Archive.MAX_OBJECT_BYTES),
            sealed(other, otherPack, true).readAll(Archive.MAX_OBJECT_BYTES));
  }

  /** What a version carries itself, what another one carries, or what nobody does yet. */
  private ByteSource carried(
      CommitObject commit, long producedBy, Location.Carried carried, long sizeBytes)
      throws InftException {
    if (carried.isHere() && commit.body().archive().isEmpty()) {
      return Archive.packIn(tail.before(commit, producedBy), producedBy, carried, sizeBytes);
    }
    return archive(commit, carried).packOf(producedBy, carried, sizeBytes);
  }

  private Archive archive(CommitObject commit, Location.Carried carried) throws InftException {
    Object carrier =
        carried.isHere()
            ? commit
            : new ObjectRef(carried.carrierRoot(), carried.carrierSizeBytes());
    Unpacked known = last;
    if (known != null && known.carrier().equals(carrier)) {
      return known.archive();
    }
    Archive archive =
        Archive.requireOf(
            carrier instanceof ObjectRef elsewhere
                ? CommitObject.parse(store.open(elsewhere).readAll(CommitObject.MAX_BYTES))
                : commit);
    last = new Unpacked(carrier, archive);
    return archive;
  }

  private ByteSource opened(ObjectRef object, boolean proved) throws InftException {
    return proved ? store.open(object) : store.openUnproved(object);
  }

  /** Opens and decrypts a page pack. */
  public PackReader pack(CommitObject commit, PackEntry entry, Keys keys, StateKey stateKey)
      throws InftException {
    return pack(commit, entry, keys, stateKey, true);
  }

  /**
   * Opens and decrypts a page pack.
   *
   * @param proved false if the caller proves the pages himself, so that the store need not
   */
  public PackReader pack(
      CommitObject commit, PackEntry entry, Keys keys, StateKey stateKey, boolean proved)
      throws InftException {
    ByteSource sealed = sealed(commit, entry, proved);
    PackReader pack;
    try {
      pack = PackReader.open(Seal.open(keys.of(entry.epoch()), label(entry), sealed), stateKey);
    } catch (WrongKeyException | NoSlotException e) {
      throw notUnderItsKey("page pack of version " + entry.producedBy(), e);
    }
    requireListed(pack.header(), entry);
    return pack;
  }

  /**
   * What a manifest can tell of the end of a pack; empty if it is short, lies in another object, or
   * is of a version whose directory does not prove its beginning.
   */
  public Optional<PackEnd> end(int place, PackEntry entry, Keys keys, StateKey stateKey)
      throws InftException {
    if (entry.sizeBytes() <= PackEnd.SHORT_BYTES
        || !(entry.location() instanceof Location.Own own)) {
      return Optional.empty();
    }
    ByteSource sealed = opened(new ObjectRef(own.root(), entry.sizeBytes()), true);
    ByteSource plain = Seal.open(keys.of(entry.epoch()), label(entry), sealed);
    PackReader pack = PackReader.openDirectory(plain, stateKey);
    if (!pack.namesPagesByLeaf()) {
      return Optional.empty();
    }
    PackEnd end =
        new PackEnd(
            place,
            Seal.saltOf(sealed),
            Seal.plainSizeBytes(entry.sizeBytes()) - plain.sizeBytes(),
            pack.directoryBytes(),
            pack.tailBytes() - pack.directoryBytes());
    return Optional.of(
        end.partBytes() > PackEnd.MAX_PART_BYTES
            ? end
            : end.withPart(Optional.of(ToldPack.digest(sealed, end))));
  }

  /**
   * Opens a pack without its page entries, for reading here and there, each byte proved against its
   * object's root, or against what the version's manifest tells. Of a pack whose end is told, that
   * and its directory are one fetch, and a part of its top pages comes along and is kept.
   *
   * @param end of the pack, if it is told; one that is wrong costs fetches and nothing else
   * @param read how much of it is kept
   */
  public PackReader directory(
      CommitObject commit,
      PackEntry entry,
      Keys keys,
      StateKey stateKey,
      Optional<PackEnd> end,
      EndRead read)
      throws InftException {
    PackReader pack;
    try {
      DataKey key = keys.of(entry.epoch());
      Optional<PackReader> told = Optional.empty();
      if (end.isPresent() && entry.location() instanceof Location.Own own) {
        ObjectRef object = new ObjectRef(own.root(), entry.sizeBytes());
        told = new ToldPack(store, object, key, label(entry), stateKey, end.get()).open(read);
      }
      pack =
          told.isPresent()
              ? told.get()
              : PackReader.openDirectory(
                  Seal.open(key, label(entry), scattered(commit, entry)), stateKey);
    } catch (WrongKeyException | NoSlotException e) {
      throw notUnderItsKey("page pack of version " + entry.producedBy(), e);
    }
    requireListed(pack.header(), entry);
    return pack;
  }

  private ByteSource scattered(CommitObject commit, PackEntry entry) throws InftException {
    return entry.location() instanceof Location.Own own
        ? store.openScattered(new ObjectRef(own.root(), entry.sizeBytes()))
        : sealed(commit, entry, true);
  }

  private ObjectLabel label(PackEntry entry) {
    return new ObjectLabel(
        context,
        entry.producedBy(),
        entry.epoch(),
        SealedType.of(entry.type().code()),
        entry.index());
  }

  /** What a pack says of itself is what the commit object says of it. */
  private static void requireListed(PackHeader header, PackEntry entry)
      throws CorruptObjectException {
    if (header.kind() != entry.type()
        || header.fromVersion() != entry.fromVersion()
        || header.toVersion() != entry.toVersion()) {
      throw new CorruptObjectException(
          "page pack of version " + entry.producedBy(),
          0,
          "is "
              + header
              + ", listed as a "
              + entry.type()
              + " from version "
              + entry.fromVersion()
              + " to "
              + entry.toVersion());
    }
  }

  /** Who has the key of the version cannot open what it lists: nobody can. */
  static CorruptObjectException notUnderItsKey(String what, InftException why) {
    return new CorruptObjectException(
        what, 0, "cannot be opened with the keys of its version: " + why.getMessage());
  }

  /**
   * Has the store fetch packs that will be laid, without looking at them: where objects come over a
   * network it keeps what was fetched last.
   *
   * @param whileSo asked before each piece
   */
  void fetchAhead(CommitObject commit, BooleanSupplier whileSo) {
    long left = AHEAD_BYTES;
    for (PackEntry entry : commit.body().restoreSet()) {
      if (!(entry.location() instanceof Location.Here)) {
        left = fetchAhead(commit, entry, left, whileSo);
      }
    }
  }

  /** The end, where the index is, and then from the beginning; returns what is left to fetch. */
  private long fetchAhead(
      CommitObject commit, PackEntry entry, long mostBytes, BooleanSupplier whileSo) {
    long behind = Math.max(0, entry.sizeBytes() - PIECE_BYTES);
    long left = mostBytes;
    try {
      if (left > 0 && whileSo.getAsBoolean()) {
        ByteSource pack = sealed(commit, entry, false);
        left -= pack.read(behind, (int) (entry.sizeBytes() - behind)).length;
        for (long at = 0; at < behind && left > 0 && whileSo.getAsBoolean(); at += PIECE_BYTES) {
          left -= pack.read(at, (int) Math.min(PIECE_BYTES, behind - at)).length;
        }
      }
      return left;
    } catch (InftException e) {
      LOG.debug("fetching ahead; whoever needs it asks again, and is told", e);
      return 0;
    }
  }
}
