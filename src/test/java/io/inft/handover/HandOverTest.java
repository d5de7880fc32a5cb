package io.inft.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.PublicKey;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.WrongKeyException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;
import io.inft.registry.TestClock;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandOverTest {
  private static final String TOKEN =
      "eip155:452395009/erc721:0x00000000000000000000000000000000000000aa/7";

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private DatabaseId id;
  private Party seller;
  private Party buyer;
  private Party other;

  @BeforeEach
  void meet() throws Exception {
    id = DatabaseId.parse("agent-1");
    seller = Party.of(folder, "seller", 1, clock);
    buyer = Party.of(folder, "buyer", 2, clock);
    other = Party.of(folder, "other", 3, clock);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private void begin() throws Exception {
    try (World.Desk desk = seller.open(id)) {
      desk.run("CREATE TABLE memory(text)");
      desk.run("INSERT INTO memory VALUES ('the seller knows this')");
      desk.session.sync(RotationTest.PATIENCE);
    }
    Engines.endIdle();
  }

  private void write(Party party) throws Exception {
    try (World.Desk desk = party.open(id)) {
      desk.run("INSERT INTO memory VALUES ('of " + party.name() + "')");
      desk.session.sync(RotationTest.PATIENCE);
    }
    Engines.endIdle();
  }

  /** The newest version, which he needs no right to read. */
  private void isClosedTo(Party party) throws Exception {
    long newest = buyer.registry().head(id).version();
    assertThatThrownBy(() -> rows(party, newest))
        .isInstanceOfAny(NoSlotException.class, WrongKeyException.class);
    Engines.endIdle();
  }

  private String rows(Party party, long version) throws Exception {
    Target target = party.target(id, "past-" + party.name());
    Target at = target.at(Optional.of(Long.toString(version)));
    try (World.Desk desk = new World.Desk(Engines.open(at.settings(), at.network()))) {
      return desk.ask("SELECT count(*) FROM memory");
    } finally {
      Engines.endIdle();
    }
  }

  @Test
  void theBuyerGoesOnAndTheSellerIsShutOut() throws Exception {
    begin();
    seller
        .registry()
        .grant(id, other.key().address(), Rights.WRITER, clock.instant().plusSeconds(999), 0);
    List<HandOver.Step> steps = new ArrayList<>();

    HandOverState offered = seller.offer(id, buyer, steps::add);

    assertThat(offered.isOfferedTo(buyer.key().address())).isTrue();
    assertThat(offered.offer().isLocked(clock.instant().plus(Duration.ofDays(2)))).isTrue();
    assertThat(offered.needsRotation()).isFalse();
    long before = offered.head().version();
    assertThat(rows(buyer, before)).as("the buyer looks").isEqualTo("1");
    assertThatThrownBy(() -> other.accept(id, step -> {}))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("it is offered to " + buyer.key().address());

    HandOverState sold = buyer.accept(id, steps::add);

    assertThat(steps).containsExactly(HandOver.Step.values());
    assertThat(sold.head().owner()).isEqualTo(buyer.key().address());
    assertThat(sold.needsRotation()).isFalse();
    assertThat(sold.keys().slots())
        .singleElement()
        .matches(slot -> slot.isWalletOf(buyer.key().address()));
    assertThat(sold.offer().isLocked(clock.instant())).as("the lock ended").isFalse();
    write(buyer);
    long now = buyer.handOver(id, step -> {}).state().head().version();
    assertThat(rows(buyer, now)).isEqualTo("2");
    assertThat(rows(buyer, before - 1)).as("the buyer has the past").isEqualTo("1");
    assertThat(rows(seller, before)).as("what the seller keeps, for ever").isEqualTo("1");
    isClosedTo(seller);
    for (long version = before + 1; version <= now; version++) {
      long closed = version;
      assertThatThrownBy(() -> rows(seller, closed))
          .isInstanceOfAny(NoSlotException.class, WrongKeyException.class);
    }
    assertThat(seller.registry().rights(id, seller.key().address()).writer()).isFalse();
    assertThat(seller.registry().rights(id, other.key().address()).writer())
        .as("whom the seller granted a right")
        .isFalse();
    // Nothing is left to do.
    assertThat(buyer.accept(id, steps::add).head().version()).isEqualTo(now);
  }

  /** Said by the commit that met it, or by one that stands behind it. */
  private static void lacksTheRight(Throwable thrown) {
    assertThat(thrown instanceof NotPublishedException ? thrown.getCause() : thrown)
        .isInstanceOf(NotAuthorizedException.class);
  }

  /** The seller's program has it open, and writes on. */
  @Test
  void theSellersOpenDatabaseIsFenced() throws Exception {
    begin();
    seller.offer(id, buyer, step -> {});
    Party elsewhere = new Party(folder, "sellers-agent", seller.key(), clock);
    World.Desk desk = elsewhere.open(id);
    buyer.accept(id, step -> {});
    try {
      assertThatThrownBy(
              () -> {
                desk.run("INSERT INTO memory VALUES ('too late')");
                desk.session.sync(RotationTest.PATIENCE);
              })
          .satisfies(HandOverTest::lacksTheRight);
    } finally {
      desk.connection.close();
      assertThatThrownBy(desk.session::close)
          .as("it says once more that nothing went out")
          .satisfies(HandOverTest::lacksTheRight);
    }
    Engines.endIdle();
    HandOverState state = buyer.handOver(id, step -> {}).state();
    assertThat(rows(buyer, state.head().version())).isEqualTo("1");
    assertThat(seller.registry().history(id, 1, 99))
        .filteredOn(version -> version.author().equals(seller.key().address()))
        .allMatch(version -> version.version() < state.keys().sinceVersion());
  }

  @Test
  void whatChangedAfterItWasInspectedIsNotAccepted() throws Exception {
    begin();
    HandOver buying = buyer.handOver(id, step -> {});
    seller.offer(id, buyer, step -> {});
    HandOverState seen = buying.state();
    List<SlotRequest> slots = List.of(buyer.target(id).settings().slotFor(buyer.secret()));
    seller
        .registry()
        .grant(id, other.key().address(), Rights.WRITER, clock.instant().plusSeconds(999), 0);

    assertThatThrownBy(() -> buying.accept(seen.head().root(), seen.head().controlHash(), slots))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> buying.accept(Digest.ZERO, buying.state().head().controlHash(), slots))
        .isInstanceOf(RegistryRefusedException.class);
    assertThat(buying.state().head().owner()).isEqualTo(seller.key().address());
    buyer.accept(id, step -> {});
    assertThat(buying.state().head().owner()).isEqualTo(buyer.key().address());
  }

  /** Who may change keys may let accounts in, and does not get that far by offering. */
  @Test
  void whoIsNotTheOwnerOffersNothingAndLetsNobodyIn() throws Exception {
    begin();
    int both = Rights.WRITER | Rights.KEY_ADMIN;
    seller.registry().grant(id, other.key().address(), both, clock.instant().plusSeconds(999), 0);
    assertThatThrownBy(() -> other.offer(id, buyer, step -> {}))
        .isInstanceOf(NotAuthorizedException.class)
        .hasMessageContaining("belongs to " + seller.key().address());
    assertThat(seller.handOver(id, step -> {}).state().keys().slots()).hasSize(1);
  }

  @Test
  void anOfferIsTakenBackAndTheAccountLetOut() throws Exception {
    begin();
    seller.offer(id, buyer, step -> {});
    assertThatThrownBy(() -> seller.offer(id, other, step -> {}))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("hand-over cancel agent-1");
    HandOverState state = seller.handOver(id, step -> {}).cancel();
    assertThat(state.offer().to()).isEmpty();
    assertThatThrownBy(() -> buyer.accept(id, step -> {}))
        .hasMessageContaining("offered to nobody");
    assertThatThrownBy(() -> seller.offer(id, other, step -> {}))
        .as("nobody can be let in while it is locked")
        .hasMessageContaining("it is locked until");
    clock.advance(Duration.ofDays(4));
    write(seller);
    assertThat(seller.offer(id, other, step -> {}).isOfferedTo(other.key().address())).isTrue();
  }

  /** Interrupted after each step, and done again from the beginning. */
  @ParameterizedTest
  @EnumSource
  void whoeverIsInterruptedDoesTheSameAgain(HandOver.Step last) throws Exception {
    begin();
    class Interrupted extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    for (boolean again : new boolean[] {false, true}) {
      try {
        seller.offer(
            id,
            buyer,
            step -> {
              if (!again && step == last) {
                throw new Interrupted();
              }
            });
        buyer.accept(
            id,
            step -> {
              if (!again && step == last) {
                throw new Interrupted();
              }
            });
      } catch (Interrupted e) {
        assertThat(again).isFalse();
      } catch (InftException | SQLException e) {
        // The seller's part of it is over; whose it is now only goes on.
        assertThat(last).isIn(HandOver.Step.ACCEPTED, HandOver.Step.ROTATED);
        buyer.accept(id, step -> {});
      }
      Engines.endIdle();
    }
    write(buyer);
    isClosedTo(seller);
  }

  /** Published for the buyer, as ERC-7857 contracts publish keys. */
  private void opensByTheKeyThatWasHandedOver() throws Exception {
    List<Blob> keys = buyer.handOver(id, step -> {}).sealedKeys(buyer.key().address());
    assertThat(keys).singleElement().matches(key -> key.sizeBytes() == 129);
    byte[] sealed = keys.get(0).toBytes();
    Secret handedOver = Secret.sealedKey(sealed, buyer.key());
    assertThat(buyer.target(id).whatOpens(List.of(handedOver))).isPresent();
    assertThatThrownBy(() -> Secret.sealedKey(sealed, other.key()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("not sealed to " + other.key().address());
    assertThat(other.handOver(id, step -> {}).sealedKeys(other.key().address())).isEmpty();
  }

  /** A seller whose program knows ERC-7857 and makes no slots for accounts. */
  @Test
  void aPublishedKeyAloneLetsTheBuyerIn() throws Exception {
    begin();
    SecureRandom random = new SecureRandom();
    Secret key = Secret.randomKey(random);
    PublicKey to = buyer.key().publicKey();
    seller.registry().publishSealedKey(id, to.address(), 1, new byte[] {1, 2, 3});
    seller.registry().publishSealedKey(id, to.address(), 1, Secret.sealTo(to, key, random));
    Secret orphan = Secret.randomKey(random);
    seller.registry().publishSealedKey(id, to.address(), 1, Secret.sealTo(to, orphan, random));
    try (World.Desk desk = seller.open(id)) {
      desk.session.rotate(new KeyChange.Add(RotationTest.slot(key)));
    }
    Engines.endIdle();

    Secret found = buyer.handOver(id, step -> {}).secretOf(buyer.key());
    Target target = buyer.target(id, "fresh").with(found).at(Optional.of("2"));
    try (World.Desk desk = new World.Desk(Engines.open(target.settings(), target.network()))) {
      assertThat(desk.ask("SELECT count(*) FROM memory")).isEqualTo("1");
    }
    assertThat(other.handOver(id, step -> {}).secretOf(other.key()))
        .as("nothing was published for him")
        .matches(secret -> secret.account().equals(Optional.of(other.key().address())));
  }

  @Test
  void theDatabaseOfATokenGoesWithTheToken() throws Exception {
    id = DatabaseId.parse(TOKEN);
    begin();
    HandOverState offered = seller.offer(id, buyer, step -> {});
    assertThat(offered.offer().to()).as("the token is what is sold").isEmpty();
    opensByTheKeyThatWasHandedOver();
    seller.registry().setTokenOwner(id, buyer.key().address());

    HandOverState observed = buyer.accept(id, step -> {});
    while (!buyer.registry().rights(id, buyer.key().address()).owner()) {
      observed = buyer.accept(id, step -> {});
    }

    assertThat(observed.needsRotation()).isTrue();
    assertThat(observed.rotationFrom(clock.instant())).isPresent();
    assertThatThrownBy(() -> write(seller))
        .as("the token took his rights along")
        .satisfies(HandOverTest::lacksTheRight);
    clock.advance(HandOverState.OBSERVED_FOR.plusSeconds(1));
    HandOverState done = buyer.accept(id, step -> {});
    assertThat(done.needsRotation()).isFalse();
    write(buyer);
    isClosedTo(seller);
  }
}
