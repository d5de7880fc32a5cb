package io.inft.replica.restore;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Archive;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import io.inft.failure.Remedy;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Inlined;
import io.inft.registry.Kind;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WriterState;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches commit objects, wherever they are, and believes nothing: bytes against root and checksum,
 * every field against what the registry recorded, the signature against the author. Those whose
 * root was checked are kept, bounded by bytes. Safe for many threads.
 *
 * <p>A stored version's object is in the store. That of one that went along with its anchor is in
 * the archive of the next stored version, and before there is one, in the chain's log.
 */
public final class Commits implements CarriedObjects {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  private final StoreReader store;
  private final RegistryReader registry;
  private final DatabaseId id;
  private final Digest context;
  private final CommitCache known;

  public Commits(StoreReader store, RegistryReader registry, DatabaseId id, Digest context) {
    this(store, registry, id, context, new CommitCache());
  }

  /**
   * @param known what was read before
   */
  public Commits(
      StoreReader store,
      RegistryReader registry,
      DatabaseId id,
      Digest context,
      CommitCache known) {
    this.known = known;
    this.store = store;
    this.registry = registry;
    this.id = id;
    this.context = context;
  }

  public static ObjectRef refOf(Anchored version) {
    return new ObjectRef(version.anchor().root(), version.anchor().sizeBytes());
  }

  /** The commit object of a version, as the registry recorded it. */
  public CommitObject fetch(Anchored version) throws InftException {
    if (!version.anchor().kind().isKnown()) {
      throw new FormatTooNewException(
          "version " + version.version() + " (its kind)",
          version.anchor().kind().code(),
          Kind.NEWEST);
    }
    Blob bytes = bytes(version);
    same(
        "commit object of version " + version.version(),
        version.anchor().checksum(),
        Digest.sha256(bytes.toBytes()));
    CommitObject commit = CommitObject.parse(bytes.toBytes());
    check(commit.body(), version);
    Archive.requireSound(commit, version.inlined(), Commits::rootOf);
    known.put(version.anchor().root(), bytes);
    return commit;
  }

  /**
   * What the next stored version has to carry: keeps the commit objects that went along with their
   * anchors right up to a version, and says what they are, oldest first. Not more than can be
   * carried, whatever others did: what comes before an object that is nowhere, or is none, stays in
   * the chain's log.
   *
   * @param tip the version's commit object, if it is built upon: what it needs must be there
   */
  public List<WriterState.Inlined> keepTail(
      Anchored newest, Optional<CommitObject> tip, ObjectFolder objects) throws InftException {
    List<Anchored> all = Inlined.tail(registry, id, newest);
    all = all.subList(Math.max(0, all.size() - Archive.MAX_OBJECTS), all.size());
    long needed = tip.map(Commits::oldestNeededBy).orElse(Long.MAX_VALUE);
    List<Blob> sound = sound(all, needed);
    List<WriterState.Inlined> kept = new ArrayList<>();
    for (int i = 0; i < sound.size(); i++) {
      Anchored version = all.get(all.size() - sound.size() + i);
      kept.add(
          new WriterState.Inlined(
              version.version(),
              objects.keep(sound.get(i).toBytes()),
              version.anchor().checksum(),
              version.block().number(),
              version.block().timeSeconds()));
    }
    return List.copyOf(kept);
  }

