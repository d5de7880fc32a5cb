package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.Block;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registry over any {@link LedgerLog}, with the contract's rules: state is what comes out when
 * the entries are replayed in order. Nothing is locked; who loses the race for the next number
 * replays the winner's entry and judges its request again. Safe for use by many threads.
 *
 * <p>Whoever can write to the log can stop the registry, but cannot change what it says: an entry
 * is signed, bound by hash to the one before it, and judged by the contract's rules. Each account
 * leaves a signed note of the last entry whose signatures it has checked, so that opening does not
 * check all of them again; only the account itself believes its note.
 */
public class LedgerRegistry extends ReplayedRegistry {
  private static final byte[] NOTE_DOMAIN = "inft/v1/seen".getBytes(StandardCharsets.US_ASCII);
  private static final int NOTE_INTERVAL = 64;

  private final LedgerLog log;
  private final Optional<SigningKey> key;
  private final Clock clock;

  // Mutable state, guarded by this.
  private @Nullable Ledger ledger;
  private long noted;

  LedgerRegistry(LedgerLog log, Optional<SigningKey> key, Clock clock) {
    this.log = log;
    this.key = key;
    this.clock = clock;
  }

  /**
   * Opens the registry whose entries a log keeps.
   *
   * @param account signs what is recorded; without it the registry is read-only
   * @throws CorruptObjectException an entry is damaged, forged, foreign or missing
   * @throws io.inft.failure.RegistryUnavailableException the log cannot be asked
   */
  public static LedgerRegistry open(LedgerLog log, Optional<SigningKey> account, Clock clock)
      throws InftException {
    LedgerRegistry registry = new LedgerRegistry(log, account, clock);
    registry.begin();
    return registry;
  }

  final synchronized void begin() throws InftException {
    refresh();
  }

  @Override
  public Optional<Address> account() {
    return key.map(SigningKey::address);
  }

  @Override
  public String describe() {
    return log.describe();
  }

  @Override
  synchronized List<AnchorOutcome> submit(Address actor, Action action, List<Blob> objects)
      throws InftException {
    while (true) {
      Ledger current = refresh();
      note(current);
      Action.Turn turn = current.turn(actor, clock.instant().getEpochSecond());
      Action.Change change = action.plan(turn);
      for (Blob object : objects) {
        keep(object);
      }
      byte[] entry = LedgerEntry.signed(turn, current.tip().hash(), action, key.orElseThrow());
      if (log.append(turn.number(), entry)) {
        return current.commit(turn, change, Digest.keccak256(entry));
      }
    }
  }

  /** Something else may have lain under its name, put there by whoever can write to the log. */
  private void keep(Blob object) throws InftException {
    Digest checksum = Digest.sha256(object.toBytes());
    log.writeObject(checksum, object.toBytes());
    if (kept(checksum).isEmpty()) {
      throw new CorruptObjectException(
          "object " + checksum + " of " + log.describe(), 0, "is gone as soon as it was kept");
    }
  }

  /** Nothing is ever forgotten here. */
  @Override
  public Duration inlineMaxAge() {
    return Duration.ofDays(1);
  }

  @Override
  public int maxInlineBytes() {
    return log.keepsObjects() ? AnchorRequest.MAX_OBJECT_BYTES : 0;
  }

  @Override
  Optional<Blob> kept(Digest checksum) throws InftException {
    Optional<byte[]> bytes = log.readObject(checksum);
    if (bytes.isPresent() && !Digest.sha256(bytes.get()).equals(checksum)) {
      throw new CorruptObjectException(
          "object " + checksum + " of " + log.describe(), 0, "is not what was kept");
    }
    return bytes.map(Blob::of);
  }

  @Override
  synchronized <T> T read(Reading<T> reading) throws InftException {
    Ledger current = refresh();
    long now = clock.instant().getEpochSecond();
    return reading.from(current, Math.max(now, current.tip().timeSeconds()));
  }

  /** Brings the ledger up to date; one that fails its replay is not kept. */
  private Ledger refresh() throws InftException {
    Ledger known = ledger;
    if (known == null) {
      Ledger fresh = new Ledger(describe());
      replay(fresh, readNote());
      requireNoGap(fresh);
      ledger = fresh;
      return fresh;
    }
    requireTip(known);
    replay(known, null);
    return known;
  }

