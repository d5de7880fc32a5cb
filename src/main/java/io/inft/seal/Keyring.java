package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WrongKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

  private static final String WHAT = "keyring";

  private final Digest context;
  private final int epoch;
  private final long createdVersion;
  private final Blob check;
  private final Blob backLink;
  private final List<Slot> slots;
  private final Blob bytes;

  private Keyring(
      Digest context,
      int epoch,
      long createdVersion,
      Blob check,
      Blob backLink,
      List<Slot> slots,
      Blob bytes) {
    this.context = context;
    this.epoch = epoch;
    this.createdVersion = createdVersion;
    this.check = check;
    this.backLink = backLink;
    this.slots = slots;
    this.bytes = bytes;
  }

  /**
   * Makes the keyring of a new epoch.
   *
   * @param createdVersion the version that begins the epoch
   * @param previousEpochKey wrapped under the new key, so that who holds this epoch can read the
   *     ones before; without it older objects stay closed
   * @param requests one slot each, at least one
   * @throws WeakSecretException if a password is too short for a ciphertext that everybody can have
   * @throws KeyDerivationMemoryException if a derivation does not fit this Java machine
   */
  public static Keyring create(
      Digest context,
      int epoch,
      long createdVersion,
      DataKey key,
      Optional<DataKey> previousEpochKey,
      List<SlotRequest> requests,
      SecureRandom random)
      throws WeakSecretException, KeyDerivationMemoryException {
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
    List<Slot> slots = new ArrayList<>();
    for (SlotRequest request : requests) {
      slots.add(newSlot(context, epoch, key, request, random));
    }
    Blob backLink = previousEpochKey.map(p -> Blob.of(proof.linkTo(p, random))).orElse(Blob.EMPTY);
    return assemble(context, epoch, createdVersion, Blob.of(proof.check()), backLink, slots, proof);
  }

  /**
   * Reads a keyring. Whether it is the one that the owner set is for the caller to check: its
   * {@link #hash} must be the registry's word.
   *
   * @throws NotOurObjectException it does not begin with our magic
   * @throws FormatTooNewException a later release made it
   * @throws SubstitutedObjectException it belongs to another database
   * @throws CorruptObjectException it breaks a rule of the format, or asks for a derivation that is
   *     out of bounds
   */
  public static Keyring parse(byte[] bytes, Digest expectedContext) throws InftException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptObjectException(
          WHAT, 0, "has " + bytes.length + " bytes, at most " + MAX_BYTES + " allowed");
    }
    byte[] magic = KeyringFormat.MAGIC.toBytes();
    int comparable = Math.min(magic.length, bytes.length);
    if (!Arrays.equals(bytes, 0, comparable, magic, 0, comparable)) {
      throw new NotOurObjectException(
          "a keyring", "0x" + HexFormat.of().formatHex(bytes, 0, comparable));
    }
    ByteReader reader = new ByteReader(WHAT, bytes);
    reader.bytes("magic", magic.length);
    int format = reader.u8("format");
    if (format > KeyringFormat.FORMAT) {
      throw new FormatTooNewException(WHAT, format, KeyringFormat.FORMAT);
    }
    if (format < KeyringFormat.FORMAT) {
      throw reader.corrupt("format " + format + " never existed");
    }
    Digest context = reader.digest("context");
    if (!context.equals(expectedContext)) {
      throw new SubstitutedObjectException(
          "the keyring", "one for context " + expectedContext, "one for context " + context);
    }
    return parseBody(bytes, reader, context);
  }

  private static Keyring parseBody(byte[] bytes, ByteReader reader, Digest context)
      throws CorruptObjectException {
    int epoch = reader.u32("epoch", MAX_EPOCH);
    long createdVersion = reader.u64("created version");
    if (epoch < 1 || createdVersion < 1) {
      throw reader.corrupt(
          "epoch " + epoch + " of version " + createdVersion + ": both begin at 1");
    }
    Blob check = Blob.of(reader.bytes("check", KeyringFormat.CHECK_BYTES));
    int linkBytes = reader.u8("back-link length");
    if (linkBytes != 0 && (linkBytes != KeyringFormat.BACK_LINK_BYTES || epoch == 1)) {
      throw reader.corrupt("a back-link of " + linkBytes + " bytes in epoch " + epoch);
    }
    Blob backLink = Blob.of(reader.bytes("back-link", linkBytes));
    int count = reader.u8("slot count");
    if (count < 1 || count > MAX_SLOTS) {
      throw reader.corrupt(count + " slots, 1 to " + MAX_SLOTS + " allowed");
    }
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(Slot.read(reader));
    }
    if (slots.stream().filter(Slot::isPassword).count() > MAX_PASSWORD_SLOTS) {
      throw reader.corrupt("more than " + MAX_PASSWORD_SLOTS + " password slots");
    }
    reader.bytes("mac", KeyringFormat.MAC_BYTES);
    reader.end();
    return new Keyring(
        context, epoch, createdVersion, check, backLink, List.copyOf(slots), Blob.of(bytes));
  }

  public byte[] toBytes() {
    return bytes.toBytes();
  }

  /** SHA-256 of the bytes: the registry's keyring word. */
  public Digest hash() {
    return Digest.sha256(bytes.toBytes());
  }

  public Digest context() {
    return context;
  }

  public int epoch() {
    return epoch;
  }

  /** The version that began the epoch. */
  public long createdVersion() {
    return createdVersion;
  }

  public List<SlotInfo> slots() {
    List<SlotInfo> infos = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      infos.add(slots.get(i).info(i));
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
   */
  public DataKey open(Secret secret)
      throws WrongKeyException,
          NoSlotException,
          CorruptObjectException,
          KeyDerivationMemoryException {
    SlotWrapping wrapping = new SlotWrapping(context, epoch);
    boolean any = false;
    for (Slot slot : slots) {
      if (secret instanceof PasswordSecret ? slot.isPassword() : slot.isRawKey()) {
        any = true;
        Optional<DataKey> key = wrapping.unwrap(slot, secret);
        if (key.isPresent()) {
          requireProof(key.get());
          return key.get();
        }
      }
    }
    if (!any) {
      throw new NoSlotException(
          epoch,
          secret.describe(),
          slots.stream().map(Slot::typeName).distinct().collect(Collectors.joining(", ")));
    }
    throw new WrongKeyException(
        "the keyring of key epoch " + epoch,
        "check the " + secret.describe() + ", or ask the owner for a slot");
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
          "the keyring of key epoch " + epoch,
          "the data key is another one: open the keyring again");
    }
    requireProof(key);
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
    if (backLink.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new KeyringProof(current, context, epoch).follow(backLink.toBytes()));
    } catch (javax.crypto.AEADBadTagException e) {
      throw new CorruptObjectException(
          WHAT, KeyringFormat.BACK_LINK_LENGTH_OFFSET, "its back-link does not verify");
    }
  }

  /** Whether the epoch before can be opened from here. */
  public boolean linksBack() {
    return !backLink.isEmpty();
  }

  /**
   * The same key with one slot more, at the end.
   *
   * @param key the data key of this keyring
   * @throws IllegalArgumentException if {@code key} is another one, or the keyring is full ({@link
   *     #MAX_SLOTS}, {@link #MAX_PASSWORD_SLOTS})
   */
  public Keyring withSlot(DataKey key, SlotRequest request, SecureRandom random)
      throws WeakSecretException, KeyDerivationMemoryException {
    requireOwn(key);
    List<Slot> more = new ArrayList<>(slots);
    more.add(newSlot(context, epoch, key, request, random));
    return withSlots(key, more);
  }

  /**
   * The same key without one slot. Who had that slot may have kept the key: only a new epoch takes
   * the right to read away.
   *
   * @param key the data key of this keyring
   * @throws IllegalArgumentException if {@code key} is another one, there is no such slot, or no
   *     slot would be left that this release can open
   */
  public Keyring withoutSlot(DataKey key, int index) {
    requireOwn(key);
    List<Slot> fewer = new ArrayList<>(slots);
    if (index < 0 || index >= fewer.size()) {
      throw new IllegalArgumentException("there is no slot " + index);
    }
    fewer.remove(index);
    if (fewer.stream().noneMatch(Slot::isOpenable)) {
      throw new IllegalArgumentException("slot " + index + " is the last that can be opened");
    }
    return withSlots(key, fewer);
  }

  private Keyring withSlots(DataKey key, List<Slot> changed) {
    KeyringProof proof = new KeyringProof(key, context, epoch);
    return assemble(context, epoch, createdVersion, check, backLink, changed, proof);
  }

  private static Slot newSlot(
      Digest context, int epoch, DataKey key, SlotRequest request, SecureRandom random)
      throws WeakSecretException, KeyDerivationMemoryException {
    if (request instanceof SlotRequest.Password password) {
      ((PasswordSecret) password.secret()).requireStrong();
    }
    return new SlotWrapping(context, epoch).wrap(request, key, random);
  }

  private static Keyring assemble(
      Digest context,
      int epoch,
      long createdVersion,
      Blob check,
      Blob backLink,
      List<Slot> slots,
      KeyringProof proof) {
    if (slots.size() > MAX_SLOTS
        || slots.stream().filter(Slot::isPassword).count() > MAX_PASSWORD_SLOTS) {
      throw new IllegalArgumentException(
          "a keyring has at most "
              + MAX_SLOTS
              + " slots, "
              + MAX_PASSWORD_SLOTS
              + " of them for passwords");
    }
    ByteWriter writer =
        new ByteWriter(256)
            .bytes(KeyringFormat.MAGIC.toBytes())
            .u8(KeyringFormat.FORMAT)
            .digest(context)
            .u32(epoch)
            .u64(createdVersion)
            .bytes(check.toBytes())
            .u8(backLink.sizeBytes())
            .bytes(backLink.toBytes())
            .u8(slots.size());
    for (Slot slot : slots) {
      slot.write(writer);
    }
    byte[] signed = writer.toBytes();
    Blob bytes = Blob.of(writer.bytes(proof.mac(signed, signed.length)).toBytes());
    if (bytes.sizeBytes() > MAX_BYTES) {
      throw new IllegalArgumentException("a keyring has at most " + MAX_BYTES + " bytes");
    }
    return new Keyring(context, epoch, createdVersion, check, backLink, List.copyOf(slots), bytes);
  }

  private boolean holds(DataKey key) {
    return new KeyringProof(key, context, epoch).hasCheck(check.toBytes());
  }

  private void requireOwn(DataKey key) {
    if (!holds(key)) {
      throw new IllegalArgumentException("the data key is not this keyring's");
    }
  }

  private void requireProof(DataKey key) throws CorruptObjectException {
    if (!holds(key)) {
      throw new CorruptObjectException(
          WHAT, KeyringFormat.CHECK_OFFSET, "the key in its slot is not the one it vouches for");
    }
    byte[] all = bytes.toBytes();
    int signed = all.length - KeyringFormat.MAC_BYTES;
    byte[] mac = new KeyringProof(key, context, epoch).mac(all, signed);
    if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(all, signed, all.length))) {
      throw new CorruptObjectException(WHAT, signed, "its MAC does not verify: it was altered");
    }
  }

  /** For logs: epoch and slots, no secrets. */
  @Override
  public String toString() {
    return "Keyring[epoch " + epoch + ", " + slots() + "]";
  }
}
