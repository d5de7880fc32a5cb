package io.inft.replica.publish;

import io.inft.commit.DriverEvent;
import io.inft.failure.InftException;
import io.inft.failure.KeyringChangeException;
import io.inft.failure.WrongKeyException;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the keyring that follows another one, and opens it with every secret at hand before anybody
 * else gets to see it. Touches nothing but memory.
 */
public final class Rekeying {
  private final DatabaseScope scope;
  private final Keys before;
  private final String opener;

  /**
   * @param opener id of the slot that whoever asks opened before; it must still be there
   */
  public Rekeying(DatabaseScope scope, Keys before, String opener) {
    this.scope = scope;
    this.before = before;
    this.opener = opener;
  }

  /**
   * Makes and tries it.
   *
   * @param version the version that will carry it
   * @throws WrongKeyException the opener was taken out of the keyring meanwhile
   * @throws KeyringChangeException there is no such slot, it is the last one, or none fits any more
   * @throws io.inft.failure.WeakSecretException a new password could be guessed
   */
  Keys make(KeyChange change, long version) throws InftException {
    Keyring old = before.keyring();
    int own = own(old);
    Keyring made;
    DataKey key = before.current();
    if (change instanceof KeyChange.Add add) {
      requireRoom(old, add.slots().size());
      made = old;
      for (SlotRequest slot : add.slots()) {
        requireNew(made, slot.secret(), -1);
        made = made.withSlot(key, slot, scope.random());
      }
    } else if (change instanceof KeyChange.Remove remove) {
      made = old.withoutSlot(key, removable(old, remove.slotId()));
    } else if (change instanceof KeyChange.Replace replace) {
      requireNew(old, replace.slot().secret(), own);
      made = replaced(old, key, own, replace.slot());
    } else if (change instanceof KeyChange.NewEpoch epoch) {
      requireEpoch(old);
      key = DataKey.generate(scope.random());
      Optional<DataKey> link = epoch.linkBack() ? Optional.of(before.current()) : Optional.empty();
      List<SlotRequest> slots = withKept(old, epoch);
      made =
          Keyring.create(
              scope.context(), old.epoch() + 1, version, key, link, slots, scope.random());
      return tried(new KeyChange.NewEpoch(slots, epoch.linkBack()), made, key);
    } else {
      throw new IllegalArgumentException("no such change: " + change.word());
    }
    return tried(change, made, key);
  }

  /**
   * Makes the first keyring of an epoch, where there is none that it could be made from.
   *
   * @param link the data key of the epoch before, if it is known and to be led back to
   */
  public static Keys begin(
      DatabaseScope scope, int epoch, long version, Optional<DataKey> link, List<SlotRequest> slots)
      throws InftException {
    DataKey key = DataKey.generate(scope.random());
    Keyring made =
        Keyring.create(scope.context(), epoch, version, key, link, slots, scope.random());
    Keyring read = Keyring.parse(made.toBytes(), scope.context());
    read.verify(key);
    for (int i = 0; i < slots.size(); i++) {
      requireOpens(scope, read, i, slots.get(i).secret(), key);
    }
    return new Keys(read, key, read.slots().get(0).id());
  }

  /** What the event log says of a keyring that a version brings. */
  public static WriterState.PendingEvent event(long timeMillis, String change, Keys keys) {
    DriverEvent event =
        DriverEvent.keysChanged(change, keys.epoch(), keys.keyring().slots().size());
    return new WriterState.PendingEvent(timeMillis, event.type(), event.payloadJson());
  }

