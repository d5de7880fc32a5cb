package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.BodyEditor;
import io.inft.commit.CommitBody;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.Manifest;
import io.inft.pack.state.StateKey;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.store.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each lie about a history is found, with its own code. */
class CustodyAttackTest {
  private static final int VERSIONS = 12;

  @TempDir Path folder;

  private final MemoryStore objects = new MemoryStore();
  private final MemoryRegistry ledger = new MemoryRegistry(Clock.systemUTC());
  private final LyingStore store = new LyingStore(objects);
  private LyingRegistry registry;
  private Chronicle chronicle;

  @BeforeEach
  void publishAHistory() throws Exception {
    registry = new LyingRegistry(ledger.readOnly());
    chronicle = new Chronicle(ledger.as(Chronicle.OWNER), objects, "agent-1", folder);
    chronicle.publish(6);
    ledger
        .as(Chronicle.OWNER)
        .grant(
            chronicle.id,
            CustodyTest.AGENT.address(),
            Rights.WRITER,
            Instant.now().plusSeconds(3600),
            0);
    chronicle.publish(VERSIONS - 6);
  }

  @AfterEach
  void close() throws Exception {
    chronicle.close();
  }

  private CustodyReport verify() {
    return verify(Verification.of(chronicle.id, folder).with(Chronicle.SECRET));
  }

  private CustodyReport verify(Verification what) {
    return CustodyTest.verify(registry, store, what);
  }

  private static void assertFound(CustodyReport report, Verdict verdict, Code... codes) {
    assertThat(report.findings()).extracting(Finding::code).containsOnly(codes);
    assertThat(report.verdict()).isEqualTo(verdict);
  }

  private void changeVersion(long version, UnaryOperator<Anchored> change) {
    registry.history = page -> replaced(page, v -> v.version() == version ? change.apply(v) : v);
  }

  private void changeControl(long sequence, UnaryOperator<Control> change) {
    registry.controls = page -> replaced(page, c -> c.sequence() == sequence ? change.apply(c) : c);
  }

  private static <T> List<T> replaced(List<T> page, UnaryOperator<T> change) {
    List<T> changed = new ArrayList<>(page);
    changed.replaceAll(change);
    return changed;
  }

  private static Anchored with(Anchored v, Anchor anchor, Digest historyHash) {
    return new Anchored(
        anchor,
        v.author(),
        historyHash,
        v.controlSequence(),
        v.block(),
        v.previousBlockNumber(),
        v.inlined());
  }

  // The registry's logs.

  @Test
  void everyForgedFieldOfAVersionIsForged() {
    List<UnaryOperator<Anchored>> forgeries =
        List.of(
            v -> with(v, anchor(v, v.anchor().root(), v.anchor().sizeBytes() + 1), v.historyHash()),
            v ->
                new Anchored(
                    v.anchor(),
                    CustodyTest.AGENT.address(),
                    v.historyHash(),
                    v.controlSequence(),
                    v.block(),
                    v.previousBlockNumber(),
                    v.inlined()),
            v ->
                new Anchored(
                    v.anchor(),
                    v.author(),
                    v.historyHash(),
                    v.controlSequence(),
                    new Block(
                        v.block().number(), v.block().hash(), v.block().timeSeconds() + 86_400),
                    v.previousBlockNumber(),
                    v.inlined()),
            v -> with(v, v.anchor(), Digest.sha256(new byte[1])));
    for (UnaryOperator<Anchored> forgery : forgeries) {
      changeVersion(4, forgery);

      CustodyReport report = verify();

      assertThat(report.findings()).extracting(Finding::code).contains(Code.LOG_FORGED);
      assertThat(report.findings()).anyMatch(f -> f.version() == 4 || f.version() == 5);
      assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
    }
  }

