package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectRef;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store in which nothing ends: a folder, the heap, or one of the user's own that says no more.
 */
final class LastingStore implements RenewableStore {
  private final Store store;

  LastingStore(Store store) {
    this.store = store;
  }

  @Override
  public Map<ObjectRef, Paid> paid(Collection<ObjectRef> objects) {
    return Map.of();
  }

  @Override
  public Renewal priceOfRenewal(Collection<ObjectRef> objects, Duration olderThan)
      throws InftException {
    return renew(objects, olderThan, TransferListener.NONE);
  }

  @Override
  public Renewal renew(Collection<ObjectRef> objects, Duration olderThan, TransferListener listener)
      throws InftException {
    List<Outcome> outcomes = new ArrayList<>();
    for (ObjectRef object : new LinkedHashSet<>(objects)) {
      State state = store.contains(object) ? State.KEPT : State.MISSING;
      outcomes.add(new Outcome(object, state, Optional.empty()));
    }
    return new Renewal(outcomes, 0, BigInteger.ZERO, BigInteger.ZERO, 0);
  }

  @Override
  public Payment priceOfStoring(ByteSource object) {
    return Payment.NONE;
  }

  @Override
  public Payment storeAgain(ByteSource object) throws InftException {
    store.put(object, TransferListener.NONE);
    return Payment.NONE;
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    return store.put(object, listener);
  }

  @Override
  public ObjectRef putNew(ByteSource object, TransferListener listener) throws InftException {
    return store.putNew(object, listener);
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    return store.open(object);
  }

  @Override
  public ByteSource openUnproved(ObjectRef object) throws InftException {
    return store.openUnproved(object);
  }

  @Override
  public ByteSource openScattered(ObjectRef object) throws InftException {
    return store.openScattered(object);
  }

  @Override
  public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
      throws InftException {
    return store.readPart(object, offset, length, sha256);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return store.contains(object);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public void close() {
    store.close();
  }
}