  private int own(Keyring old) throws WrongKeyException {
    return old.slots().stream()
        .filter(slot -> slot.id().equals(opener))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongKeyException(
                    "the keyring of '" + scope.id() + "' any more",
                    "its slot was taken out meanwhile; connect with a secret that opens it"))
        .index();
  }

  private Keyring replaced(Keyring old, DataKey key, int own, SlotRequest slot)
      throws InftException {
    if (old.slots().size() < Keyring.MAX_SLOTS) {
      return old.withSlot(key, slot, scope.random()).withoutSlot(key, own);
    }
    if (old.isLast(own)) {
      throw full();
    }
    return old.withoutSlot(key, own).withSlot(key, slot, scope.random());
  }

  /**
   * Reads the keyring as others will, and opens each new slot with the secret that it was made for.
   * The other slots are what they were, byte for byte; the one that was opened before is among
   * them, unless it was to go.
   */
  private Keys tried(KeyChange change, Keyring made, DataKey key) throws InftException {
    Keyring read = Keyring.parse(made.toBytes(), scope.context());
    read.verify(key);
    int first = read.slots().size() - change.newSlots().size();
    for (int i = 0; i < change.newSlots().size(); i++) {
      requireOpens(scope, read, first + i, change.newSlots().get(i).secret(), key);
    }
    boolean adds = change instanceof KeyChange.Add;
    String now = adds || change.newSlots().isEmpty() ? opener : read.slots().get(first).id();
    return new Keys(read, key, now);
  }

  /** The slots of a new epoch, with one for each old slot that is to be made anew. */
  private List<SlotRequest> withKept(Keyring old, KeyChange.NewEpoch epoch)
      throws KeyringChangeException {
    List<SlotRequest> slots = new ArrayList<>(epoch.slots());
    for (String id : epoch.kept()) {
      Secret recipient =
          old.recipient(find(old, id))
              .orElseThrow(
                  () ->
                      new KeyringChangeException(
                          scope.id().toString(),
                          "slot " + id + " cannot be taken over without its secret"));
      slots.add(SlotRequest.of(recipient, epoch.slots().get(0).derivation()));
    }
    if (slots.size() > Keyring.MAX_SLOTS) {
      throw full();
    }
    return slots;
  }

  private static void requireOpens(
      DatabaseScope scope, Keyring keyring, int slot, Secret secret, DataKey key)
      throws InftException {
    boolean opens =
        secret.canOpen()
            ? keyring.unlock(slot, secret).filter(key::equals).isPresent()
            : keyring.isOf(slot, secret);
    if (!opens) {
      throw new KeyringChangeException(
          scope.id().toString(),
          "slot " + slot + " of the new keyring does not open with the secret it was made for");
    }
  }

  /**
   * Two slots for one secret are a trap: who takes one of them out believes that the secret opens
   * no more.
   *
   * @param except index of a slot that goes, -1 for none
   */
  private void requireNew(Keyring keyring, Secret secret, int except) throws InftException {
    for (SlotInfo slot : keyring.slots()) {
      if (slot.index() != except
          && (keyring.isOf(slot.index(), secret)
              || keyring.unlock(slot.index(), secret).isPresent())) {
        throw new KeyringChangeException(
            scope.id().toString(), "the new secret opens slot " + slot.id() + " already");
      }
    }
  }

  private int removable(Keyring keyring, String slotId) throws KeyringChangeException {
    int found = find(keyring, slotId);
    if (keyring.isLast(found)) {
      throw new KeyringChangeException(
          scope.id().toString(),
          "slot "
              + slotId
              + " is the last one that can be opened; add another one first, or nobody could open"
              + " the database again");
    }
    return found;
  }

  private int find(Keyring keyring, String slotId) throws KeyringChangeException {
    List<SlotInfo> slots = keyring.slots();
    SlotInfo found =
        slots.stream().filter(slot -> slot.id().equals(slotId)).findFirst().orElse(null);
    if (found == null) {
      throw new KeyringChangeException(
          scope.id().toString(),
          "there is no slot "
              + slotId
              + "; it has "
              + slots.stream()
                  .map(slot -> slot.id() + " (" + slot.type() + ")")
                  .collect(Collectors.joining(", ")));
    }
    return found.index();
  }

  private void requireRoom(Keyring keyring, int more) throws KeyringChangeException {
    if (keyring.slots().size() + more > Keyring.MAX_SLOTS) {
      throw full();
    }
  }

  private KeyringChangeException full() {
    return new KeyringChangeException(
        scope.id().toString(), "it has " + Keyring.MAX_SLOTS + " slots already; remove one first");
  }

  private void requireEpoch(Keyring keyring) throws KeyringChangeException {
    if (keyring.epoch() == Keyring.MAX_EPOCH) {
      throw new KeyringChangeException(
          scope.id().toString(), "there is no key epoch after " + Keyring.MAX_EPOCH);
    }
  }
}
