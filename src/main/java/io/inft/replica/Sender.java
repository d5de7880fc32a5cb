package io.inft.replica;

import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.store.ObjectRef;
import io.inft.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one staged version: its objects, its commit object, and last the anchor, which makes it the
 * head in one step. Every step may be repeated after a crash; what is done already costs nothing.
 * One version may be uploaded while another one is anchored.
 */
final class Sender {
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

  Sender(DatabaseId id, Store store, Registry registry, ObjectFolder objects) {
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
  Anchored send(LineState.Outgoing version) throws InftException {
    store(version);
    return anchor(version, registry::anchor);
  }

  /**
   * Stores the objects of a version; nothing names them yet.
   *
   * @return false if this was done before
   */
  boolean upload(LineState.Outgoing version) throws InftException {
    if (version.version() <= uploaded) {
      return false;
    }
    store(version);
    uploaded = version.version();
    return true;
  }

  /** The versions after this one were taken back; others take their numbers. */
  void withdrawnTo(long version) {
    uploaded = Math.min(uploaded, version);
  }

  private void store(LineState.Outgoing version) throws InftException {
    for (ObjectRef object : version.objects()) {
      put(object);
    }
    put(version.commit());
  }

  /**
   * Makes a version, whose objects are stored, the head, and waits for the confirmation.
   *
   * @param anchoring does it for a version that keeps the keyring
   * @throws io.inft.failure.HeadConflictException another writer moved the head first
   */
  Anchored anchor(LineState.Outgoing version, Anchoring anchoring) throws InftException {
    if (version.version() == 1) {
      register();
    }
    Anchored anchored =
        version.rotates()
            ? registry.rotateAndAnchor(id, version.anchor())
            : anchoring.anchor(id, version.anchor());
    LOG.info(
        "published version {} of '{}', {} bytes, block {}",
        version.version(),
        id,
        version.commit().sizeBytes()
            + version.objects().stream().mapToLong(ObjectRef::sizeBytes).sum(),
        anchored.block().number());
    return anchored;
  }

  private void put(ObjectRef object) throws InftException {
    try (FileSource file = objects.file(object)) {
      ObjectRef stored = store.put(file, TransferListener.NONE);
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
