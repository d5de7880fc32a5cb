package io.inft.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.Control.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OfferTest {
  private static final Address SELLER = Address.parse("aa".repeat(20));
  private static final Address BUYER = Address.parse("bb".repeat(20));
  private static final Instant UNTIL = Instant.ofEpochSecond(2_000_000_000);

  private final List<Control> controls = new ArrayList<>();

  private Offer after(int code, byte[] data) {
    int sequence = controls.size() + 1;
    controls.add(
        new Control(
            sequence,
            code,
            SELLER,
            Blob.of(data),
            Digest.ZERO,
            new Block(sequence, Digest.ZERO, 1000 + sequence)));
    return Offer.of(controls);
  }

  private Offer after(Operation operation, byte[] data) {
    return after(operation.code(), data);
  }

  private static byte[] word(Address address) {
    return new ByteWriter(32).bytes(new byte[12]).bytes(address.toBytes()).toBytes();
  }

  private static byte[] word(long number) {
    return new ByteWriter(32).bytes(new byte[24]).u64(number).toBytes();
  }

  @Test
  void followsAnOfferToItsEnd() {
    assertThat(Offer.of(controls)).isEqualTo(after(Operation.GRANT, word(BUYER)));
    assertThat(after(Operation.PROPOSE_OWNER, word(BUYER)).to()).contains(BUYER);
    assertThat(after(Operation.CANCEL_PROPOSAL, new byte[0]).to()).isEmpty();
    after(Operation.PROPOSE_OWNER, word(BUYER));
    Offer locked = after(Operation.LOCK_UNTIL, word(UNTIL.getEpochSecond()));
    assertThat(locked.lockedUntil()).contains(UNTIL);
    assertThat(locked.isLocked(UNTIL.minusSeconds(1))).isTrue();
    assertThat(locked.isLocked(UNTIL)).isFalse();
    assertThat(after(77, word(SELLER))).as("of a later release").isEqualTo(locked);

    Offer accepted = after(Operation.ACCEPT_OWNER, word(BUYER));

    assertThat(accepted)
        .isEqualTo(
            new Offer(
                Optional.empty(), Optional.empty(), 7, Optional.of(Instant.ofEpochSecond(1007))));
    assertThat(after(Operation.KEYRING, new byte[64])).isEqualTo(accepted);
    assertThat(after(Operation.OWNER_OBSERVED, word(SELLER)).ownedAt()).isEqualTo(9);
  }
}
