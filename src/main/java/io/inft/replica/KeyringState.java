package io.inft.replica;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.seal.SlotInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Who can open the newest version, as everybody can see it.
 *
 * @param version the newest version
 * @param epoch the key epoch, from 1
 * @param sinceVersion the version that began the epoch
 * @param since when that version was anchored
 * @param slots one for each way in
 * @param linksBack whether the epoch before can be opened from here
 * @param hash what the registry names the keyring by
 */
public record KeyringState(
    long version,
    int epoch,
    long sinceVersion,
    Instant since,
    List<SlotInfo> slots,
    boolean linksBack,
    Digest hash) {
  /** After a quarter a new epoch is advised. */
  public static final Duration ROTATE_AFTER = Duration.ofDays(90);

  public KeyringState {
    slots = List.copyOf(slots);
  }

  /** Whether an account's key opens it. */
  public boolean hasWallet(Address account) {
    return slots.stream().anyMatch(slot -> slot.isWalletOf(account));
  }

  /** How long the data key has been in use. */
  public Duration age(Instant now) {
    return Duration.between(since, now);
  }

  /** Whether it has been in use for more than {@link #ROTATE_AFTER}. */
  public boolean isOld(Instant now) {
    return age(now).compareTo(ROTATE_AFTER) > 0;
  }
}