  /** The oldest version whose object is needed for a pack in the tail; none is the highest. */
  private static long oldestNeededBy(CommitObject tip) {
    return tip.body().restoreSet().stream()
        .filter(pack -> pack.location() instanceof Location.Carried at && at.isHere())
        .filter(pack -> tip.body().archive().isEmpty())
        .mapToLong(PackEntry::producedBy)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The newest objects, one after the other, that an archive can have; oldest first. */
  private List<Blob> sound(List<Anchored> tail, long needed) throws InftException {
    Deque<Blob> had = new ArrayDeque<>();
    for (int i = tail.size() - 1; i >= 0; i--) {
      try {
        had.addFirst(bytes(tail.get(i)));
      } catch (InftException e) {
        if (!Unreadable.isLost(e) || tail.get(i).version() >= needed) {
          throw e;
        }
        LOG.warn("what went along with anchors before cannot be carried: {}", e.getMessage());
        break;
      }
    }
    List<Blob> all = List.copyOf(had);
    int from = all.isEmpty() || Archive.canCarry(all) ? 0 : all.size();
    while (from > 0 && Archive.canCarry(all.subList(from - 1, all.size()))) {
      from--;
    }
    if (from > 0) {
      long version = tail.get(tail.size() - all.size() + from - 1).version();
      if (version >= needed) {
        throw new CorruptObjectException(
            "commit object", 0, "of version " + version + " is none that the next one follows");
      }
      LOG.warn("version {} of '{}' and those before cannot be carried: it is none", version, id);
    }
    return all.subList(from, all.size());
  }

  /**
   * An object of the tail as this disk keeps it; where the disk lost it, from wherever else it is,
   * to be kept again.
   */
  public Blob kept(WriterState.Inlined version, ObjectFolder objects) throws InftException {
    try {
      return objects.kept(version.commit(), version.checksum());
    } catch (CorruptObjectException | LocalStorageException lost) {
      return again(version, objects, lost);
    }
  }

  private Blob again(WriterState.Inlined version, ObjectFolder objects, InftException lost)
      throws InftException {
    try {
      Anchored recorded = registry.version(id, version.version(), 0);
      String what = "commit object of version " + version.version();
      same(what, version.commit().root(), recorded.anchor().root());
      Blob object = bytes(recorded);
      same(what, version.checksum(), Digest.sha256(object.toBytes()));
      objects.keep(object.toBytes());
      return object;
    } catch (InftException e) {
      InftException first = Remedy.of(e) == Remedy.WAIT ? e : lost;
      first.addSuppressed(first == e ? lost : e);
      throw first;
    }
  }

  @Override
  public Blob before(CommitObject of, long version) throws InftException {
    Digest root = of.body().previousRoot();
    for (long at = of.body().version() - 1; ; at--) {
      Blob object = known.get(root);
      if (object == null) {
        Anchored recorded = registry.version(id, at, 0);
        same("commit object of version " + at, root, recorded.anchor().root());
        object = bytes(recorded);
      }
      if (at <= version) {
        return object;
      }
      root = CommitObject.previousRootOf(object.toBytes());
    }
  }

  /** The bytes that have the root of a version. */
  private Blob bytes(Anchored version) throws InftException {
    Blob kept = known.get(version.anchor().root());
    if (kept != null) {
      return kept;
    }
    return version.inlined() ? inlined(version) : stored(version);
  }

  private Blob stored(Anchored version) throws InftException {
    return Blob.of(store.open(refOf(version)).readAll(CommitObject.MAX_BYTES));
  }

  /** A version that was mined again in another block is the same version. */
  private Blob inlined(Anchored version) throws InftException {
    try {
      return whereverItIs(version);
    } catch (PastStateException reorganised) {
      Anchored now = registry.version(id, version.version(), 0);
      if (!now.anchor().equals(version.anchor())) {
        throw reorganised;
      }
      return whereverItIs(now);
    }
  }

  /**
   * From its carrier, if there is one by now; else from the chain; and whatever these say, somebody
   * may have stored it.
   */
  private Blob whereverItIs(Anchored version) throws InftException {
    List<InftException> failures = new ArrayList<>();
    Optional<Anchored> carrier = carrierOf(version);
    if (carrier.isPresent()) {
      try {
        keepCarriedBy(carrier.get());
      } catch (InftException e) {
        failures.add(e);
      }
    } else {
      registry.tail(id, version).forEach(this::keepTrue);
    }
    Blob found = known.get(version.anchor().root());
    if (found != null) {
      return found;
    }
    if (carrier.isPresent() && failures.isEmpty()) {
      failures.add(notIn(carrier.get(), version));
    }
    try {
      Blob object = registry.object(id, version);
      requireRoot(version, object);
      return object;
    } catch (ObjectMissingException | SubstitutedObjectException e) {
      failures.add(e);
    }
    try {
      return stored(version);
    } catch (ObjectMissingException e) {
      failures.add(e);
    }
    InftException first = failures.get(0);
    failures.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }

  private static CorruptObjectException notIn(Anchored carrier, Anchored version) {
    return new CorruptObjectException(
        "archive",
        0,
        "of version "
            + carrier.version()
            + " does not have the object of version "
            + version.version()
            + " that was anchored, with root "
            + version.anchor().root());
  }

  /** The next stored version; empty if there is none yet. */
  private Optional<Anchored> carrierOf(Anchored version) throws InftException {
    long from = version.version() + 1;
    return registry.history(id, from, from + Inlined.STORED_EVERY).stream()
        .filter(next -> !next.inlined())
        .findFirst();
  }

  /** The object that a jump leads to if it is at hand, kept from an archive or fetched before. */
  Optional<CommitObject> carried(Jump jump) throws InftException {
    Blob object = known.get(jump.root());
    Optional<CommitObject> commit =
        object == null ? Optional.empty() : Optional.of(CommitObject.parse(object.toBytes()));
    return commit.filter(found -> found.body().version() == jump.version());
  }

  /** Keeps what a stored version carries, if it does. */
  void keepCarriedBy(CommitObject carrier) throws InftException {
    if (carrier.body().archive().isPresent()) {
      keep(Archive.requireOf(carrier));
    }
  }

  private void keepCarriedBy(Anchored carrier) throws InftException {
    keep(Archive.requireOf(fetch(carrier)));
  }

  /** Keeps what an archive has under the roots that it really has. */
  private void keep(Archive archive) throws InftException {
    for (Blob object : archive.objects()) {
      known.put(rootOf(object), object);
    }
  }

  private void keepTrue(Inlined inlined) {
    if (inlined.object().isPresent()) {
      try {
        requireRoot(inlined.version(), inlined.object().get());
        known.put(inlined.version().anchor().root(), inlined.object().get());
      } catch (InftException other) {
        // whoever needs it asks the registry again, and is told
      }
    }
  }

  private static void requireRoot(Anchored version, Blob object) throws InftException {
    same(
        "commit object of version " + version.version() + " that went along, its root",
        version.anchor().root(),
        rootOf(object));
  }

  private static Digest rootOf(Blob object) throws InftException {
    return MerkleRoot.of(ByteSource.of(object.toBytes()));
  }

  private void check(CommitBody body, Anchored version) throws InftException {
    String what = "commit object of version " + version.version();
    same(what + ", its context", context, body.context());
    same(what + ", its version", version.version(), body.version());
    same(what + ", its previous root", version.anchor().previousRoot(), body.previousRoot());
    same(what + ", its key epoch", version.anchor().keyEpoch(), body.epoch());
    same(what + ", its author", version.author(), body.author());
    same(what + ", its kind", version.anchor().kind().code(), body.kind());
    same(
        what + ", its keyring",
        version.anchor().keyringHash(),
        Digest.sha256(body.keyring().toBytes()));
  }

  private static void same(String what, Object expected, Object found)
      throws SubstitutedObjectException {
    if (!expected.equals(found)) {
      throw new SubstitutedObjectException(what, expected.toString(), found.toString());
    }
  }
}
