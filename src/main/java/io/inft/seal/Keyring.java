package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WrongKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.AEADBadTagException;

/**
 * How the data key of one epoch is wrapped for those who may open it: a slot each, any of which
 * gives the key. Immutable, safe for many threads; changing it makes another one. The format is
 * described in {@code keyring.md}.
 */
public final class Keyring {
  public static final int MAX_BYTES = KeyringFormat.MAX_BYTES;
  public static final int MAX_SLOTS = KeyringFormat.MAX_SLOTS;
  public static final int MAX_PASSWORD_SLOTS = KeyringFormat.MAX_PASSWORD_SLOTS;
  public static final int MAX_EPOCH = KeyringFormat.MAX_EPOCH;

  private final KeyringFields fields;
  private final Blob bytes;

  private Keyring(KeyringFields fields, Blob bytes) {
    this.fields = fields;
    this.bytes = bytes;
  }

  /**
   * Makes the keyring of a new epoch.
   *
   * @param createdVersion the version that begins the epoch
   * @param previousEpochKey wrapped under the new key, so that who holds this epoch can read the
   *     ones before; without it older objects stay closed
   * @param requests one slot each, at least one
   * @throws WeakSecretException if a password is too weak for a ciphertext that everybody can have
   * @throws KeyDerivationMemoryException if a derivation does not fit this Java machine
   * @throws io.inft.failure.KeyServiceException if a key service does not wrap
   */
  public static Keyring create(
      Digest context,
      int epoch,
      long createdVersion,
      DataKey key,
      Optional<DataKey> previousEpochKey,
      List<SlotRequest> requests,
      SecureRandom random)
      throws InftException {
    if (epoch < 1 || epoch > MAX_EPOCH || createdVersion < 1) {
      throw new IllegalArgumentException("epochs and versions begin at 1");
    }
    if (epoch == 1 && previousEpochKey.isPresent()) {
      throw new IllegalArgumentException("no epoch comes before the first");
    }
    if (requests.isEmpty()) {
      throw new IllegalArgumentException("nobody could open a keyring without slots");
    }
    KeyringProof proof = new KeyringProof(key, context, epoch);
    Blob check = Blob.of(proof.check());
    Blob backLink =
        previousEpochKey.map(before -> Blob.of(proof.linkTo(before, random))).orElse(Blob.EMPTY);
    List<Slot> slots = new ArrayList<>();
    for (SlotRequest request : requests) {
      slots.add(newSlot(context, epoch, key, request, random));
    }
    return prove(new KeyringFields(context, epoch, createdVersion, check, backLink, slots), proof);
  }

