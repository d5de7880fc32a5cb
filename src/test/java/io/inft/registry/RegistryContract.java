package io.inft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every implementation of {@link Registry} does. A subclass brings the registry: the twins,
 * and the contract on a chain. Every test begins with a registry in which its ids are not
 * registered.
 */
public abstract class RegistryContract {
  /**
   * The registry as account {@code number} uses it, 0 to 3; always the same account and registry.
   */
  protected abstract Registry as(int number) throws Exception;

  /** The registry as somebody without an account reads it. */
  protected abstract Registry readOnly() throws Exception;

  /** The registry's time now, as its next block would have it or slightly before. */
  protected abstract Instant now() throws Exception;

  /** Lets time pass. */
  protected abstract void advance(Duration time) throws Exception;

  /** Lets blocks pass. */
  protected abstract void mine(int blocks) throws Exception;

  /** The id of an NFT that belongs to {@code owner}. */
  protected abstract DatabaseId token(Address owner) throws Exception;

  /** Lets the NFT change hands; {@link Address#ZERO} burns it. */
  protected abstract void moveToken(DatabaseId token, Address to) throws Exception;

  private Registry owner;
  private Registry agent;
  private Registry stranger;
  private DatabaseId id;

  @BeforeEach
  void openAccounts() throws Exception {
    owner = as(0);
    agent = as(1);
    stranger = as(2);
    id = DatabaseId.parse("inft_12345");
  }

  protected static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  protected static Address address(Registry account) {
    return account.account().orElseThrow();
  }

  protected static Anchor first(String root) {
    return new Anchor(
        1,
        Digest.ZERO,
        digest(root),
        1000,
        digest(root + " bytes"),
        1,
        digest("keyring 1"),
        Kind.SNAPSHOT);
  }

  protected static Anchor after(Anchor before, String root) {
    return new Anchor(
        before.version() + 1,
        before.root(),
        digest(root),
        2000 + before.version(),
        digest(root + " bytes"),
        before.keyEpoch(),
        before.keyringHash(),
        Kind.DELTA);
  }

  protected static Anchor rekeyed(Anchor before, String root, int keyEpoch, String keyring) {
    return new Anchor(
        before.version() + 1,
        before.root(),
        digest(root),
        3000,
        digest(root + " bytes"),
        keyEpoch,
        digest(keyring),
        Kind.REKEY);
  }

  private Anchor begin() throws Exception {
    return begin(id);
  }

  private Anchor begin(DatabaseId made) throws Exception {
    owner.register(made);
    Anchor anchor = first("one");
    owner.rotateAndAnchor(made, anchor);
    return anchor;
  }

  private void grant(Registry who, int roles) throws Exception {
    owner.grant(id, address(who), roles, now().plusSeconds(3600), 0);
  }

  // Registering.

  @Test
  void whoMayNotBeginAnIdIsToldBeforeAnythingIsSent() throws Exception {
    DatabaseId scoped = DatabaseId.parse(address(owner) + "/notes");
    owner.requireMayBegin(id);
    owner.requireMayBegin(scoped);
    assertThatThrownBy(() -> stranger.requireMayBegin(scoped))
        .isInstanceOf(NotAuthorizedException.class)
        .hasMessageContaining(address(owner).toString());
    DatabaseId token = token(address(owner));
    owner.requireMayBegin(token);
    assertThatThrownBy(() -> stranger.requireMayBegin(token))
        .isInstanceOf(NotAuthorizedException.class)
        .hasMessageContaining(address(owner).toString());
    assertThatThrownBy(() -> owner.head(scoped)).isInstanceOf(NotRegisteredException.class);
  }

  @Test
  void aRegisteredIdHasAnOwnerAndNoVersion() throws Exception {
    owner.register(id);

    Head head = stranger.head(id);
    assertThat(head.id()).isEqualTo(id);
    assertThat(head.owner()).isEqualTo(address(owner));
    assertThat(head.status()).isEqualTo(Head.LIVE);
    assertThat(head.newest()).isEmpty();
    assertThat(head.version()).isZero();
    assertThat(head.root()).isEqualTo(Digest.ZERO);
    assertThat(head.keyEpoch()).isZero();
    assertThat(head.keyringHash()).isEqualTo(Digest.ZERO);
    assertThat(head.controlSequence()).isZero();
    assertThat(head.controlHash())
        .isEqualTo(RunningHashes.genesis(owner.chainId(), owner.address(), id, address(owner)));
  }

  @Test
  void refusesAnIdThatSomebodyRegisteredBefore() throws Exception {
    owner.register(id);

    assertThatThrownBy(() -> stranger.register(id))
        .isInstanceOf(AlreadyRegisteredException.class)
        .hasMessageContaining(address(owner).toString());
    assertThatThrownBy(() -> owner.register(id)).isInstanceOf(AlreadyRegisteredException.class);
  }

  @Test
  void anIdOfAnAccountIsRegisteredByThatAccountOnly() throws Exception {
    DatabaseId scoped = DatabaseId.parse(address(owner) + "/agents/one");

    assertThatThrownBy(() -> stranger.register(scoped)).isInstanceOf(NotAuthorizedException.class);
    owner.register(scoped);

    assertThat(owner.head(scoped).owner()).isEqualTo(address(owner));
    assertThat(owner.head(scoped).controlHash())
        .isEqualTo(RunningHashes.genesis(owner.chainId(), owner.address(), scoped, address(owner)));
  }