  private static Anchor anchor(Anchored v, Digest root, long sizeBytes) {
    Anchor a = v.anchor();
    return new Anchor(
        a.version(),
        a.previousRoot(),
        root,
        sizeBytes,
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }

  @Test
  void everyForgedFieldOfAControlOperationIsForged() {
    List<UnaryOperator<Control>> forgeries =
        List.of(
            c -> control(c, c.actor(), Blob.of(new byte[128]), c.controlHash(), c.block()),
            c -> control(c, CustodyTest.BUYER.address(), c.data(), c.controlHash(), c.block()),
            c -> control(c, c.actor(), c.data(), Digest.sha256(new byte[1]), c.block()),
            c ->
                control(
                    c,
                    c.actor(),
                    c.data(),
                    c.controlHash(),
                    new Block(c.block().number(), c.block().hash(), c.block().timeSeconds() + 60)));
    for (UnaryOperator<Control> forgery : forgeries) {
      changeControl(2, forgery);

      CustodyReport report = verify();

      assertThat(report.findings()).extracting(Finding::code).contains(Code.LOG_FORGED);
      assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
    }
  }

  private static Control control(
      Control c, io.inft.bytes.Address actor, Blob data, Digest hash, Block block) {
    return new Control(c.sequence(), c.code(), actor, data, hash, block);
  }

  @Test
  void anEndThatDoesNotMatchTheRegistrysWordIsForged() {
    registry.head =
        head ->
            new Head(
                head.id(),
                head.owner(),
                head.status(),
                head.newest().map(v -> with(v, v.anchor(), Digest.sha256(new byte[1]))),
                head.keyEpoch(),
                head.keyringHash(),
                head.controlSequence(),
                head.controlHash(),
                head.asOf());
    assertFound(verify(), Verdict.INVALID, Code.LOG_FORGED);

    registry.head = head -> head(head, head.controlSequence(), Digest.sha256(new byte[1]), 1);
    assertFound(verify(), Verdict.INVALID, Code.LOG_FORGED);

    registry.head = head -> head(head, head.controlSequence(), head.controlHash(), Head.FROZEN);
    assertFound(verify(), Verdict.INVALID, Code.LOG_FORGED);
  }

  private static Head head(Head head, long controlSequence, Digest controlHash, int status) {
    return new Head(
        head.id(),
        head.owner(),
        status,
        head.newest(),
        head.keyEpoch(),
        head.keyringHash(),
        controlSequence,
        controlHash,
        head.asOf());
  }

  @Test
  void aDroppedVersionIsAGap() {
    registry.history = page -> page.stream().filter(v -> v.version() != 5).toList();

    CustodyReport report = verify();

    assertFound(report, Verdict.INVALID, Code.LOG_GAP);
    assertThat(report.findings().get(0).message()).isEqualTo("version 5 is missing; there are 12");
  }

  @Test
  void aDroppedControlOperationIsAGapAndRightsAreNotGuessed() throws Exception {
    ledger.as(Chronicle.OWNER).revoke(chronicle.id, CustodyTest.AGENT.address());
    registry.controls = page -> page.stream().filter(c -> c.sequence() != 2).toList();

    CustodyReport report = verify();

    assertFound(report, Verdict.INVALID, Code.LOG_GAP);
  }

  @Test
  void aTruncatedHistoryIsTruncated() throws Exception {
    registry.history = page -> page.stream().filter(v -> v.version() < 9).toList();
    assertFound(verify(), Verdict.INVALID, Code.LOG_TRUNCATED);

    registry.history = UnaryOperator.identity();
    registry.controls = page -> page.stream().filter(c -> c.sequence() < 2).toList();
    assertFound(verify(), Verdict.INVALID, Code.LOG_TRUNCATED);
  }

  @Test
  void aReversedHistoryIsReordered() {
    registry.history =
        page -> {
          List<Anchored> reversed = new ArrayList<>(page);
          Collections.reverse(reversed);
          return reversed;
        };

    assertFound(verify(), Verdict.INVALID, Code.LOG_REORDERED);
  }

  @Test
  void versionsThatExchangedTheirPlacesAreReordered() {
    registry.history =
        page -> {
          List<Anchored> swapped = new ArrayList<>(page);
          Anchored four = swapped.get(3);
          Anchored five = swapped.get(4);
          swapped.set(3, with(five, numbered(five.anchor(), 4), five.historyHash()));
          swapped.set(4, with(four, numbered(four.anchor(), 5), four.historyHash()));
          return swapped;
        };

    assertThat(verify().findings()).extracting(Finding::code).contains(Code.LOG_REORDERED);
  }

  private static Anchor numbered(Anchor a, long version) {
    return new Anchor(
        version,
        a.previousRoot(),
        a.root(),
        a.sizeBytes(),
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }

  @Test
  void aVersionWithTwoContentsIsEquivocation() {
    registry.history =
        page -> {
          List<Anchored> doubled = new ArrayList<>(page);
          Anchored five = page.get(4);
          doubled.add(5, with(five, anchor(five, chronicle.context, 1), five.historyHash()));
          return doubled;
        };

    assertThat(verify().findings()).extracting(Finding::code).contains(Code.EQUIVOCATION);
  }

  @Test
  void aHeadThatWentBackIsARollback() throws Exception {
    Anchored newest = chronicle.anchored();
    Digest root = newest.anchor().root();
    Verification what = Verification.of(chronicle.id, folder);
    Verification.Seen newer = new Verification.Seen(VERSIONS + 1, root, newest.block());

    assertFound(verify(what.with(newer)), Verdict.INVALID, Code.ROLLBACK);

    registry.lags = true;
    assertFound(verify(what.with(newer)), Verdict.INDETERMINATE, Code.RPC_UNAVAILABLE);

    Verification.Seen same = new Verification.Seen(VERSIONS, root, newest.block());
    assertThat(verify(what.with(same)).verdict()).isEqualTo(Verdict.VALID);
  }

  @Test
  void anotherContentThanTheOneSeenIsEquivocation() {
    Verification.Seen seen =
        new Verification.Seen(7, chronicle.context, chronicle.anchored().block());

    CustodyReport report = verify(Verification.of(chronicle.id, folder).with(seen));

    assertFound(report, Verdict.INVALID, Code.EQUIVOCATION);
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNoVerdict() {
    registry.down = true;

    assertFound(verify(), Verdict.INDETERMINATE, Code.RPC_UNAVAILABLE);
  }

  // Rights and keyrings.

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
            draft -> draft.event = CustodyAttackTest::application,
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
    event.event = CustodyAttackTest::application;
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

  private static Anchor of(Kind kind, Anchor a) {
    return new Anchor(
        a.version(),
        a.previousRoot(),
        a.root(),
        a.sizeBytes(),
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        kind);
  }

  @Test
  void anInlineBitThatWasNotRecordedIsForged() {
    changeVersion(
        4,
        v ->
            new Anchored(
                v.anchor(),
                v.author(),
                v.historyHash(),
                v.controlSequence(),
                v.block(),
                v.previousBlockNumber(),
                true));

    assertThat(verify().findings()).extracting(Finding::code).contains(Code.LOG_FORGED);
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

  // Objects.

  @Test
  void aMissingCommitObjectOfTheHeadIsNoVerdictAndAnOldOneAWarning() throws Exception {
    store.lost.add(chronicle.anchored().anchor().root());
    CustodyReport newest = verify(Verification.of(chronicle.id, folder));
    assertFound(newest, Verdict.INDETERMINATE, Code.OBJECT_MISSING);

    store.lost.clear();
    Chronicle.Draft fresh = new Chronicle.Draft();
    fresh.newEpoch = true;
    chronicle.publish(fresh);
    store.lost.add(ledger.readOnly().version(chronicle.id, 3, 0).anchor().root());
    CustodyReport old = verify(Verification.of(chronicle.id, folder));
    assertFound(old, Verdict.VALID_WITH_WARNINGS, Code.OBJECT_MISSING);
  }

  @Test
  void aSubstitutedCommitObjectIsFound() throws Exception {
    Anchored three = ledger.readOnly().version(chronicle.id, 3, 0);
    Anchored four = ledger.readOnly().version(chronicle.id, 4, 0);
    store.served.put(four.anchor().root(), objects.open(Fetch.refOf(three)).readAll(1 << 20));

    CustodyReport report = verify(Verification.of(chronicle.id, folder));

    assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.OBJECT_SUBSTITUTED);
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
  }

  @Test
  void aSubstitutedOrMissingPackIsFound() throws Exception {
    Chronicle.Draft own = new Chronicle.Draft();
    own.ownObjects = true;
    chronicle.publish(own);
    var snapshot =
        chronicle.commit().body().restoreSet().stream()
            .filter(p -> p.producedBy() == VERSIONS + 1)
            .findFirst()
            .orElseThrow();
    Digest root = ((io.inft.commit.Location.Own) snapshot.location()).root();

    byte[] other =
        objects
            .open(new io.inft.store.merkle.ObjectRef(root, snapshot.sizeBytes()))
            .readAll(1 << 20);
    other[other.length / 2] ^= 1;
    store.served.put(root, other);
    CustodyReport report = verify(Verification.of(chronicle.id, folder));
    assertFound(report, Verdict.INVALID, Code.OBJECT_SUBSTITUTED);

    store.served.clear();
    store.lost.add(root);
    assertFound(
        verify(Verification.of(chronicle.id, folder)), Verdict.INDETERMINATE, Code.OBJECT_MISSING);
    assertFound(
        verify(Verification.of(chronicle.id, folder).with(Verification.Depth.QUICK)),
        Verdict.INDETERMINATE,
        Code.OBJECT_MISSING);
  }

  @Test
  void aStoreThatDoesNotAnswerIsNoVerdict() {
    store.down = true;

    assertFound(
        verify(Verification.of(chronicle.id, folder)),
        Verdict.INDETERMINATE,
        Code.STORE_UNAVAILABLE);
  }

  @Test
  void aCommitObjectThatContradictsTheRegistryIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body =
        b -> BodyEditor.edited(b, editor -> editor.kind = io.inft.registry.Kind.IMPORT.code());
    chronicle.publish(draft);

    assertFound(verify(), Verdict.INVALID, Code.COMMIT_MISMATCH);
  }

  @Test
  void aCommitObjectMadeForAnotherDatabaseIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body = b -> BodyEditor.edited(b, editor -> editor.context = Digest.sha256(new byte[1]));
    chronicle.publish(draft);

    assertThat(verify(Verification.of(chronicle.id, folder)).findings())
        .extracting(Finding::code)
        .containsOnly(Code.COMMIT_MISMATCH);
  }

  @Test
  void anAuthorWhoDoesNotSignIsFound() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.bytes =
        bytes -> {
          bytes[bytes.length - 1] ^= 7; // v: recovers to somebody else
          return bytes;
        };
    chronicle.publish(draft);

    assertThat(verify(Verification.of(chronicle.id, folder)).findings())
        .extracting(Finding::code)
        .containsExactly(Code.COMMIT_SIGNATURE);
  }

