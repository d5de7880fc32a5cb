package io.inft.cli.watch;

import io.inft.bytes.Address;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody who watches expects.
 *
 * @param writers who may publish; empty for everybody who had published, or could, before
 * @param owner who owns it; empty for whoever did when the watch began
 * @param maxLag how long a commit of this machine may wait
 * @param paidFor how long storage must be paid at least
 */
record Expected(Set<Address> writers, Optional<Address> owner, Duration maxLag, Duration paidFor) {
  Expected {
    writers = Set.copyOf(writers);
  }
}
