package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doors of the twins do not let through, because they wait for blocks by themselves. */
class LedgerTest {
  private static final Address SELLER = Address.parse("00".repeat(19) + "01");
  private static final Address BUYER = Address.parse("00".repeat(19) + "02");
  private static final Address THIEF = Address.parse("00".repeat(19) + "03");
  private static final long TIME = 1_767_225_600L;

  private final Ledger ledger = new Ledger("ledger of the test");
  private DatabaseId token;

  @BeforeEach
  void registerAToken() throws Exception {
    token = DatabaseId.parse("eip155:" + Ledger.CHAIN_ID + "/erc721:0x" + "ab".repeat(20) + "/1");
    happen(SELLER, new Action.Register(token));
  }

  private List<Registry.AnchorOutcome> happen(Address actor, Action action) throws InftException {
    Action.Turn turn = ledger.turn(actor, TIME);
    Action.Change change = action.plan(turn);
    byte[] entry = LedgerEntry.unsigned(turn, ledger.tip().hash(), action);
    return ledger.commit(turn, change, Digest.keccak256(entry));
  }

  private void observeTwice() throws InftException {
    happen(THIEF, new Action.ObserveOwner(token));
    happen(THIEF, new Action.EmptyBlock());
    happen(THIEF, new Action.ObserveOwner(token));
  }

  private boolean isOwner(Address account) throws InftException {
    return ledger.record(token).rights(account, TIME).owner();
  }

  @Test
  void registeringIsTheFirstOfTwoObservations() throws Exception {
    assertThat(isOwner(SELLER)).isFalse();
    assertThatThrownBy(() -> happen(THIEF, new Action.ObserveOwner(token)))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("not before block 3");

    happen(THIEF, new Action.EmptyBlock());
    happen(THIEF, new Action.ObserveOwner(token));

    assertThat(isOwner(SELLER)).isTrue();
  }

  @Test
  void aBorrowerWhoIsThereForOneBlockNeverStarts() throws Exception {
    happen(SELLER, new Action.EmptyBlock());
    happen(SELLER, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, THIEF));
    happen(THIEF, new Action.ObserveOwner(token));
    assertThatThrownBy(() -> happen(THIEF, new Action.ObserveOwner(token)))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> happen(THIEF, new Action.RevokeAll(token)))
        .isInstanceOf(RegistryRefusedException.class);
    happen(THIEF, new Action.SetTokenOwner(token, SELLER));

    assertThat(isOwner(SELLER)).isTrue();
    assertThat(isOwner(THIEF)).isFalse();
  }

  @Test
  void aCandidateThatSomebodySawLeaveBeginsAnew() throws Exception {
    happen(SELLER, new Action.EmptyBlock());
    happen(SELLER, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, THIEF));
    happen(THIEF, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, SELLER));
    happen(BUYER, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, THIEF));
    happen(THIEF, new Action.ObserveOwner(token));

    assertThat(isOwner(THIEF)).isFalse();
  }

  @Test
  void anotherCandidateTakesThePlaceOfTheFirst() throws Exception {
    happen(BUYER, new Action.SetTokenOwner(token, BUYER));
    happen(BUYER, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, THIEF));
    happen(THIEF, new Action.ObserveOwner(token));
    happen(THIEF, new Action.SetTokenOwner(token, BUYER));
    happen(BUYER, new Action.ObserveOwner(token));
    assertThat(isOwner(BUYER)).isFalse();

    happen(BUYER, new Action.EmptyBlock());
    happen(BUYER, new Action.ObserveOwner(token));
    assertThat(isOwner(BUYER)).isTrue();
  }

  @Test
  void grantsOfAnOwnerWhoWasReplacedDoNotComeBackWithHim() throws Exception {
    happen(SELLER, new Action.EmptyBlock());
    happen(SELLER, new Action.ObserveOwner(token));
    happen(SELLER, new Action.Grant(token, THIEF, Rights.WRITER, TIME + 1000, 0));
    assertThat(ledger.record(token).rights(THIEF, TIME).writer()).isTrue();
    happen(SELLER, new Action.SetTokenOwner(token, BUYER));
    observeTwice();
    happen(BUYER, new Action.SetTokenOwner(token, SELLER));
    observeTwice();

    assertThat(isOwner(SELLER)).isTrue();
    assertThat(ledger.record(token).rights(THIEF, TIME).writer()).isFalse();
  }

  @Test
  void aRefusedActionLeavesNoTrace() throws Exception {
    Block tip = ledger.tip();
    Head head = ledger.record(token).head(tip);

    assertThatThrownBy(() -> happen(THIEF, new Action.Freeze(token, true)))
        .isInstanceOf(InftException.class);

    assertThat(ledger.tip()).isEqualTo(tip);
    assertThat(ledger.record(token).head(tip)).isEqualTo(head);
  }
}
