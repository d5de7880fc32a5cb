package io.inft.upkeep;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.store.RenewableStore;
import io.inft.store.Store;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a database alive: for anybody with an account that can pay, whatever rights it has. Safe
 * for use by many threads at once.
 */
public final class Upkeep {
  private final RegistryReader registry;
  private final Store store;
  private final StoreReader here;
  private final DatabaseId id;

  /**
   * @param here what lies on this machine, and for all else the store
   */
  public Upkeep(RegistryReader registry, Store store, StoreReader here, DatabaseId id) {
    this.registry = registry;
    this.store = store;
    this.here = here;
    this.id = id;
  }

  /**
   * What became of what a database needs, or would.
   *
   * @param renewal of all that is in the store
   * @param stored what was not there, and is again: its bytes were here or in the registry; in a
   *     price: would be
   * @param missing what is not there and cannot be had
   * @param storing what that which is stored again cost, beside the renewal
   */
  public record Report(
      Needed needed,
      RenewableStore.Renewal renewal,
      List<ObjectRef> stored,
      List<ObjectRef> missing,
      RenewableStore.Payment storing) {
    public Report {
      stored = List.copyOf(stored);
      missing = List.copyOf(missing);
    }

    /** How many objects came to this. */
    public int count(RenewableStore.State state) {
      return renewal.of(state).size();
    }

    /** What all of it cost, or at most would: what was paid again and what was stored again. */
    public RenewableStore.Payment payment() {
      return new RenewableStore.Payment(
              renewal.transactions(), renewal.storageWei(), renewal.gasWei())
          .and(storing);
    }

    /** Whether everything that is needed is there. */
    public boolean isWhole() {
      return missing.isEmpty() && needed.unreadable().isEmpty();
    }

    /** When the first payment of those known ends; empty where nothing ends or none is known. */
    public Optional<Instant> paidUntil() {
      return renewal.outcomes().stream()
          .flatMap(outcome -> outcome.paid().stream())
          .map(RenewableStore.Paid::until)
          .min(Instant::compareTo);
    }
  }

  /**
   * Until when what a database needs is paid.
   *
   * @param until when the first payment ends
   * @param what ends then
   * @param unknown objects of which no payment is known, without those that the registry has
   */
  public record PaidUntil(Instant until, String what, int unknown) {}

  /** How far back what is needed goes; each has all that the one before it has. */
  public enum Reach {
    /** What the newest version needs to be restored, and who wants to write upon it. */
    HEAD,
    /**
     * Also the commit object of every version and what it brought besides its pages: with that the
     * event log is whole, and a verification comes to its verdict.
     */
    HISTORY,
    /** Also the packs that any version lists: with those every past state can be restored. */
    PAST_STATES
  }

  /**
   * What a database needs.
   *
   * @throws io.inft.failure.NotRegisteredException nothing was published yet
   */
  public Needed needed(Reach reach) throws InftException {
    return new NeedReader(registry, here, id).read(reach);
  }

  /** Whether what is in the store is paid for a time. */
  public boolean isPaid() {
    return store instanceof RenewableStore;
  }

  /** Empty in a store where nothing ends, and where no payment is known. */
  public Optional<PaidUntil> paidUntil(Needed needed) throws InftException {
    if (!(store instanceof RenewableStore renewable)) {
      return Optional.empty();
    }
    Map<ObjectRef, RenewableStore.Paid> paid = renewable.paid(needed.refs());
    int unknown =
        (int)
            needed.refs().stream()
                .filter(ref -> !paid.containsKey(ref) && !needed.onChain().containsKey(ref))
                .count();
    return paid.entrySet().stream()
        .min((one, other) -> one.getValue().until().compareTo(other.getValue().until()))
        .map(
            first ->
                new PaidUntil(
                    first.getValue().until(),
                    String.valueOf(needed.objects().get(first.getKey())),
                    unknown));
  }

  /** What {@link #renew} would do and cost. Nothing is sent. */
  public Report price(Needed needed, Duration olderThan) throws InftException {
    RenewableStore.Renewal renewal =
        RenewableStore.of(store).priceOfRenewal(needed.refs(), olderThan);
    List<ObjectRef> stored = new ArrayList<>();
    List<ObjectRef> missing = new ArrayList<>();
    RenewableStore.Payment storing = RenewableStore.Payment.NONE;
    for (ObjectRef object : renewal.of(RenewableStore.State.MISSING)) {
      Optional<ByteSource> bytes = atHand(needed, object);
      if (bytes.isPresent()) {
        storing = storing.and(RenewableStore.of(store).priceOfStoring(bytes.get()));
        stored.add(object);
      } else {
        missing.add(object);
      }
    }
    return new Report(needed, renewal, stored, missing, storing);
  }

  /**
   * Pays again for what is in the store, and stores what is not and lies here or in the registry.
   * May be repeated after any failure: nothing is paid for twice within {@code olderThan}.
   *
   * @param olderThan what was paid within this time is left as it is
   * @throws io.inft.failure.ReadOnlyException there is no account to pay
   */
  public Report renew(Needed needed, Duration olderThan, TransferListener listener)
      throws InftException {
    RenewableStore.Renewal renewal =
        RenewableStore.of(store).renew(needed.refs(), olderThan, listener);
    List<ObjectRef> stored = new ArrayList<>();
    List<ObjectRef> missing = new ArrayList<>();
    RenewableStore.Payment storing = RenewableStore.Payment.NONE;
    for (ObjectRef object : renewal.of(RenewableStore.State.MISSING)) {
      Optional<ByteSource> bytes = atHand(needed, object);
      if (bytes.isPresent()) {
        storing = storing.and(RenewableStore.of(store).storeAgain(bytes.get()));
        stored.add(object);
      } else {
        missing.add(object);
      }
    }
    return new Report(needed, renewal, stored, missing, storing);
  }

  /** The bytes of an object that the store does not have, if they can be had unspoiled. */
  private Optional<ByteSource> atHand(Needed needed, ObjectRef object) throws InftException {
    Blob known = needed.onChain().get(object);
    ByteSource found = known == null ? null : ByteSource.of(known.toBytes());
    if (found == null && here.contains(object)) {
      found = here.open(object);
    }
    return found != null && MerkleRoot.refOf(found).equals(object)
        ? Optional.of(found)
        : Optional.empty();
  }
}