  private void replay(Ledger into, @Nullable Block seen) throws InftException {
    while (true) {
      long sequence = into.tip().number() + 1;
      Optional<byte[]> bytes = log.read(sequence);
      if (bytes.isEmpty()) {
        break;
      }
      boolean checked = seen != null && sequence <= seen.number();
      take(into, sequence, bytes.get(), checked);
      if (seen != null && sequence == seen.number() && !into.tip().hash().equals(seen.hash())) {
        throw new CorruptObjectException(
            log.name(sequence), 0, "is not the entry that this account has seen here");
      }
    }
    if (seen != null && into.tip().number() < seen.number()) {
      throw new CorruptObjectException(
          log.name(into.tip().number() + 1),
          0,
          "is missing; this account has seen entries up to " + seen.number());
    }
  }

  private void take(Ledger into, long sequence, byte[] bytes, boolean signatureChecked)
      throws InftException {
    String name = log.name(sequence);
    LedgerEntry entry = LedgerEntry.read(name, bytes);
    if (entry.sequence() != sequence) {
      throw new CorruptObjectException(name, 0, "is entry " + entry.sequence());
    }
    if (!entry.previous().equals(into.tip().hash())) {
      throw new CorruptObjectException(
          name, 0, "does not follow the entry before it: one of them was exchanged");
    }
    if (entry.timeSeconds() < into.tip().timeSeconds()) {
      throw new CorruptObjectException(name, 0, "is older than the entry before it");
    }
    if (!signatureChecked) {
      LedgerEntry.requireSignature(name, bytes, entry.actor());
    }
    Action.Turn turn = into.turn(entry.actor(), entry.timeSeconds());
    Action.Change change;
    try {
      change = entry.action().plan(turn);
    } catch (InftException refused) {
      throw new CorruptObjectException(
          name, 0, "breaks the registry's rules: " + refused.getMessage());
    }
    into.commit(turn, change, entry.hash());
  }

  /** A hole would be filled by the next writer and everything behind it lost. */
  private void requireNoGap(Ledger current) throws InftException {
    long tip = current.tip().number();
    long newest = log.newest(tip);
    if (newest > tip && log.read(tip + 1).isEmpty()) {
      throw new CorruptObjectException(
          log.name(tip + 1), 0, "is missing, though there is entry " + newest);
    }
  }

  /** The entry read last must still be there, or somebody went back in time beneath us. */
  private void requireTip(Ledger current) throws InftException {
    Block tip = current.tip();
    if (tip.number() == 0) {
      return;
    }
    Optional<byte[]> bytes = log.read(tip.number());
    if (bytes.isEmpty() || !Digest.keccak256(bytes.get()).equals(tip.hash())) {
      throw new CorruptObjectException(
          log.name(tip.number()), 0, "was removed or exchanged while it was in use");
    }
  }

  // The note of what this account has checked.

  private @Nullable Block readNote() throws InftException {
    if (key.isEmpty()) {
      return null;
    }
    Optional<byte[]> bytes = log.readNote(key.get().address());
    if (bytes.isEmpty()) {
      return null;
    }
    ByteReader in =
        new ByteReader("note of " + key.get().address() + " in " + log.describe(), bytes.get());
    long sequence = in.u64("sequence");
    Digest hash = in.digest("hash");
    byte[] signature = in.bytes("signature", SigningKey.SIGNATURE_BYTES);
    in.end();
    Address signer = SigningKey.recover(noteHash(sequence, hash), signature);
    if (!signer.equals(key.get().address())) {
      throw in.corrupt("forged: it was signed by " + signer);
    }
    noted = sequence;
    return new Block(sequence, hash, 0);
  }

  private void note(Ledger current) throws InftException {
    requireNoGap(current);
    Block tip = current.tip();
    if (tip.number() < noted + NOTE_INTERVAL) {
      return;
    }
    SigningKey signer = key.orElseThrow();
    byte[] signature = signer.sign(noteHash(tip.number(), tip.hash()));
    log.writeNote(
        signer.address(),
        new ByteWriter(128).u64(tip.number()).digest(tip.hash()).bytes(signature).toBytes());
    noted = tip.number();
  }

  private static Digest noteHash(long sequence, Digest hash) {
    return Digest.keccak256(NOTE_DOMAIN, new ByteWriter(64).u64(sequence).digest(hash).toBytes());
  }

  @Override
  public void close() {
    // Nothing is held between calls.
  }
}
