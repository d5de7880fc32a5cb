package io.inft.replica.publish;

import io.inft.bytes.Blob;
import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.Registry.AnchorRequest;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WriterState;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one staged version by the road that was written down for it: its objects, its commit
 * object, and last the anchor, which makes it the head in one step; or the anchor with the commit
 * object in it, and nothing before. Every step may be repeated after a crash; what is done already
 * costs nothing. One version may be uploaded while another one is anchored.
 */
public final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  private final DatabaseId id;
  private final Store store;
  private final Registry registry;
  private final ObjectFolder objects;

  /**
   * The newest version whose objects are stored. Not a look into the folder: a version that is
   * confirmed on another thread may have left it.
   */
  private volatile long uploaded;

  /**
   * Versions up to this one may have been given to the store before, by this process or one that
   * died. What comes after was sealed just now, so the store need not look for it.
   */
  private volatile long attempted = Long.MAX_VALUE;

  /**
   * Held while anything is sent ahead, and by whoever takes a version in its turn: none is sent by
   * both.
   */
  private final ReentrantLock turn = new ReentrantLock();

  /** Versions up to this one are not sent ahead any more: they were, or go in their turn. */
  private volatile long ahead;

  public Sender(DatabaseId id, Store store, Registry registry, ObjectFolder objects) {
    this.id = id;
    this.store = store;
    this.registry = registry;
    this.objects = objects;
  }

  /**
   * Stores the objects of a version, whatever was stored before, makes it the head and waits for
   * the confirmation.
   *
   * @throws io.inft.failure.HeadConflictException another writer moved the head first
   */
  public Anchored send(WriterState.Outgoing version) throws InftException {
    store(version, false);
    return anchor(version, Anchoring.alone(registry));
  }

  /**
   * Versions up to this one were there when the generation was opened; later ones are made by it.
   */
  void leftOver(long version) {
    attempted = version;
  }

  /**
   * Stores the objects of a version; nothing names them yet.
   *
   * @return false if this was done before
   */
  boolean upload(WriterState.Outgoing version) throws InftException {
    if (version.inlined() || version.version() <= uploaded) {
      return false;
    }
    boolean isNew = version.version() > attempted;
    attempted = Math.max(attempted, version.version());
    store(version, isNew);
    uploaded = version.version();
    return true;
  }

  /** The versions after this one were taken back; others take their numbers. */
  void withdrawnTo(long version) {
    uploaded = Math.min(uploaded, version);
    attempted = Math.min(attempted, version);
    turn.lock();
    try {
      ahead = Math.min(ahead, version);
    } finally {
      turn.unlock();
    }
  }

  private void store(WriterState.Outgoing version, boolean isNew) throws InftException {
    if (version.inlined()) {
      return;
    }
    for (ObjectRef object : version.objects()) {
      put(object, isNew);
    }
    put(version.commit(), isNew);
  }

  /**
   * Makes a version, whose objects are stored unless they go along, the head, and waits for the
   * confirmation.
   *
   * @param anchoring does it for a version that keeps the keyring
   * @throws io.inft.failure.HeadConflictException another writer moved the head first
   */
  Anchored anchor(WriterState.Outgoing version, Anchoring anchoring) throws InftException {
    beginTurn(version.version());
    if (version.version() == 1) {
      register();
    }
    Anchored anchored =
        version.rotates()
            ? registry.rotateAndAnchor(id, version.anchor())
            : anchoring.anchor(request(version));
    LOG.info(
        "published version {} of '{}', {} bytes {}, block {}",
        version.version(),
        id,
        version.sizeBytes(),
        version.inlined() ? "inlined" : "stored",
        anchored.block().number());
    return anchored;
  }

  /** It is not sent ahead from here on, and what is under way has been sent. */
  private void beginTurn(long version) {
    turn.lock();
    try {
      ahead = Math.max(ahead, version);
    } finally {
      turn.unlock();
    }
  }

  /** The place of the oldest one that may be sent ahead; key changes go one by one. */
  OptionalInt nextAhead(List<WriterState.Outgoing> outgoing) {
    if (outgoing.stream().anyMatch(WriterState.Outgoing::rotates)) {
      return OptionalInt.empty();
    }
    return IntStream.range(1, outgoing.size())
        .filter(place -> outgoing.get(place).version() > ahead)
        .limit(1)
        .filter(place -> isStored(outgoing.get(place)))
        .findFirst();
  }

  /** Whether nothing has to be stored before a version is anchored. */
  boolean isStored(WriterState.Outgoing version) {
    return version.inlined() || version.version() <= uploaded;
  }

  /**
   * Sends the anchors of stored versions behind the oldest one, as far as those before them are on
   * their way. Waits for none of them.
   *
   * @return the newest that was sent, or will not be; empty if none was
   */
  OptionalLong sendAhead(List<WriterState.Outgoing> outgoing) throws InftException {
    OptionalLong newest = OptionalLong.empty();
    turn.lock();
    try {
      for (OptionalInt next = nextAhead(outgoing); next.isPresent(); next = nextAhead(outgoing)) {
        WriterState.Outgoing version = outgoing.get(next.getAsInt());
        AnchorRequest before = request(outgoing.get(next.getAsInt() - 1));
        boolean settled = true; // also if it fails: then it goes in its turn
        try {
          settled = registry.sendAhead(before, request(version));
        } finally {
          ahead = settled ? version.version() : ahead;
        }
        if (!settled) {
          return newest;
        }
        newest = OptionalLong.of(version.version());
      }
      return newest;
    } finally {
      turn.unlock();
    }
  }

  /**
   * Versions of a generation that was put aside are not sent any more. What was sent of them, ahead
   * or in its turn, is forgotten once it is known what became of it; may be called again for what
   * is not known yet.
   */
  public void giveUp(List<WriterState.Outgoing> outgoing) {
    for (WriterState.Outgoing version : outgoing) {
      try {
        registry.giveUp(request(version));
      } catch (InftException e) {
        LOG.debug("what became of version {} is asked when it is opened next", version, e);
      }
    }
  }

  /** Whether the registry is known to confirm a version without being asked. */
  boolean isMinedToo(WriterState.Outgoing version) throws InftException {
    return version.version() <= ahead
        && !version.rotates()
        && registry.isMinedToo(request(version));
  }

  private AnchorRequest request(WriterState.Outgoing version) throws InftException {
    return request(id, version, objects);
  }

  /**
   * What the registry is asked for to make a version the head.
   *
   * @param objects holds the commit object if that goes along
   */
  public static AnchorRequest request(
      DatabaseId id, WriterState.Outgoing version, ObjectFolder objects) throws InftException {
    Optional<Blob> object =
        version.inlined()
            ? Optional.of(objects.kept(version.commit(), version.checksum()))
            : Optional.empty();
    return new AnchorRequest(id, version.anchor(), object);
  }

  private void put(ObjectRef object, boolean isNew) throws InftException {
    try (FileSource file = objects.file(object)) {
      ObjectRef stored =
          isNew
              ? store.putNew(file, TransferListener.NONE)
              : store.put(file, TransferListener.NONE);
      if (!stored.equals(object)) {
        throw new SubstitutedObjectException(
            "object on its way to " + store.describe(), object.toString(), stored.toString());
      }
    }
  }

  private void register() throws InftException {
    try {
      registry.head(id);
    } catch (NotRegisteredException e) {
      LOG.info("registering '{}' in {}", id, registry.describe());
      registry.register(id);
    }
  }
}
