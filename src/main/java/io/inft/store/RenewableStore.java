package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectRef;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store in which an object lasts as long as somebody pays for it, and anybody may pay again: what
 * is there need not be sent once more. Safe for use by many threads at once.
 */
public interface RenewableStore extends Store {
  /**
   * A payment for an object.
   *
   * @param at when the newest one was made, by whomever
   * @param until when it ends; nobody promises to keep the object after that
   */
  record Paid(Instant at, Instant until) {}

  /** What becomes of an object that is to be renewed. */
  enum State {
    /** It was paid for again; in a price: it would be. */
    RENEWED,
    /** Somebody paid for it not long ago; it was not paid for again. */
    RECENT,
    /** It is there, in a store that keeps objects without being paid. */
    KEPT,
    /** It is not there, or not all of it; nothing was paid. */
    MISSING
  }

  /**
   * What became of one object.
   *
   * @param paid the newest payment known, after renewing; empty if none is known
   */
  record Outcome(ObjectRef object, State state, Optional<Paid> paid) {}

  /**
   * What renewing brought and cost.
   *
   * @param outcomes in the order in which the objects were named, each once
   * @param transactions how many were mined, or would be
   * @param storageWei what the storage cost
   * @param gasWei what the transactions cost; in a price: at most, with the fees of now
   * @param sentBytes what had to be sent although it was there, because nodes did not take it over
   *     from the older payment; at most so many
   */
  record Renewal(
      List<Outcome> outcomes,
      int transactions,
      BigInteger storageWei,
      BigInteger gasWei,
      long sentBytes) {
    public Renewal {
      outcomes = List.copyOf(outcomes);
    }

    /** The objects that came to this. */
    public List<ObjectRef> of(State state) {
      return outcomes.stream()
          .filter(outcome -> outcome.state() == state)
          .map(Outcome::object)
          .toList();
    }
  }

  /**
   * What storing cost, or would.
   *
   * @param transactions how many were mined, or would be
   * @param storageWei what the storage cost
   * @param gasWei what the transactions cost; in a price: at most, with the fees of now
   */
  record Payment(int transactions, BigInteger storageWei, BigInteger gasWei) {
    public static final Payment NONE = new Payment(0, BigInteger.ZERO, BigInteger.ZERO);

    public Payment and(Payment other) {
      return new Payment(
          transactions + other.transactions,
          storageWei.add(other.storageWei),
          gasWei.add(other.gasWei));
    }
  }

  /**
   * Until when objects are paid. What was never paid for, or so long ago that nobody remembers, is
   * not in the answer. That an object is paid for does not say that it is there.
   */
  Map<ObjectRef, Paid> paid(Collection<ObjectRef> objects) throws InftException;

  /** What {@link #renew} would do and cost now. Nothing is sent, and no account is needed. */
  Renewal priceOfRenewal(Collection<ObjectRef> objects, Duration olderThan) throws InftException;

  /**
   * Pays again for objects that are there, whoever stored them. A call that failed or was killed
   * may be repeated with the same objects or others: what was paid already is not paid again, as
   * long as {@code olderThan} is longer than the calls took.
   *
   * @param olderThan what was paid within this time is left as it is; by the network's clock
   * @param listener told how much of the objects' bytes is dealt with
   * @throws io.inft.failure.ReadOnlyException there is no account to pay
   * @throws io.inft.failure.SpendLimitException a cap is reached; the rest may be renewed later
   * @throws io.inft.failure.StoreUnavailableException repeat later
   */
  Renewal renew(Collection<ObjectRef> objects, Duration olderThan, TransferListener listener)
      throws InftException;

  /** What {@link #storeAgain} would cost now. Nothing is sent, and no account is needed. */
  Payment priceOfStoring(ByteSource object) throws InftException;

  /** Stores an object that is not there any more, as {@link #put} does, and says what it cost. */
  Payment storeAgain(ByteSource object) throws InftException;

  /**
   * A store as one that can be renewed: itself if it is one. One that is not keeps what it has
   * without being paid again; renewing says of each object whether it is there.
   */
  static RenewableStore of(Store store) {
    return store instanceof RenewableStore renewable ? renewable : new LastingStore(store);
  }
}