  @Test
  void bytesAnchoredThatAreNoCommitObjectAreMalformed() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.bytes = bytes -> new byte[] {1, 2, 3};
    chronicle.publish(draft);

    assertFound(verify(Verification.of(chronicle.id, folder)), Verdict.INVALID, Code.MALFORMED);
  }

  @Test
  void aCommitObjectThatWasNeverUploadedIsMissing() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.upload = false;
    chronicle.publish(draft);

    CustodyReport report = verify();

    assertThat(report.findings())
        .extracting(Finding::code)
        .containsOnly(Code.OBJECT_MISSING, Code.KEY_UNREACHABLE);
    assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
  }

  // What is sealed.

  @Test
  void pagesThatDoNotGiveTheSignedStateAreFound() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.pages =
        pages -> {
          byte[] last = pages.get(pages.size() - 1).clone();
          last[last.length - 1] ^= 1;
          List<byte[]> changed = new ArrayList<>(pages);
          changed.set(pages.size() - 1, last);
          return changed;
        };
    chronicle.publish(draft);

    assertFound(verify(), Verdict.INVALID, Code.STATE_MISMATCH);
  }

  @Test
  void aManifestThatIsNotTheSignedOneIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body =
        b -> BodyEditor.edited(b, editor -> editor.stateCommit = Digest.sha256(new byte[1]));
    chronicle.publish(draft);

    assertFound(verify(), Verdict.INVALID, Code.COMMIT_MISMATCH);
  }

  @Test
  void anEventRootOfOtherEventsIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body = b -> BodyEditor.edited(b, editor -> editor.eventRoot = Digest.sha256(new byte[1]));
    chronicle.publish(draft);

    assertFound(verify(), Verdict.INVALID, Code.COMMIT_MISMATCH);
  }

  @Test
  void aDroppedEventBatchIsATruncationAndAGap() throws Exception {
    Chronicle.Draft dropped = new Chronicle.Draft();
    dropped.batches = batches -> List.of();
    chronicle.publish(dropped);
    assertFound(verify(), Verdict.INVALID, Code.EVENTLOG_TRUNCATED);

    chronicle.publish();
    assertFound(verify(), Verdict.INVALID, Code.EVENTLOG_TRUNCATED);
  }

  @Test
  void eventsThatAreLeftOutInTheMiddleAreAGap() throws Exception {
    Chronicle.Draft first = new Chronicle.Draft();
    first.events = 2;
    first.batches = batches -> tail(batches.get(0));
    chronicle.publish(first);

    assertThat(verify().findings())
        .anyMatch(f -> f.code() == Code.EVENTLOG_GAP && f.message().contains("events 13 to 13"));
  }

  private static List<EventBatch> tail(EventBatch batch) {
    Digest before = EventChain.next(batch.before(), batch.events().get(0));
    return List.of(EventBatch.of(before, batch.events().subList(1, 2)));
  }

  @Test
  void doubledAndRewrittenEventsAreReordered() throws Exception {
    Chronicle.Draft doubled = new Chronicle.Draft();
    doubled.batches =
        batches ->
            List.of(EventBatch.of(batches.get(0).before(), List.of(Chronicle.event(VERSIONS))));
    chronicle.publish(doubled);
    assertThat(verify().findings()).extracting(Finding::code).contains(Code.EVENTLOG_REORDERED);
  }

  @Test
  void anEventLogThatTheManifestTellsOtherwiseIsFound() throws Exception {
    Chronicle.Draft rewritten = new Chronicle.Draft();
    rewritten.manifest =
        m ->
            new Manifest(
                m.pageSize(),
                m.pageCount(),
                m.stateNonce(),
                m.stateRoot(),
                m.stateKey(),
                m.transactions(),
                m.firstCommitTimeMillis(),
                m.lastCommitTimeMillis(),
                m.applicationEventSequence(),
                m.lineage(),
                m.eventSequence(),
                Digest.sha256(new byte[1]));
    chronicle.publish(rewritten);

    assertFound(verify(), Verdict.INVALID, Code.EVENTLOG_REORDERED);
  }

  @Test
  void aHistoryThatIsWrongEverywhereDoesNotFillTheReport() throws Exception {
    List<Anchored> all = ledger.readOnly().history(chronicle.id, 1, 12);
    registry.head =
        head ->
            new Head(
                head.id(),
                head.owner(),
                head.status(),
                Optional.of(
                    with(
                        all.get(11),
                        numbered(all.get(11).anchor(), 3_000),
                        all.get(11).historyHash())),
                head.keyEpoch(),
                head.keyringHash(),
                head.controlSequence(),
                head.controlHash(),
                head.asOf());
    registry.history =
        page -> {
          List<Anchored> wrong = new ArrayList<>();
          for (long v = 1; v <= 3_000; v++) {
            wrong.add(with(all.get(2), numbered(all.get(2).anchor(), v), all.get(2).historyHash()));
          }
          return wrong;
        };

    CustodyReport report = verify(Verification.of(chronicle.id, folder).range(1, 1));

    assertThat(report.findings()).hasSize(Findings.MAX_KEPT);
    assertThat(report.findingsInAll()).isGreaterThan(3_000);
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
  }
}
