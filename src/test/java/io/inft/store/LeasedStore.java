package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.store.merkle.ObjectRef;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that keeps an object as long as it is paid for, and then has it no more. */
public final class LeasedStore implements RenewableStore {
  private final Store store;
  private final Duration lease;
  private final Clock clock;
  private final Map<ObjectRef, Instant> paid = new ConcurrentHashMap<>();
  private final AtomicInteger renewals = new AtomicInteger();

  public LeasedStore(Store store, Duration lease, Clock clock) {
    this.store = store;
    this.lease = lease;
    this.clock = clock;
  }

  /** How many objects were paid for again. */
  public int renewals() {
    return renewals.get();
  }

  private boolean isThere(ObjectRef object) {
    Instant at = paid.get(object);
    return at != null && clock.instant().isBefore(at.plus(lease));
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    ObjectRef ref = store.put(object, listener);
    if (!isThere(ref)) {
      paid.put(ref, clock.instant());
    }
    return ref;
  }

  @Override
  public Payment priceOfStoring(ByteSource object) {
    return Payment.NONE;
  }

  @Override
  public Payment storeAgain(ByteSource object) throws InftException {
    put(object, TransferListener.NONE);
    return Payment.NONE;
  }

  @Override
  public Map<ObjectRef, Paid> paid(Collection<ObjectRef> objects) {
    Map<ObjectRef, Paid> found = new LinkedHashMap<>();
    for (ObjectRef object : objects) {
      Instant at = paid.get(object);
      if (at != null) {
        found.put(object, new Paid(at, at.plus(lease)));
      }
    }
    return found;
  }

  @Override
  public Renewal priceOfRenewal(Collection<ObjectRef> objects, Duration olderThan) {
    return renewal(objects, olderThan, false);
  }

  @Override
  public Renewal renew(
      Collection<ObjectRef> objects, Duration olderThan, TransferListener listener) {
    return renewal(objects, olderThan, true);
  }

  private Renewal renewal(Collection<ObjectRef> objects, Duration olderThan, boolean pays) {
    Instant now = clock.instant();
    List<Outcome> outcomes = new ArrayList<>();
    for (ObjectRef object : new LinkedHashSet<>(objects)) {
      State state = State.MISSING;
      if (isThere(object)) {
        boolean isOld = !paid.get(object).isAfter(now.minus(olderThan));
        state = isOld ? State.RENEWED : State.RECENT;
        if (isOld && pays) {
          paid.put(object, now);
          renewals.incrementAndGet();
        }
      }
      outcomes.add(
          new Outcome(object, state, Optional.ofNullable(paid(List.of(object)).get(object))));
    }
    return new Renewal(outcomes, 0, BigInteger.ZERO, BigInteger.ZERO, 0);
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    if (paid.containsKey(object) && !isThere(object)) {
      throw new ObjectMissingException(object.toString(), describe());
    }
    return store.open(object);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return isThere(object) && store.contains(object);
  }

  @Override
  public String describe() {
    return "leased " + store.describe();
  }

  @Override
  public void close() {
    store.close();
  }
}
