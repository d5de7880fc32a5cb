package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.BodyEditor;
import io.inft.commit.CommitBody;
import io.inft.commit.Event;
import io.inft.commit.Manifest;
import io.inft.pack.state.StateKey;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each version and operation by somebody who had no right to it is found, and each keyring that is
 * not the owner's.
 */
class RightsAttackTest extends AttackedHistory {
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    super.publishAHistory();
  }

  /** A registry that does not enforce the rights: what the replay is there for. */
  private void claim(long version, io.inft.bytes.Address author) {
    changeVersion(
        version,
        v ->
            new Anchored(
                v.anchor(),
                author,
                v.historyHash(),
                v.controlSequence(),
                v.block(),
                v.previousBlockNumber(),
                v.inlined()));
  }

  @Test
  void anAuthorWithoutTheRightOfItsTimeIsUnauthorized() {
    claim(3, CustodyTest.AGENT.address());
    assertThat(verify().findings())
        .as("the grant came after version 6")
        .anyMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED && f.version() == 3);

    claim(9, CustodyTest.AGENT.address());
    assertThat(verify().findings()).noneMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED);

    claim(9, CustodyTest.BUYER.address());
    assertThat(verify().findings()).anyMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED);
  }

  @Test
  void aKeyAdminWhoMayNotWriteBringsNoOtherContent() throws Exception {
    ledger
        .as(Chronicle.OWNER)
        .grant(
            chronicle.id,
            CustodyTest.AGENT.address(),
            Rights.KEY_ADMIN,
            Instant.now().plusSeconds(3600),
            0);
    Chronicle.Draft rotation = new Chronicle.Draft();
    rotation.author = CustodyTest.AGENT;
    rotation.newEpoch = true;
    chronicle.through(ledger.as(CustodyTest.AGENT));
    chronicle.publish(rotation);
    long version = VERSIONS + 1;
    assertThat(verify().findings()).noneMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED);

    changeVersion(
        version,
        v ->
            new Anchored(
                of(Kind.SNAPSHOT, v.anchor()),
                v.author(),
                v.historyHash(),
                v.controlSequence(),
                v.block(),
                v.previousBlockNumber(),
                v.inlined()));

    assertThat(verify().findings())
        .anyMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED && f.version() == version);
  }

  private void grantAgent(int roles) throws Exception {
    ledger
        .as(Chronicle.OWNER)
        .grant(
            chronicle.id, CustodyTest.AGENT.address(), roles, Instant.now().plusSeconds(3600), 0);
  }

  /** A rekey by the agent; who may write afterwards is the owner. */
  private void rekey(Consumer<Chronicle.Draft> change) throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.author = CustodyTest.AGENT;
    draft.newEpoch = true;
    change.accept(draft);
    chronicle.through(ledger.as(CustodyTest.AGENT));
    chronicle.publish(draft);
    chronicle.through(ledger.as(Chronicle.OWNER));
  }

  private static Event application(Event event) {
    return new Event(
        event.sequence(),
        event.timeMillis(),
        Event.Source.APPLICATION,
        "forged",
        "{}",
        1,
        Blob.of(new byte[Manifest.LINEAGE_BYTES]));
  }

  private static Manifest of(Manifest m, long applicationEvents, int lineage, int stateKey) {
    byte[] otherKey = m.stateKey().key().toBytes();
    otherKey[0] += (byte) stateKey;
    byte[] otherLineage = m.lineage().toBytes();
    otherLineage[0] += (byte) lineage;
    return new Manifest(
        m.pageSize(),
        m.pageCount(),
        m.stateNonce(),
        m.stateRoot(),
        new StateKey(m.stateKey().kind(), Blob.of(otherKey)),
        m.transactions(),
        m.firstCommitTimeMillis(),
        m.lastCommitTimeMillis(),
        m.applicationEventSequence() + applicationEvents,
        Blob.of(otherLineage),
        m.eventSequence(),
        m.eventHash());
  }

  @Test
  void aRekeyOfOtherContentByAKeyAdminWhoMayNotWriteIsUnauthorized() throws Exception {
    List<Consumer<Chronicle.Draft>> lies =
        List.of(
            draft -> draft.changesContent = true,
            draft -> draft.event = RightsAttackTest::application,
            draft -> draft.manifest = m -> of(m, 1, 0, 0),
            draft -> draft.manifest = m -> of(m, 0, 1, 0),
            draft -> draft.manifest = m -> of(m, 0, 0, 1));
    grantAgent(Rights.KEY_ADMIN);
    rekey(draft -> {});
    assertFound(verify(), Verdict.VALID);
    List<Long> lying = new ArrayList<>();
    for (Consumer<Chronicle.Draft> lie : lies) {
      rekey(lie);
      lying.add(chronicle.anchored().version());
      chronicle.publish();
    }

    CustodyReport report = verify();

    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(report.findings())
        .filteredOn(finding -> finding.code() == Code.AUTHOR_UNAUTHORIZED)
        .extracting(Finding::version)
        .containsExactlyElementsOf(lying);
    assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.AUTHOR_UNAUTHORIZED);
  }

  /** Earlier builds called every rotation a rekey, honest as it was. */
  @Test
  void aRekeyOfOtherContentByAWriterIsMislabelled() throws Exception {
    grantAgent(Rights.KEY_ADMIN | Rights.WRITER);
    rekey(draft -> draft.changesContent = true);
    Chronicle.Draft owners = new Chronicle.Draft();
    owners.newEpoch = true;
    owners.changesContent = true;
    chronicle.publish(owners);

    CustodyReport report = verify();

    assertFound(report, Verdict.VALID_WITH_WARNINGS, Code.KIND_MISLABELLED);
    assertThat(report.findings())
        .extracting(Finding::version)
        .containsExactly(VERSIONS + 1L, VERSIONS + 2L);
    assertFound(verify(Verification.of(chronicle.id, folder)), Verdict.VALID);
  }

  @Test
  void anArchiveOfOtherContentIsMislabelled() throws Exception {
    Chronicle.Draft honest = new Chronicle.Draft();
    honest.archive = true;
    chronicle.publish(honest);
    assertFound(verify(), Verdict.VALID);
    Chronicle.Draft lie = new Chronicle.Draft();
    lie.archive = true;
    lie.changesContent = true;
    chronicle.publish(lie);
    Chronicle.Draft event = new Chronicle.Draft();
    event.archive = true;
    event.event = RightsAttackTest::application;
    chronicle.publish(event);

    CustodyReport report = verify();

    assertFound(report, Verdict.VALID_WITH_WARNINGS, Code.KIND_MISLABELLED);
    assertThat(report.findings())
        .extracting(Finding::version)
        .containsExactly(VERSIONS + 2L, VERSIONS + 3L);
    assertThat(report.findings().get(0).message()).contains("kind archive");
  }

  @Test
  void aKeyAdminsRekeyThatCannotBeComparedIsAWarning() throws Exception {
    grantAgent(Rights.KEY_ADMIN);
    rekey(draft -> draft.changesContent = true);
    long version = chronicle.anchored().version();
    Verification whole = Verification.of(chronicle.id, folder);

    assertFound(verify(whole), Verdict.VALID_WITH_WARNINGS, Code.REKEY_UNCHECKED);
    assertFound(
        verify(whole.with(Verification.Depth.QUICK)),
        Verdict.VALID_WITH_WARNINGS,
        Code.REKEY_UNCHECKED);
    Verification keys = whole.with(Chronicle.SECRET);
    Verification quick = keys.with(Verification.Depth.QUICK);
    for (Verification narrow : List.of(keys.range(version, version), quick)) {
      assertFound(verify(narrow), Verdict.INVALID, Code.AUTHOR_UNAUTHORIZED);
    }

    store.lost.add(ledger.readOnly().version(chronicle.id, version - 1, 0).anchor().root());
    CustodyReport lost = verify(quick);
    assertFound(lost, Verdict.VALID_WITH_WARNINGS, Code.REKEY_UNCHECKED);
    assertThat(lost.findings().get(0).message())
        .contains("that of the version before", "is not in");
    assertFound(verify(), Verdict.VALID_WITH_WARNINGS, Code.OBJECT_MISSING, Code.REKEY_UNCHECKED);
  }

  /** Else whoever spoils one rekey could bring what he likes with the next. */
  @Test
  void aSpoiltRekeyLeavesTheContentThatTheNextOneMustHave() throws Exception {
    grantAgent(Rights.KEY_ADMIN);
    rekey(
        draft -> {
          draft.changesContent = true;
          draft.anchor =
              a ->
                  new Anchor(
                      a.version(),
                      a.previousRoot(),
                      a.root(),
                      a.sizeBytes(),
                      Digest.sha256(new byte[1]),
                      a.keyEpoch(),
                      a.keyringHash(),
                      a.kind());
        });
    rekey(draft -> {});

    CustodyReport report = verify();

    assertThat(report.findings())
        .filteredOn(finding -> finding.code() == Code.AUTHOR_UNAUTHORIZED)
        .extracting(Finding::version)
        .containsExactly(VERSIONS + 1L, VERSIONS + 2L);
  }

  @Test
  void rolesExpiryRevocationFreezeAndLocksAreReplayed() throws Exception {
    var owner = ledger.as(Chronicle.OWNER);
    var agent = CustodyTest.AGENT.address();
    String[] steps = {"guardian only", "revoked", "all revoked", "expired", "frozen", "locked"};
    long version = VERSIONS;
    for (String step : steps) {
      Instant soon = Instant.now().plusSeconds(3600);
      switch (step) {
        case "guardian only" -> owner.grant(chronicle.id, agent, Rights.GUARDIAN, soon, 0);
        case "revoked" -> owner.revoke(chronicle.id, agent);
        case "all revoked" -> {
          owner.grant(chronicle.id, agent, Rights.WRITER, soon, 0);
          owner.revokeAll(chronicle.id);
        }
        case "expired" -> owner.grant(chronicle.id, agent, Rights.WRITER, soon, 0);
        default -> {}
      }
      chronicle.publish();
      version++;
      long claimed = version;
      if (step.equals("frozen")) {
        owner.freeze(chronicle.id);
      } else if (step.equals("locked")) {
        owner.lockUntil(chronicle.id, soon);
      }
      boolean after = step.equals("frozen") || step.equals("locked");
      long control = owner.head(chronicle.id).controlSequence();
      changeVersion(
          claimed,
          v ->
              new Anchored(
                  v.anchor(),
                  after ? v.author() : agent,
                  v.historyHash(),
                  after ? control : v.controlSequence(),
                  step.equals("expired")
                      ? new Block(v.block().number(), v.block().hash(), soon.getEpochSecond())
                      : v.block(),
                  v.previousBlockNumber(),
                  v.inlined()));
      assertThat(verify().findings())
          .as(step)
          .anyMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED && f.version() == claimed);
      if (step.equals("frozen")) {
        owner.unfreeze(chronicle.id);
      }
    }
  }

  @Test
  void aControlOperationBySomebodyElseThanTheOwnerIsUnauthorized() {
    changeControl(
        2, c -> control(c, CustodyTest.BUYER.address(), c.data(), c.controlHash(), c.block()));

    assertThat(verify().findings())
        .anyMatch(f -> f.code() == Code.AUTHOR_UNAUTHORIZED && f.message().contains("GRANT"));
  }

  @Test
  void aStaleKeyringIsAMismatch() {
    changeVersion(
        8,
        v -> {
          Anchor a = v.anchor();
          return with(
              v,
              new Anchor(
                  8,
                  a.previousRoot(),
                  a.root(),
                  a.sizeBytes(),
                  a.checksum(),
                  a.keyEpoch(),
                  chronicle.context,
                  a.kind()),
              v.historyHash());
        });

    assertThat(verify().findings())
        .anyMatch(
            f ->
                f.code() == Code.KEYRING_MISMATCH
                    && f.version() == 8
                    && f.message().contains("in force"));
  }

  @Test
  void aKeyringThatAnAgentSmuggledInIsAMismatch() throws Exception {
    Chronicle.Draft smuggled = new Chronicle.Draft();
    smuggled.body =
        body -> {
          byte[] other = body.keyring().toBytes();
          other[other.length - 1] ^= 1;
          return withKeyring(body, Blob.of(other));
        };
    chronicle.publish(smuggled);

    CustodyReport report = verify(Verification.of(chronicle.id, folder));

    assertFound(report, Verdict.INVALID, Code.KEYRING_MISMATCH);
  }

  private static CommitBody withKeyring(CommitBody b, Blob keyring) {
    return BodyEditor.edited(b, editor -> editor.keyring = keyring);
  }
}
