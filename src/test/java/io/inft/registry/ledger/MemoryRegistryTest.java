package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.failure.ObjectMissingException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.RegistryContract;
import io.inft.registry.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The ledger in memory passes the registry's contract. */
class MemoryRegistryTest extends RegistryContract {
  private final TestClock clock = new TestClock();
  private final MemoryRegistry registry = new MemoryRegistry(clock);
  private int tokens;

  private static Address account(int number) {
    return Address.parse("00".repeat(19) + "1" + number);
  }

  @Override
  protected Registry as(int number) {
    return registry.as(account(number));
  }

  @Override
  protected Registry readOnly() {
    return registry.readOnly();
  }

  @Override
  protected Instant now() {
    return clock.instant();
  }

  @Override
  protected void advance(Duration time) {
    clock.advance(time);
  }

  @Override
  protected void mine(int blocks) throws Exception {
    registry.as(account(3)).mine(blocks);
  }

  @Override
  protected DatabaseId token(Address owner) throws Exception {
    DatabaseId token =
        DatabaseId.parse(
            "eip155:" + Ledger.CHAIN_ID + "/erc721:0x" + "ab".repeat(20) + "/" + ++tokens);
    moveToken(token, owner);
    return token;
  }

  @Override
  protected void moveToken(DatabaseId token, Address to) throws Exception {
    registry.as(account(3)).setTokenOwner(token, to);
  }

  @Test
  void anObjectThatWasDroppedIsMissingAndSaysWhereItWas() throws Exception {
    DatabaseId id = DatabaseId.parse("inft_12345");
    Registry owner = as(0);
    owner.register(id);
    owner.rotateAndAnchor(id, first("one"));
    byte[] object = object(40);
    Anchored anchored = owner.anchorInline(id, after(first("one"), "two", object), Blob.of(object));

    registry.dropObjects();

    assertThatThrownBy(() -> owner.object(id, anchored))
        .isInstanceOf(ObjectMissingException.class)
        .hasMessageContaining("block " + anchored.block().number())
        .hasMessageContaining("archive node");
    assertThat(owner.anchor(id, after(anchored.anchor(), "three")).version()).isEqualTo(3);
  }
}