  /**
   * Reads a keyring. Whether it is the one that the owner set is for the caller to check: its
   * {@link #hash} must be the registry's word.
   *
   * @throws io.inft.failure.NotOurObjectException it does not begin with our magic
   * @throws io.inft.failure.FormatTooNewException a later release made it
   * @throws io.inft.failure.SubstitutedObjectException it belongs to another database
   * @throws CorruptObjectException it breaks a rule of the format, or asks for a derivation that is
   *     out of bounds
   */
  public static Keyring parse(byte[] bytes, Digest expectedContext) throws InftException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptObjectException(
          KeyringFields.WHAT,
          0,
          "has " + bytes.length + " bytes, at most " + MAX_BYTES + " allowed");
    }
    ByteReader reader = new ByteReader(KeyringFields.WHAT, bytes);
    KeyringFields fields = KeyringFields.read(reader, bytes, expectedContext);
    reader.bytes("MAC", KeyringFormat.MAC_BYTES);
    reader.end();
    return new Keyring(fields, Blob.of(bytes));
  }

  public byte[] toBytes() {
    return bytes.toBytes();
  }

  /** SHA-256 of the bytes: the registry's keyring word. */
  public Digest hash() {
    return Digest.sha256(bytes.toBytes());
  }

  public Digest context() {
    return fields.context();
  }

  public int epoch() {
    return fields.epoch();
  }

  /** The version that began the epoch. */
  public long createdVersion() {
    return fields.createdVersion();
  }

  public List<SlotInfo> slots() {
    List<SlotInfo> infos = new ArrayList<>();
    for (int i = 0; i < fields.slots().size(); i++) {
      infos.add(fields.slots().get(i).info(i));
    }
    return List.copyOf(infos);
  }

  /**
   * Unwraps the data key. Slots of the secret's kind are tried in order; a password may take
   * seconds for each of them.
   *
   * @throws NoSlotException no slot is for this kind of secret
   * @throws WrongKeyException there are such slots, but none is this secret's
   * @throws CorruptObjectException the secret opened a slot, and the key in it shows that the
   *     keyring was altered
   * @throws KeyDerivationMemoryException a derivation does not fit this Java machine
   * @throws io.inft.failure.KeyServiceException the key service does not answer
   */
  public DataKey open(Secret secret) throws InftException {
    return unlock(secret).key();
  }

  /**
   * A keyring that was opened.
   *
   * @param slot index of the slot that gave the key
   */
  public record Unlocked(DataKey key, int slot) {}

  /** As {@link #open}, and tells which slot it was. */
  public Unlocked unlock(Secret secret) throws InftException {
    List<Slot> slots = fields.slots();
    if (slots.stream().noneMatch(slot -> slot.isFor(secret))) {
      throw new NoSlotException(
          epoch(),
          secret.describe(),
          fields.slots().stream()
              .map(slot -> slot.kind().word())
              .distinct()
              .collect(Collectors.joining(", ")));
    }
    SlotWrapping wrapping = new SlotWrapping(context(), epoch());
    Optional<KeyDerivationMemoryException> tooDear = Optional.empty();
    for (int i : cheapestFirst()) {
      if (slots.get(i).isFor(secret)) {
        try {
          Optional<DataKey> key = wrapping.unwrap(slots.get(i), secret);
          if (key.isPresent()) {
            requireUnaltered(key.get());
            return new Unlocked(key.get(), i);
          }
        } catch (KeyDerivationMemoryException e) {
          tooDear = Optional.of(e); // somebody else's slot must not stand before this one's
        }
      }
    }
    if (tooDear.isPresent()) {
      throw tooDear.get();
    }
    throw new WrongKeyException(
        "the keyring of key epoch " + epoch(),
        "check the "
            + secret.describe()
            + " and that it is this database's"
            + (epoch() > 1 ? "; the key was changed, the secret from before may be meant" : "")
            + ". 'inft keys list <id>' shows the ways in; a recovery key opens it too, and somebody"
            + " who can open it may add a way for you ('inft keys add <id>')");
  }

  /** Somebody else's dear slots must not make this one's wait. */
  private List<Integer> cheapestFirst() {
    return IntStream.range(0, fields.slots().size())
        .boxed()
        .sorted(Comparator.comparingLong(i -> fields.slots().get(i).cost()))
        .toList();
  }

  /**
   * Opens one slot and no other; empty if it is not this secret's.
   *
   * @param slot index as in {@link #slots}
   */
  public Optional<DataKey> unlock(int slot, Secret secret) throws InftException {
    return new SlotWrapping(context(), epoch()).unwrap(fields.slots().get(slot), secret);
  }

  /**
   * Stands for whoever opens a slot, where another slot for the same one can be made without a
   * secret, as for a wallet; it opens nothing itself.
   *
   * @param slot index as in {@link #slots}
   */
  public Optional<Secret> recipient(int slot) {
    Slot found = fields.slots().get(slot);
    return found.kind().again(found.body());
  }

  /**
   * Whether a slot is certainly the one of a secret that opens nothing itself ({@link
   * Secret#canOpen}).
   *
   * @param slot index as in {@link #slots}
   */
  public boolean isOf(int slot, Secret secret) {
    return !secret.canOpen() && fields.slots().get(slot).isFor(secret);
  }

  /**
   * Checks a data key that was kept from before against this keyring.
   *
   * @throws WrongKeyException it is not this keyring's key
   * @throws CorruptObjectException it is, and shows that the keyring was altered
   */
  public void verify(DataKey key) throws WrongKeyException, CorruptObjectException {
    if (!holds(key)) {
      throw new WrongKeyException(
          "the keyring of key epoch " + epoch(),
          "the data key is another one: open the keyring again");
    }
    requireUnaltered(key);
  }

  /**
   * The data key of the epoch before, or nothing if this keyring does not link to it.
   *
   * @param current the data key of this keyring
   * @throws WrongKeyException {@code current} is another key
   * @throws CorruptObjectException the keyring was altered
   */
  public Optional<DataKey> previous(DataKey current)
      throws WrongKeyException, CorruptObjectException {
    verify(current);
    if (!linksBack()) {
      return Optional.empty();
    }
    try {
      return Optional.of(proof(current).follow(fields.backLink().toBytes()));
    } catch (AEADBadTagException e) {
      throw new CorruptObjectException(
          KeyringFields.WHAT,
          KeyringFormat.BACK_LINK_LENGTH_OFFSET,
          "its back-link does not verify");
    }
  }

  /** Whether the epoch before can be opened from here. */
  public boolean linksBack() {
    return !fields.backLink().isEmpty();
  }

  /**
   * A keyring of the same data key with one slot more, at the end.
   *
   * @param key the data key of this keyring
   * @throws IllegalArgumentException if the keyring is full ({@link #MAX_SLOTS}, {@link
   *     #MAX_PASSWORD_SLOTS}, {@link #MAX_BYTES})
   * @throws WrongKeyException as for {@link #verify}, so that nothing altered is proved anew
   * @throws CorruptObjectException as for {@link #verify}
   * @throws WeakSecretException as for {@link #create}
   * @throws KeyDerivationMemoryException as for {@link #create}
   */
  public Keyring withSlot(DataKey key, SlotRequest request, SecureRandom random)
      throws InftException {
    verify(key);
    List<Slot> more = new ArrayList<>(fields.slots());
    more.add(newSlot(context(), epoch(), key, request, random));
    return prove(fields.withSlots(more), proof(key));
  }

  /**
   * A keyring of the same data key without one slot. Its holder may have kept the key: only a new
   * epoch takes the right to read away.
   *
   * @param key the data key of this keyring
   * @param index as in {@link #slots}
   * @throws IllegalArgumentException if there is no such slot, or no slot would be left that this
   *     release can open
   * @throws WrongKeyException as for {@link #verify}, so that nothing altered is proved anew
   * @throws CorruptObjectException as for {@link #verify}
   */
  public Keyring withoutSlot(DataKey key, int index)
      throws WrongKeyException, CorruptObjectException {
    verify(key);
    List<Slot> fewer = new ArrayList<>(fields.slots());
    if (index < 0 || index >= fewer.size()) {
      throw new IllegalArgumentException("there is no slot " + index);
    }
    if (isLast(index)) {
      throw new IllegalArgumentException("slot " + index + " is the last that can be opened");
    }
    fewer.remove(index);
    return prove(fields.withSlots(fewer), proof(key));
  }

  /** Whether no slot would be left that this release can open if this one went. */
  public boolean isLast(int index) {
    for (int i = 0; i < fields.slots().size(); i++) {
      if (i != index && fields.slots().get(i).kind().isKnown()) {
        return false;
      }
    }
    return true;
  }

  private static Slot newSlot(
      Digest context, int epoch, DataKey key, SlotRequest request, SecureRandom random)
      throws InftException {
    request.requireStrong();
    return new SlotWrapping(context, epoch).wrap(request, key, random);
  }

  private static Keyring prove(KeyringFields fields, KeyringProof proof) {
    if (fields.slots().size() > MAX_SLOTS || fields.costlySlots() > MAX_PASSWORD_SLOTS) {
      throw new IllegalArgumentException(
          "a keyring has at most "
              + MAX_SLOTS
              + " slots, "
              + MAX_PASSWORD_SLOTS
              + " of them for passwords");
    }
    byte[] written = fields.toBytes();
    byte[] mac = proof.mac(written, written.length);
    Blob bytes = Blob.of(new ByteWriter(written.length + 32).bytes(written).bytes(mac).toBytes());
    if (bytes.sizeBytes() > MAX_BYTES) {
      throw new IllegalArgumentException("a keyring has at most " + MAX_BYTES + " bytes");
    }
    return new Keyring(fields, bytes);
  }

  private KeyringProof proof(DataKey key) {
    return new KeyringProof(key, context(), epoch());
  }

  private boolean holds(DataKey key) {
    return proof(key).hasCheck(fields.check().toBytes());
  }

  private void requireUnaltered(DataKey key) throws CorruptObjectException {
    if (!holds(key)) {
      throw new CorruptObjectException(
          KeyringFields.WHAT,
          KeyringFormat.CHECK_OFFSET,
          "the key in its slot is not the one it vouches for");
    }
    byte[] all = bytes.toBytes();
    int covered = all.length - KeyringFormat.MAC_BYTES;
    byte[] mac = proof(key).mac(all, covered);
    if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(all, covered, all.length))) {
      throw new CorruptObjectException(
          KeyringFields.WHAT, covered, "its MAC does not verify: it was altered");
    }
  }

  /** For logs: epoch and slots, no secrets. */
  @Override
  public String toString() {
    return "Keyring[epoch " + epoch() + ", " + slots() + "]";
  }
}
