package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.RegistryContract;
import io.inft.registry.TestClock;
import java.time.Duration;
import java.time.Instant;

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
}
