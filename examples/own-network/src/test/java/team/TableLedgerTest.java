package team;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.RegistryContract;
import io.inft.registry.TestClock;
import io.inft.registry.ledger.LedgerRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The ledger in a table passes the contract of every registry. */
class TableLedgerTest extends RegistryContract {
  @TempDir Path folder;

  private final TestClock clock = new TestClock();
  private int tokens;

  private LedgerRegistry open(Optional<SigningKey> account) throws Exception {
    Tables tables = new Tables("jdbc:sqlite:" + folder.resolve("team.db"));
    tables.createForLedger();
    return LedgerRegistry.open(new TableLedger(tables), account, clock);
  }

  @Override
  protected Registry as(int number) throws Exception {
    return open(Optional.of(SigningKey.parse("0" + (number + 1) + "22".repeat(31))));
  }

  @Override
  protected Registry readOnly() throws Exception {
    return open(Optional.empty());
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
    open(Optional.of(SigningKey.parse("77".repeat(32)))).mine(blocks);
  }

  @Override
  protected DatabaseId token(Address owner) throws Exception {
    DatabaseId token =
        DatabaseId.parse(
            "eip155:" + readOnly().chainId() + "/erc721:0x" + "ab".repeat(20) + "/" + ++tokens);
    moveToken(token, owner);
    return token;
  }

  @Override
  protected void moveToken(DatabaseId token, Address to) throws Exception {
    open(Optional.of(SigningKey.parse("77".repeat(32)))).setTokenOwner(token, to);
  }
}
