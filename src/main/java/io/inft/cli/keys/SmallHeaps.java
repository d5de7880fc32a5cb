package io.inft.cli.keys;

import io.inft.seal.SlotRequest;
import java.util.List;

/** New passwords that a small Java machine could not open anything with. */
final class SmallHeaps {
  /** What a Java machine has on a host of 1 GiB unless it is told otherwise. */
  private static final long SMALL_BYTES = 256L << 20;

  private SmallHeaps() {}

  /** A sentence for each slot whose derivation does not fit. */
  static List<String> lockedOut(List<SlotRequest> slots) {
    return slots.stream()
        .filter(slot -> slot.secret().isDerived())
        .filter(slot -> slot.derivation().memoryBytes() > SMALL_BYTES - SMALL_BYTES / 8)
        .map(
            slot ->
                "The new password takes "
                    + (slot.derivation().memoryBytes() >> 20)
                    + " MiB of memory to open ("
                    + slot.derivation()
                    + "): a Java machine of 256 MiB cannot, which is what a host of 1 GiB has;"
                    + " -P kdf=pbkdf2-sha256:i=600000 takes none.")
        .toList();
  }
}