  @Test
  void anUnknownIdIsNotRegistered() {
    assertThatThrownBy(() -> owner.head(id)).isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.anchor(id, first("one")))
        .isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.rotateAndAnchor(id, first("one")))
        .isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.rights(id, address(owner)))
        .isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.history(id, 1, 9)).isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.controls(id, 1, 9)).isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.version(id, 1, 0)).isInstanceOf(NotRegisteredException.class);
    assertThatThrownBy(() -> owner.freeze(id)).isInstanceOf(NotRegisteredException.class);
  }

  // Moving the head.

  @Test
  void theFirstVersionSetsKeyringAndHead() throws Exception {
    Anchor anchor = begin();

    Head head = readOnly().head(id);
    assertThat(head.version()).isEqualTo(1);
    assertThat(head.root()).isEqualTo(anchor.root());
    assertThat(head.keyEpoch()).isEqualTo(1);
    assertThat(head.keyringHash()).isEqualTo(anchor.keyringHash());
    Anchored newest = head.newest().orElseThrow();
    assertThat(newest.anchor()).isEqualTo(anchor);
    assertThat(newest.author()).isEqualTo(address(owner));
    assertThat(newest.previousBlockNumber()).isZero();
    assertThat(newest.controlSequence()).isEqualTo(1);
    assertThat(head.controlSequence()).isEqualTo(1);
    assertThat(head.asOf().number()).isGreaterThanOrEqualTo(newest.block().number());
  }

  @Test
  void theFirstVersionCannotComeWithoutAKeyring() throws Exception {
    owner.register(id);

    assertThatThrownBy(() -> owner.anchor(id, first("one")))
        .isInstanceOf(KeyEpochConflictException.class);
  }

  @Test
  void versionsFollowEachOtherAndNameTheBlockBefore() throws Exception {
    Anchor one = begin();
    Anchor two = after(one, "two");
    Anchor three = after(two, "three");

    Anchored second = owner.anchor(id, two);
    mine(3);
    Anchored third = owner.anchor(id, three);

    List<Anchored> history = stranger.history(id, 1, Long.MAX_VALUE);
    assertThat(history).extracting(Anchored::anchor).containsExactly(one, two, three);
    assertThat(history.subList(1, 3)).containsExactly(second, third);
    assertThat(second.previousBlockNumber()).isEqualTo(history.get(0).block().number());
    assertThat(third.previousBlockNumber()).isEqualTo(second.block().number());
    assertThat(stranger.head(id).newest()).contains(third);
  }

  @Test
  void historyIsReadInPartsAndByVersion() throws Exception {
    Anchor one = begin();
    Anchor two = after(one, "two");
    Anchored second = owner.anchor(id, two);
    owner.anchor(id, after(two, "three"));

    assertThat(owner.history(id, 2, 2)).containsExactly(second);
    assertThat(owner.history(id, 4, 9)).isEmpty();
    assertThat(owner.version(id, 2, 0)).isEqualTo(second);
    assertThat(owner.version(id, 2, second.block().number())).isEqualTo(second);
    assertThat(owner.version(id, 2, 1)).isEqualTo(second);
    assertThatThrownBy(() -> owner.version(id, 4, 0)).isInstanceOf(PastStateException.class);
    assertThatThrownBy(() -> owner.version(id, 0, 0)).isInstanceOf(PastStateException.class);
    assertThatThrownBy(() -> owner.history(id, 0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAnAnchorOnAnotherHead() throws Exception {
    Anchor one = begin();
    Anchor two = after(one, "two");
    owner.anchor(id, two);

    assertThatThrownBy(() -> owner.anchor(id, after(one, "other two")))
        .isInstanceOfSatisfying(
            HeadConflictException.class,
            conflict -> {
              assertThat(conflict.expectedVersion()).isEqualTo(1);
              assertThat(conflict.foundVersion()).isEqualTo(2);
              assertThat(conflict.foundRoot()).isEqualTo(two.root().toString());
            });
    Anchor skipping = after(after(two, "three"), "four");
    assertThatThrownBy(() -> owner.anchor(id, skipping)).isInstanceOf(HeadConflictException.class);
    Anchor wrongRoot =
        new Anchor(
            3,
            digest("no such root"),
            digest("three"),
            1,
            digest("bytes"),
            1,
            two.keyringHash(),
            Kind.DELTA);
    assertThatThrownBy(() -> owner.anchor(id, wrongRoot)).isInstanceOf(HeadConflictException.class);
    assertThat(owner.head(id).version()).isEqualTo(2);
  }

  @Test
  void anAnchorOfThisAccountThatIsThereAlreadyIsReturned() throws Exception {
    Anchor one = begin();
    Anchor two = after(one, "two");
    Anchored second = owner.anchor(id, two);
    owner.anchor(id, after(two, "three"));

    assertThat(owner.anchor(id, two)).isEqualTo(second);
    assertThat(owner.rotateAndAnchor(id, one)).isEqualTo(owner.version(id, 1, 0));
    assertThat(owner.head(id).version()).isEqualTo(3);
    assertThat(owner.head(id).controlSequence()).isEqualTo(1);
  }

  @Test
  void aReservedKindIsRecordedAndReadLikeAnyOther() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    Anchor odd = of(Kind.ARCHIVE, after(one, "two"));
    agent.anchor(id, odd);
    Anchor last = of(new Kind(7), after(odd, "three"));
    agent.anchor(id, last);
    Anchor known = after(last, "four");
    owner.anchor(id, known);

    assertThat(stranger.version(id, 2, 0).anchor()).isEqualTo(odd);
    assertThat(stranger.version(id, 3, 0).anchor().kind().isKnown()).isFalse();
    assertThat(stranger.history(id, 1, 9))
        .extracting(Anchored::anchor)
        .containsExactly(one, odd, last, known);
    assertThat(owner.head(id).newest().orElseThrow().anchor()).isEqualTo(known);
    Digest hash = stranger.version(id, 1, 0).historyHash();
    for (Anchored next : stranger.history(id, 2, 4)) {
      hash = RunningHashes.history(hash, next);
      assertThat(next.historyHash()).isEqualTo(hash);
    }
  }

  private static Anchor of(Kind kind, Anchor anchor) {
    return new Anchor(
        anchor.version(),
        anchor.previousRoot(),
        anchor.root(),
        anchor.sizeBytes(),
        anchor.checksum(),
        anchor.keyEpoch(),
        anchor.keyringHash(),
        kind);
  }

  @Test
  void nothingIsUnderWayOnceItIsRecordedOrBeforeItIsSent() throws Exception {
    Anchor one = begin();
    Anchor two = rekeyed(one, "two", 1, "keyring 2");
    assertThat(owner.isUnderWay(id, one)).isFalse();
    assertThat(owner.isUnderWay(id, two)).isFalse();
    owner.rotateAndAnchor(id, two);
    assertThat(owner.isUnderWay(id, two)).isFalse();
  }

  @Test
  void theSameAnchorByAnotherAccountIsAConflict() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    Anchor two = after(one, "two");
    owner.anchor(id, two);

    assertThatThrownBy(() -> agent.anchor(id, two)).isInstanceOf(HeadConflictException.class);
  }

  @Test
  void refusesAnchorsWithoutRootOrChecksum() throws Exception {
    Anchor one = begin();
    Anchor noRoot =
        new Anchor(2, one.root(), Digest.ZERO, 1, digest("b"), 1, one.keyringHash(), Kind.DELTA);
    Anchor noChecksum =
        new Anchor(2, one.root(), digest("r"), 1, Digest.ZERO, 1, one.keyringHash(), Kind.DELTA);

    assertThatThrownBy(() -> owner.anchor(id, noRoot)).isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.anchor(id, noChecksum))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void theHashesRunOverEverythingThatHappened() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    Anchor two = after(one, "two");
    agent.anchor(id, two);
    owner.revokeAll(id);
    owner.rotateAndAnchor(id, rekeyed(two, "three", 2, "keyring 2"));
    owner.freeze(id);

    Digest genesis = RunningHashes.genesis(owner.chainId(), owner.address(), id, address(owner));
    Digest history = genesis;
    for (Anchored version : owner.history(id, 1, 99)) {
      history = RunningHashes.history(history, version);
      assertThat(version.historyHash()).isEqualTo(history);
    }
    Digest control = genesis;
    List<Control> controls = owner.controls(id, 1, 99);
    for (Control operation : controls) {
      control = RunningHashes.control(control, operation);
      assertThat(operation.controlHash()).isEqualTo(control);
    }
    Head head = owner.head(id);
    assertThat(head.newest().orElseThrow().historyHash()).isEqualTo(history);
    assertThat(head.controlHash()).isEqualTo(control);
    assertThat(controls)
        .extracting(each -> each.operation().orElseThrow())
        .containsExactly(
            Control.Operation.KEYRING,
            Control.Operation.GRANT,
            Control.Operation.REVOKE_ALL,
            Control.Operation.KEYRING,
            Control.Operation.FREEZE);
    assertThat(controls).extracting(Control::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(controls).extracting(Control::actor).containsOnly(address(owner));
    assertThat(owner.controls(id, 2, 3)).isEqualTo(controls.subList(1, 3));
    assertThat(owner.version(id, 2, 0).controlSequence()).isEqualTo(2);
    assertThat(owner.version(id, 2, 0).author()).isEqualTo(address(agent));
  }

  // Keys.

  @Test
  void aRotationMovesEpochKeyringAndHeadTogether() throws Exception {
    Anchor one = begin();
    Anchor two = rekeyed(one, "two", 2, "keyring 2");

    Anchored second = owner.rotateAndAnchor(id, two);

    Head head = owner.head(id);
    assertThat(head.keyEpoch()).isEqualTo(2);
    assertThat(head.keyringHash()).isEqualTo(digest("keyring 2"));
    assertThat(head.newest()).contains(second);
    assertThat(second.controlSequence()).isEqualTo(2);
  }

  @Test
  void aRotationMayChangeTheKeyringWithinAnEpoch() throws Exception {
    Anchor one = begin();

    owner.rotateAndAnchor(id, rekeyed(one, "two", 1, "keyring with one slot more"));

    assertThat(owner.head(id).keyEpoch()).isEqualTo(1);
    assertThat(owner.head(id).keyringHash()).isEqualTo(digest("keyring with one slot more"));
  }

  @Test
  void refusesEpochsThatSkipOrGoBack() throws Exception {
    Anchor one = begin();

    assertThatThrownBy(() -> owner.rotateAndAnchor(id, rekeyed(one, "two", 3, "keyring 3")))
        .isInstanceOf(KeyEpochConflictException.class);
    Anchor two = rekeyed(one, "two", 2, "keyring 2");
    owner.rotateAndAnchor(id, two);
    assertThatThrownBy(() -> owner.rotateAndAnchor(id, rekeyed(two, "three", 1, "keyring 1")))
        .isInstanceOf(KeyEpochConflictException.class);
  }

  @Test
  void refusesTheFirstVersionInAnotherEpochThanOne() throws Exception {
    owner.register(id);
    Anchor late =
        new Anchor(
            1, Digest.ZERO, digest("r"), 1, digest("b"), 2, digest("keyring"), Kind.SNAPSHOT);

    assertThatThrownBy(() -> owner.rotateAndAnchor(id, late))
        .isInstanceOf(KeyEpochConflictException.class);
  }

  @Test
  void refusesAnAnchorWithAStaleKeyring() throws Exception {
    Anchor one = begin();
    Anchor two = rekeyed(one, "two", 1, "keyring 1b");
    owner.rotateAndAnchor(id, two);
    Anchor stale =
        new Anchor(
            3, two.root(), digest("three"), 1, digest("b"), 1, one.keyringHash(), Kind.DELTA);
    Anchor staleEpoch = rekeyed(two, "three", 2, "keyring 1b");

    assertThatThrownBy(() -> owner.anchor(id, stale)).isInstanceOf(KeyEpochConflictException.class);
    assertThatThrownBy(() -> owner.anchor(id, staleEpoch))
        .isInstanceOf(KeyEpochConflictException.class);
  }

  // Grants.

  @Test
  void nobodyAnchorsWithoutARight() throws Exception {
    Anchor one = begin();

    assertThatThrownBy(() -> stranger.anchor(id, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> stranger.rotateAndAnchor(id, rekeyed(one, "two", 2, "mine")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThat(stranger.rights(id, address(stranger)))
        .isEqualTo(new Rights(false, false, false, false, 0));
    assertThat(stranger.rights(id, address(owner)))
        .isEqualTo(new Rights(true, true, true, true, Long.MAX_VALUE));
  }

  @Test
  void aWriterAnchorsAndDoesNothingElse() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);

    Anchor two = after(one, "two");
    assertThat(agent.anchor(id, two).author()).isEqualTo(address(agent));
    Rights rights = agent.rights(id, address(agent));
    assertThat(rights.owner()).isFalse();
    assertThat(rights.writer()).isTrue();
    assertThat(rights.keyAdmin()).isFalse();
    assertThat(rights.guardian()).isFalse();
    assertThatThrownBy(() -> agent.rotateAndAnchor(id, rekeyed(two, "three", 2, "mine")))
        .isInstanceOf(NotAuthorizedException.class);
    assertOwnersOperationsAreRefused(agent);
    assertThatThrownBy(() -> agent.freeze(id)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> agent.publishSealedKey(id, address(agent), 1, new byte[] {1}))
        .isInstanceOf(NotAuthorizedException.class);
  }

  private void assertOwnersOperationsAreRefused(Registry account) throws Exception {
    Address self = address(account);
    Instant later = now().plusSeconds(3600);
    assertThatThrownBy(() -> account.grant(id, self, Rights.WRITER, later, 0))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.revoke(id, self)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.revokeAll(id)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.proposeOwner(id, self))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.cancelProposal(id)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.acceptOwner(id, digest("r"), digest("c")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.unfreeze(id)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.lockUntil(id, later))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.flagVersions(id, 1, 1, digest("why")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> account.setSuccessor(id, 1, self, digest("id")))
        .isInstanceOf(NotAuthorizedException.class);
  }

  @Test
  void aStrangerChangesNothing() throws Exception {
    begin();

    assertOwnersOperationsAreRefused(stranger);
    assertThatThrownBy(() -> stranger.freeze(id)).isInstanceOf(NotAuthorizedException.class);
    assertThat(owner.head(id).controlSequence()).isEqualTo(1);
  }

  @Test
  void aKeyAdminRotatesAndPublishesKeys() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.KEY_ADMIN);

    agent.publishSealedKey(id, address(stranger), 1, new byte[] {1, 2, 3});
    Anchored second = agent.rotateAndAnchor(id, rekeyed(one, "two", 2, "keyring 2"));

    assertThat(second.author()).isEqualTo(address(agent));
    assertThatThrownBy(() -> agent.anchor(id, after(second.anchor(), "three")))
        .isInstanceOf(NotAuthorizedException.class);
  }

  @Test
  void aKeyAdminBringsOtherContentOnlyIfItMayWriteToo() throws Exception {
    Anchor one = begin();
    Anchor two = of(Kind.RESTORE, rekeyed(one, "two", 2, "keyring 2"));
    grant(agent, Rights.KEY_ADMIN);
    assertThatThrownBy(() -> agent.rotateAndAnchor(id, two))
        .isInstanceOf(NotAuthorizedException.class);
    grant(agent, Rights.WRITER);
    assertThatThrownBy(() -> agent.rotateAndAnchor(id, two))
        .isInstanceOf(NotAuthorizedException.class);

    grant(agent, Rights.KEY_ADMIN | Rights.WRITER);
    agent.rotateAndAnchor(id, two);
    owner.rotateAndAnchor(id, of(Kind.SNAPSHOT, rekeyed(two, "three", 3, "keyring 3")));

    assertThat(owner.head(id).version()).isEqualTo(3);
  }

  @Test
  void aGuardianFreezesButDoesNotUnfreeze() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.GUARDIAN);

    agent.freeze(id);

    assertThat(owner.head(id).status()).isEqualTo(Head.FROZEN);
    assertThatThrownBy(() -> owner.anchor(id, after(one, "two")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.rotateAndAnchor(id, rekeyed(one, "two", 2, "keyring 2")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> agent.freeze(id)).isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> agent.unfreeze(id)).isInstanceOf(NotAuthorizedException.class);
    owner.unfreeze(id);
    assertThat(owner.head(id).status()).isEqualTo(Head.LIVE);
    owner.anchor(id, after(one, "two"));
    assertThatThrownBy(() -> owner.unfreeze(id)).isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void aGrantEndsWhenItExpires() throws Exception {
    Anchor one = begin();
    owner.grant(id, address(agent), Rights.WRITER, now().plusSeconds(100), 0);
    assertThat(agent.rights(id, address(agent)).writer()).isTrue();

    advance(Duration.ofSeconds(200));

    assertThat(agent.rights(id, address(agent)))
        .isEqualTo(new Rights(false, false, false, false, 0));
    assertThatThrownBy(() -> agent.anchor(id, after(one, "two")))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void refusesAGrantThatHasExpiredOrGrantsNothing() throws Exception {
    begin();
    Instant past = now().minusSeconds(1);
    Instant later = now().plusSeconds(3600);

    assertThatThrownBy(() -> owner.grant(id, address(agent), Rights.WRITER, past, 0))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.grant(id, address(agent), 0, later, 0))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.grant(id, address(agent), 8, later, 0))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.grant(id, Address.ZERO, Rights.WRITER, later, 0))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void aRevokedGrantIsGoneAndTheOthersStay() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    grant(stranger, Rights.WRITER);

    owner.revoke(id, address(agent));

    assertThatThrownBy(() -> agent.anchor(id, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    stranger.anchor(id, after(one, "two"));
  }

  @Test
  void revokingAllEndsEveryGrantAndNewOnesWork() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    grant(stranger, Rights.WRITER | Rights.GUARDIAN);

    owner.revokeAll(id);

    assertThat(owner.rights(id, address(agent)).writer()).isFalse();
    assertThat(owner.rights(id, address(stranger)).guardian()).isFalse();
    assertThatThrownBy(() -> agent.anchor(id, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    grant(agent, Rights.WRITER);
    agent.anchor(id, after(one, "two"));
  }

  @Test
  void aWriterWithAnIntervalWaits() throws Exception {
    Anchor one = begin();
    owner.grant(id, address(agent), Rights.WRITER, now().plusSeconds(100_000), 1000);
    Anchor two = after(one, "two");
    agent.anchor(id, two);

    assertThatThrownBy(() -> agent.anchor(id, after(two, "three")))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("too soon");
    advance(Duration.ofSeconds(1001));
    agent.anchor(id, after(two, "three"));
  }

  // Locks and marks.

  @Test
  void nobodyAnchorsWhileItIsLocked() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    Instant end = now().plusSeconds(1000);
    owner.lockUntil(id, end);

    assertThatThrownBy(() -> owner.anchor(id, after(one, "two")))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("locked");
    assertThatThrownBy(() -> agent.anchor(id, after(one, "two")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.rotateAndAnchor(id, rekeyed(one, "two", 2, "keyring 2")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.lockUntil(id, end.minusSeconds(10)))
        .isInstanceOf(RegistryRefusedException.class);
    advance(Duration.ofSeconds(1001));
    owner.anchor(id, after(one, "two"));
  }

  @Test
  void refusesALockThatIsOverOrNearlyForEver() throws Exception {
    begin();
    Instant now = now();

    assertThatThrownBy(() -> owner.lockUntil(id, now.minusSeconds(5)))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.lockUntil(id, now.plus(Duration.ofDays(400))))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void versionsAreFlaggedAndStay() throws Exception {
    Anchor one = begin();
    owner.anchor(id, after(one, "two"));

    owner.flagVersions(id, 1, 2, digest("stolen key"));

    assertThat(owner.history(id, 1, 9)).hasSize(2);
    assertThat(owner.controls(id, 2, 2))
        .extracting(each -> each.operation().orElseThrow())
        .containsExactly(Control.Operation.FLAG_VERSIONS);
    assertThatThrownBy(() -> owner.flagVersions(id, 1, 3, digest("x")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.flagVersions(id, 0, 1, digest("x")))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.flagVersions(id, 2, 1, digest("x")))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void aSuccessorIsWrittenDown() throws Exception {
    begin();

    owner.setSuccessor(id, 16661, Address.parse("00".repeat(19) + "aa"), digest("new id"));

    Control control = owner.controls(id, 2, 2).get(0);
    assertThat(control.operation()).contains(Control.Operation.SUCCESSOR);
    assertThat(control.data().sizeBytes()).isEqualTo(96);
  }

  @Test
  void keysArePublishedWithoutTouchingTheRecord() throws Exception {
    begin();
    Head before = owner.head(id);

    owner.publishSealedKey(id, address(agent), 1, new byte[] {1, 2, 3});
    agent.publishEncryptionKey(1, new byte[] {4, 5, 6});

    Head later = owner.head(id);
    assertThat(later.controlHash()).isEqualTo(before.controlHash());
    assertThat(later.newest()).isEqualTo(before.newest());
    long now = later.asOf().number();
    Address to = address(agent);
    assertThat(owner.sealedKeys(id, to, 1, now)).containsExactly(Blob.of(new byte[] {1, 2, 3}));
    owner.publishSealedKey(id, to, 1, new byte[] {7});
    long then = owner.head(id).asOf().number();
    assertThat(stranger.sealedKeys(id, to, 1, then))
        .as("the newest first")
        .containsExactly(Blob.of(new byte[] {7}), Blob.of(new byte[] {1, 2, 3}));
    assertThat(owner.sealedKeys(id, to, 2, then)).as("of another epoch").isEmpty();
    assertThat(owner.sealedKeys(id, address(stranger), 1, then)).isEmpty();
    assertThat(owner.sealedKeys(id, to, 1, before.asOf().number())).as("before").isEmpty();
    assertThatThrownBy(() -> stranger.publishSealedKey(id, address(agent), 1, new byte[] {1}))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> owner.publishEncryptionKey(1, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Changing hands.

  @Test
  void anOwnerHandsOverToWhoAcceptsWhatWasInspected() throws Exception {
    Anchor one = begin();
    grant(agent, Rights.WRITER);
    owner.lockUntil(id, now().plusSeconds(100_000));
    owner.proposeOwner(id, address(stranger));
    Head inspected = stranger.head(id);
    assertThat(inspected.owner()).isEqualTo(address(owner));

    stranger.acceptOwner(id, inspected.root(), inspected.controlHash());

    assertThat(owner.head(id).owner()).isEqualTo(address(stranger));
    assertThat(owner.rights(id, address(owner)).writer()).isFalse();
    assertThat(owner.rights(id, address(agent)).writer()).isFalse();
    assertThatThrownBy(() -> owner.anchor(id, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> agent.anchor(id, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    stranger.rotateAndAnchor(id, rekeyed(one, "two", 2, "keyring of the new owner"));
  }

  @Test
  void refusesToAcceptWhatChangedSinceInspection() throws Exception {
    Anchor one = begin();
    owner.proposeOwner(id, address(stranger));
    Head inspected = stranger.head(id);
    owner.anchor(id, after(one, "two"));
    assertThatThrownBy(() -> stranger.acceptOwner(id, inspected.root(), inspected.controlHash()))
        .isInstanceOf(RegistryRefusedException.class);

    Head again = stranger.head(id);
    grant(agent, Rights.WRITER);
    assertThatThrownBy(() -> stranger.acceptOwner(id, again.root(), again.controlHash()))
        .isInstanceOf(RegistryRefusedException.class);
    assertThat(owner.head(id).owner()).isEqualTo(address(owner));
  }

  @Test
  void onlyTheProposedOneAcceptsAndACancelledProposalIsGone() throws Exception {
    begin();
    owner.proposeOwner(id, address(stranger));
    Head proposed = owner.head(id);
    assertThatThrownBy(() -> agent.acceptOwner(id, proposed.root(), proposed.controlHash()))
        .isInstanceOf(NotAuthorizedException.class);

    owner.cancelProposal(id);

    Head cancelled = owner.head(id);
    assertThatThrownBy(() -> stranger.acceptOwner(id, cancelled.root(), cancelled.controlHash()))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> owner.cancelProposal(id)).isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.proposeOwner(id, Address.ZERO))
        .isInstanceOf(RegistryRefusedException.class);
    assertThatThrownBy(() -> owner.observeOwner(id)).isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void theIdOfAnNftBelongsToItsOwner() throws Exception {
    DatabaseId token = token(address(owner));

    Anchor one = begin(token);

    assertThat(owner.head(token).owner()).isEqualTo(address(owner));
    assertThat(owner.head(token).root()).isEqualTo(one.root());
    assertThat(owner.history(token, 1, 1).get(0).historyHash())
        .isEqualTo(
            RunningHashes.history(
                RunningHashes.genesis(owner.chainId(), owner.address(), token, Address.ZERO),
                owner.history(token, 1, 1).get(0)));
    assertThatThrownBy(() -> owner.proposeOwner(token, address(stranger)))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void anybodyRegistersTheIdOfAnNftForItsOwner() throws Exception {
    DatabaseId token = token(address(owner));
    stranger.register(token);

    assertThat(stranger.head(token).owner()).isEqualTo(address(owner));
    assertThatThrownBy(() -> stranger.rotateAndAnchor(token, first("one")))
        .isInstanceOf(NotAuthorizedException.class);
    owner.rotateAndAnchor(token, first("one"));
  }

  @Test
  void anNftThatMovedTakesItsDatabaseAlongOnceItsOwnerIsObserved() throws Exception {
    DatabaseId token = token(address(owner));
    Anchor one = begin(token);
    owner.grant(token, address(agent), Rights.WRITER, now().plusSeconds(100_000), 0);
    Anchor two = after(one, "two");
    agent.anchor(token, two);

    moveToken(token, address(stranger));

    Anchor three = after(two, "three");
    assertThat(owner.head(token).owner()).isEqualTo(address(stranger));
    assertThat(owner.rights(token, address(owner)).writer()).isFalse();
    assertThat(owner.rights(token, address(agent)).writer()).isFalse();
    assertThat(owner.rights(token, address(stranger)).owner()).isFalse();
    assertThatThrownBy(() -> owner.anchor(token, three)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> agent.anchor(token, three)).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> stranger.anchor(token, three))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("observe");

    agent.observeOwner(token);
    assertThat(owner.rights(token, address(stranger)).owner()).isFalse();
    mine(2);
    agent.observeOwner(token);

    assertThat(owner.rights(token, address(stranger)).owner()).isTrue();
    assertThat(owner.rights(token, address(agent)).writer()).isFalse();
    stranger.anchor(token, three);
  }

  @Test
  void aNewOwnerOfAnNftSettlesBeforeWhatCannotBeUndone() throws Exception {
    DatabaseId token = token(address(owner));
    Anchor one = begin(token);
    moveToken(token, address(stranger));
    stranger.observeOwner(token);
    mine(2);
    stranger.observeOwner(token);
    Anchor two = rekeyed(one, "two", 2, "keyring 2");

    assertThatThrownBy(() -> stranger.rotateAndAnchor(token, two))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("too soon");
    assertThatThrownBy(() -> stranger.setSuccessor(token, 1, Address.ZERO, digest("id")))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("too soon");
    advance(Duration.ofHours(1).plusSeconds(1));
    stranger.rotateAndAnchor(token, two);
    stranger.setSuccessor(token, 1, Address.ZERO, digest("id"));
  }

  @Test
  void observingAnOwnerWhoIsKnownWipesNothing() throws Exception {
    DatabaseId token = token(address(owner));
    Anchor one = begin(token);
    owner.grant(token, address(agent), Rights.WRITER, now().plusSeconds(100_000), 0);
    Head before = owner.head(token);

    stranger.observeOwner(token);
    mine(2);
    stranger.observeOwner(token);

    assertThat(owner.head(token).controlHash()).isEqualTo(before.controlHash());
    agent.anchor(token, after(one, "two"));
  }

  @Test
  void aTokenThatComesBackBeforeItWasObservedLeavesEverythingAsItWas() throws Exception {
    DatabaseId token = token(address(owner));
    Anchor one = begin(token);
    owner.grant(token, address(agent), Rights.WRITER, now().plusSeconds(100_000), 0);
    moveToken(token, address(stranger));
    stranger.observeOwner(token);
    moveToken(token, address(owner));

    Anchor two = after(one, "two");
    agent.anchor(token, two);
    moveToken(token, address(stranger));
    mine(2);
    stranger.observeOwner(token);

    assertThat(owner.rights(token, address(stranger)).owner())
        .as("the first observation was forgotten when the owner was seen in between")
        .isFalse();
  }

  @Test
  void aBurnedNftLeavesADatabaseThatNobodyChanges() throws Exception {
    DatabaseId token = token(address(owner));
    Anchor one = begin(token);

    moveToken(token, Address.ZERO);

    assertThat(owner.head(token).owner()).isEqualTo(Address.ZERO);
    assertThat(owner.head(token).root()).isEqualTo(one.root());
    assertThatThrownBy(() -> owner.anchor(token, after(one, "two")))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> owner.observeOwner(token))
        .isInstanceOf(RegistryRefusedException.class);
  }

  @Test
  void refusesTheNftOfAnotherChain() throws Exception {
    DatabaseId foreign = DatabaseId.parse("eip155:999999937/erc721:0x" + "ab".repeat(20) + "/7");

    assertThatThrownBy(() -> owner.register(foreign)).isInstanceOf(RegistryRefusedException.class);
  }

  // Batches.

  @Test
  void itemsOfABatchSucceedAndFailAlone() throws Exception {
    DatabaseId second = DatabaseId.parse("inft_2");
    DatabaseId unknown = DatabaseId.parse("inft_unknown");
    DatabaseId foreign = DatabaseId.parse("inft_3");
    Anchor one = begin();
    Anchor oneOfSecond = begin(second);
    stranger.register(foreign);
    stranger.rotateAndAnchor(foreign, first("one"));
    Anchor two = after(one, "two");
    Anchor three = after(two, "three");

    List<AnchorOutcome> outcomes =
        owner.anchorMany(
            List.of(
                new AnchorRequest(id, two),
                new AnchorRequest(unknown, two),
                new AnchorRequest(foreign, after(first("one"), "two")),
                new AnchorRequest(second, after(two, "not the next")),
                new AnchorRequest(id, three),
                new AnchorRequest(second, rekeyed(oneOfSecond, "two", 1, "stale keyring"))));

    assertThat(outcomes).hasSize(6);
    assertThat(outcomes.get(0).anchored().orElseThrow().anchor()).isEqualTo(two);
    assertThat(outcomes.get(0).failure()).isEmpty();
    assertFailure(outcomes.get(1), NotRegisteredException.class);
    assertFailure(outcomes.get(2), NotAuthorizedException.class);
    assertFailure(outcomes.get(3), HeadConflictException.class);
    assertThat(outcomes.get(4).anchored().orElseThrow().anchor()).isEqualTo(three);
    assertFailure(outcomes.get(5), KeyEpochConflictException.class);
    assertThat(owner.head(id).version()).isEqualTo(3);
    assertThat(owner.head(second).version()).isEqualTo(1);
    assertThat(owner.head(foreign).version()).isEqualTo(1);
    Anchored newest = owner.head(id).newest().orElseThrow();
    assertThat(newest.previousBlockNumber()).isEqualTo(newest.block().number());
    assertThat(owner.history(id, 1, 9)).extracting(Anchored::version).containsExactly(1L, 2L, 3L);
  }

  private static void assertFailure(AnchorOutcome outcome, Class<?> expected) {
    assertThat(outcome.anchored()).isEmpty();
    assertThat(outcome.failure()).containsInstanceOf(expected);
  }

  @Test
  void aBatchThatWasRecordedBeforeIsReturned() throws Exception {
    Anchor two = after(begin(), "two");
    List<AnchorRequest> batch =
        List.of(new AnchorRequest(id, two), new AnchorRequest(id, after(two, "three")));
    List<AnchorOutcome> outcomes = owner.anchorMany(batch);

    assertThat(owner.anchorMany(batch)).isEqualTo(outcomes);
    assertThat(owner.anchorMany(List.of())).isEmpty();
    assertThat(owner.head(id).version()).isEqualTo(3);
  }

  @Test
  void refusesABatchOfMoreThan256Items() throws Exception {
    begin();
    List<AnchorRequest> batch = new ArrayList<>();
    for (int i = 0; i < 257; i++) {
      batch.add(new AnchorRequest(id, first("one")));
    }

    assertThatThrownBy(() -> owner.anchorMany(batch)).isInstanceOf(IllegalArgumentException.class);
  }

  // Objects that go along.

  /** An anchor after another one, of this object. */
  protected static Anchor after(Anchor before, String root, byte[] object) {
    Anchor plain = after(before, root);
    return new Anchor(
        plain.version(),
        plain.previousRoot(),
        plain.root(),
        object.length,
        Digest.sha256(object),
        plain.keyEpoch(),
        plain.keyringHash(),
        plain.kind());
  }

  protected static byte[] object(int bytes) {
    byte[] object = new byte[bytes];
    new Random(bytes).nextBytes(object);
    return object;
  }

  @Test
  void anObjectGoesAlongAndIsReadByAnybody() throws Exception {
    byte[] object = object(1000);
    Anchor two = after(begin(), "two", object);
    Digest before = owner.head(id).newest().orElseThrow().historyHash();
    grant(agent, Rights.WRITER);

    Anchored anchored = agent.anchorInline(id, two, Blob.of(object));

    assertThat(owner.maxInlineBytes()).isEqualTo(8192);
    assertThat(anchored.inlined()).isTrue();
    assertThat(anchored.anchor()).isEqualTo(two);
    assertThat(anchored.historyHash()).isEqualTo(RunningHashes.history(before, anchored));
    assertThat(owner.head(id).newest()).contains(anchored);
    assertThat(stranger.version(id, 2, 0)).isEqualTo(anchored);
    assertThat(readOnly().object(id, anchored).toBytes()).isEqualTo(object);
    assertThat(agent.anchorInline(id, two, Blob.of(object))).isEqualTo(anchored);
    assertThat(agent.anchor(id, two)).as("it is recorded").isEqualTo(anchored);

    Anchored plain = owner.anchor(id, after(two, "three"));
    assertThat(plain.inlined()).isFalse();
    assertThat(stranger.object(id, stranger.version(id, 2, 0)).toBytes()).isEqualTo(object);
    assertThatThrownBy(() -> stranger.object(id, plain)).isInstanceOf(PastStateException.class);
  }

  @Test
  void theLongestObjectGoesAlongAndNoOtherThanTheAnchors() throws Exception {
    byte[] object = object(8192);
    Anchor two = after(begin(), "two", object);
    byte[] other = object.clone();
    other[8191] ^= 1;
    byte[] long1 = object(8193);

    assertThatThrownBy(() -> owner.anchorInline(id, two, Blob.of(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(two.checksum().toString());
    assertThatThrownBy(() -> owner.anchorInline(id, two, Blob.of(Arrays.copyOf(object, 8191))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> owner.anchorInline(id, after(two, "x", long1), Blob.of(long1)))
        .isInstanceOf(IllegalArgumentException.class);
    owner.anchorInline(id, two, Blob.of(object));

    assertThat(owner.object(id, owner.version(id, 2, 0)).toBytes()).isEqualTo(object);
  }

  @Test
  void everyRuleHoldsForAnchorsWithObjects() throws Exception {
    byte[] object = object(33);
    Anchor one = begin();
    Anchor two = after(one, "two", object);
    Blob blob = Blob.of(object);

    assertThatThrownBy(() -> stranger.anchorInline(id, two, blob))
        .isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(() -> owner.anchorInline(id, after(two, "three", object), blob))
        .isInstanceOf(HeadConflictException.class);
    Anchor stale = after(rekeyed(one, "x", 2, "k"), "y", object);
    Anchor otherKeys =
        new Anchor(
            2, one.root(), stale.root(), 33, stale.checksum(), 2, stale.keyringHash(), Kind.DELTA);
    assertThatThrownBy(() -> owner.anchorInline(id, otherKeys, blob))
        .isInstanceOf(KeyEpochConflictException.class);
    assertThatThrownBy(
            () -> owner.anchorInline(DatabaseId.parse("inft_unknown"), two, Blob.of(object)))
        .isInstanceOf(NotRegisteredException.class);
    assertThat(owner.head(id).version()).isEqualTo(1);
  }

  @Test
  void aBatchMixesVersionsWithAndWithoutTheirObjects() throws Exception {
    DatabaseId second = DatabaseId.parse("inft_2");
    Anchor one = begin();
    Anchor oneOfSecond = begin(second);
    byte[] object = object(500);
    Anchor two = after(one, "two", object);
    Anchor three = after(two, "three");
    byte[] another = object(1);
    Anchor four = after(three, "four", another);
    List<AnchorRequest> batch =
        List.of(
            new AnchorRequest(id, two, Optional.of(Blob.of(object))),
            new AnchorRequest(id, three),
            new AnchorRequest(second, after(two, "no", object), Optional.of(Blob.of(object))),
            new AnchorRequest(id, four, Optional.of(Blob.of(another))),
            new AnchorRequest(second, after(oneOfSecond, "two")));

    List<AnchorOutcome> outcomes = owner.anchorMany(batch);

    assertThat(outcomes.get(0).anchored().orElseThrow().inlined()).isTrue();
    assertThat(outcomes.get(1).anchored().orElseThrow().inlined()).isFalse();
    assertFailure(outcomes.get(2), HeadConflictException.class);
    assertThat(outcomes.get(3).anchored().orElseThrow().inlined()).isTrue();
    assertThat(outcomes.get(4).anchored().orElseThrow().inlined()).isFalse();
    assertThat(stranger.object(id, stranger.version(id, 2, 0)).toBytes()).isEqualTo(object);
    assertThat(stranger.object(id, stranger.version(id, 4, 0)).toBytes()).isEqualTo(another);
    assertThat(owner.anchorMany(batch.subList(0, 2))).isEqualTo(outcomes.subList(0, 2));
  }

  @Test
  void refusesABatchOfMoreThan96KiBOfObjects() throws Exception {
    Anchor newest = begin();
    byte[] object = object(8192);
    List<AnchorRequest> batch = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      newest = after(newest, "root " + i, object);
      batch.add(new AnchorRequest(id, newest, Optional.of(Blob.of(object))));
    }

    assertThatThrownBy(() -> owner.anchorMany(batch)).isInstanceOf(IllegalArgumentException.class);
    assertThat(owner.anchorMany(batch.subList(0, 12)))
        .allMatch(outcome -> outcome.anchored().isPresent());
    assertThat(owner.head(id).version()).isEqualTo(13);
  }

  @Test
  void anObjectIsAskedForByTheHashOfItsBlock() throws Exception {
    byte[] object = object(100);
    Anchored anchored = owner.anchorInline(id, after(begin(), "two", object), Blob.of(object));
    Block forged =
        new Block(anchored.block().number(), digest("gone"), anchored.block().timeSeconds());
    Anchored elsewhere =
        new Anchored(
            anchored.anchor(),
            anchored.author(),
            anchored.historyHash(),
            anchored.controlSequence(),
            forged,
            anchored.previousBlockNumber(),
            true);

    assertThatThrownBy(() -> owner.object(id, elsewhere)).isInstanceOf(PastStateException.class);
  }

  @Test
  void theTailIsWhatWentAlongSinceTheNewestStoredVersion() throws Exception {
    Anchor stored = begin();
    assertThat(stranger.tail(id, stranger.version(id, 1, 0))).isEmpty();
    Anchor newest = stored;
    for (int version = 2; version <= 3; version++) {
      byte[] object = object(100 + version);
      newest = after(newest, "root " + version, object);
      owner.anchorInline(id, newest, Blob.of(object));
    }
    newest = after(newest, "stored");
    Anchored four = owner.anchor(id, newest);
    List<AnchorRequest> batch = new ArrayList<>();
    for (int version = 5; version <= 8; version++) {
      byte[] object = object(100 + version);
      newest = after(newest, "root " + version, object);
      batch.add(new AnchorRequest(id, newest, Optional.of(Blob.of(object))));
    }
    owner.anchorMany(batch.subList(0, 3));
    owner.anchorInline(id, newest, batch.get(3).object().orElseThrow());
    Anchored eight = stranger.head(id).newest().orElseThrow();

    assertThat(stranger.tail(id, four)).isEmpty();
    assertThat(stranger.tail(id, eight))
        .isEqualTo(readOnly().tail(id, eight))
        .extracting(one -> one.version().version())
        .containsExactly(5L, 6L, 7L, 8L);
    assertThat(stranger.tail(id, eight))
        .extracting(Inlined::object)
        .containsExactlyElementsOf(batch.stream().map(AnchorRequest::object).toList());
    assertThat(stranger.tail(id, stranger.version(id, 3, 0)))
        .extracting(Inlined::version)
        .containsExactlyElementsOf(stranger.history(id, 2, 3));
  }

  @Test
  void theTailOfAVersionThatIsAnotherOneNowIsRefused() throws Exception {
    byte[] object = object(100);
    Anchored two = owner.anchorInline(id, after(begin(), "two", object), Blob.of(object));
    Anchored other =
        new Anchored(
            after(two.anchor(), "three", object),
            two.author(),
            two.historyHash(),
            two.controlSequence(),
            two.block(),
            two.previousBlockNumber(),
            true);
    Anchored replaced =
        new Anchored(
            of(Kind.IMPORT, two.anchor()),
            two.author(),
            two.historyHash(),
            two.controlSequence(),
            two.block(),
            two.previousBlockNumber(),
            true);

    for (Anchored gone : List.of(other, replaced)) {
      assertThatThrownBy(() -> owner.tail(id, gone))
          .isInstanceOf(PastStateException.class)
          .hasMessageContaining("read the head again");
    }
  }

  // Blocks and accounts.

  @Test
  void aBlockIsCanonicalByHashNotByNumber() throws Exception {
    begin();
    mine(2);
    Block block = owner.version(id, 1, 0).block();
    Block forged = new Block(block.number(), digest("another block"), block.timeSeconds());
    Block future = new Block(block.number() + 1_000_000, block.hash(), block.timeSeconds());

    assertThat(owner.isCanonical(block)).isTrue();
    assertThat(owner.isFinal(block)).isTrue();
    assertThat(owner.isCanonical(forged)).isFalse();
    assertThat(owner.isFinal(forged)).isFalse();
    assertThat(owner.isCanonical(future)).isFalse();
    assertThat(owner.isFinal(future)).isFalse();
  }

  @Test
  void withoutAnAccountEverythingIsReadAndNothingChanged() throws Exception {
    Anchor one = begin();
    Registry reader = readOnly();

    assertThat(reader.account()).isEmpty();
    assertThat(reader.head(id).newest()).isEqualTo(owner.head(id).newest());
    assertThat(reader.chainId()).isEqualTo(owner.chainId());
    assertThat(reader.address()).isEqualTo(owner.address());
    assertThat(reader.describe()).isNotBlank();
    assertThatThrownBy(() -> reader.anchor(id, after(one, "two")))
        .isInstanceOf(ReadOnlyException.class);
    assertThatThrownBy(() -> reader.register(DatabaseId.parse("other")))
        .isInstanceOf(ReadOnlyException.class);
    assertThatThrownBy(() -> reader.freeze(id)).isInstanceOf(ReadOnlyException.class);
    assertThatThrownBy(() -> reader.anchorMany(List.of())).isInstanceOf(ReadOnlyException.class);
  }
}
