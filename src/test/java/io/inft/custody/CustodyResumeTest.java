package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.registry.Anchored;
import io.inft.registry.Rights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Verifications that go on where an earlier one ended. */
class CustodyResumeTest extends AttackedHistory {
  private Verification all() {
    return Verification.of(chronicle.id, folder).with(Chronicle.SECRET);
  }

  private Verification.Mark mark() {
    CustodyReport report = verify(all());
    assertThat(report.findings()).isEmpty();
    return report.mark().orElseThrow();
  }

  private void goAlong(int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      Chronicle.Draft draft = new Chronicle.Draft();
      draft.inlined = true;
      chronicle.publish(draft);
    }
  }

  @Test
  void onlyWhatIsNewIsLookedAt() throws Exception {
    chronicle.publish(6);
    Verification.Mark mark = mark();
    assertThat(mark.version()).isEqualTo(6);
    assertThat(mark.eventSequence()).isEqualTo(6);
    CustodyReport nothing = verify(all().after(mark));
    assertThat(nothing.verdict()).isEqualTo(Verdict.VALID);
    assertThat(nothing.versions()).isZero();
    assertThat(nothing.mark()).contains(mark);

    chronicle.publish(3);
    CustodyReport report = verify(all().after(mark));

    assertThat(report.findings()).isEmpty();
    assertThat(report.resumed()).contains(mark);
    assertThat(report.versions()).isEqualTo(3);
    assertThat(report.commits()).isEqualTo(3);
    assertThat(report.sealed()).isEqualTo(new CustodyReport.Sealed(true, 7, 9, 9));
    assertThat(report.mark().orElseThrow()).isEqualTo(mark());
    assertThat(ReportJson.of(report).get("resumedAfter").asLong()).isEqualTo(6);
  }

  @Test
  void itGoesOnAmidRotationsGrantsAndVersionsThatWentAlong() throws Exception {
    chronicle.publish(2);
    ledger
        .as(Chronicle.OWNER)
        .grant(
            chronicle.id,
            CustodyTest.AGENT.address(),
            Rights.WRITER | Rights.KEY_ADMIN,
            Instant.now().plusSeconds(3600),
            0);
    List<Verification.Mark> marks = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      goAlong(3);
      marks.add(mark());
      goAlong(2);
      chronicle.publish();
      marks.add(mark());
      Chronicle.Draft rotation = new Chronicle.Draft();
      rotation.newEpoch = true;
      rotation.author = CustodyTest.AGENT;
      chronicle.through(ledger.as(CustodyTest.AGENT));
      chronicle.publish(rotation);
      chronicle.through(ledger.as(Chronicle.OWNER));
      marks.add(mark());
    }
    Verification.Mark end = mark();

    for (Verification.Mark mark : marks) {
      CustodyReport report = verify(all().after(mark));
      assertThat(report.findings()).as("after " + mark.version()).isEmpty();
      assertThat(report.resumed()).contains(mark);
      assertThat(report.mark()).contains(end);
    }
  }

  @Test
  void aMarkOfAnotherHistoryCountsForNothing() throws Exception {
    chronicle.publish(5);
    Verification.Mark mark = mark();
    Verification.Mark other =
        new Verification.Mark(
            3, Digest.sha256(new byte[1]), 0, Verification.Depth.FULL, true, 3, mark.eventHash());
    Verification.Mark later =
        new Verification.Mark(
            9, mark.historyHash(), 0, Verification.Depth.FULL, true, 9, mark.eventHash());

    for (Verification.Mark wrong : List.of(other, later)) {
      CustodyReport report = verify(all().after(wrong));
      assertThat(report.resumed()).isEmpty();
      assertThat(report.versions()).isEqualTo(5);
      assertThat(report.verdict()).isEqualTo(Verdict.VALID);
    }
  }

  @Test
  void whoOnlyLookedQuicklyOrWithoutKeysDidNotLookEnough() throws Exception {
    chronicle.publish(5);
    Verification closed = Verification.of(chronicle.id, folder);
    Verification.Mark quick = verify(all().with(Verification.Depth.QUICK)).mark().orElseThrow();
    Verification.Mark withoutKeys = verify(closed).mark().orElseThrow();
    Verification.Mark full = mark();

    assertThat(verify(all().after(quick)).resumed()).isEmpty();
    assertThat(verify(all().after(withoutKeys)).resumed()).isEmpty();
    assertThat(verify(closed.after(withoutKeys)).resumed()).isPresent();
    assertThat(verify(closed.after(full)).resumed()).isPresent();
    assertThat(verify(all().with(Verification.Depth.QUICK).after(full)).resumed()).isPresent();
  }

  @Test
  void onlyAWholeAndFlawlessVerificationLeavesAMark() throws Exception {
    chronicle.publish(5);
    assertThat(verify(all().range(2, 5)).mark()).isEmpty();
    store.lost.add(chronicle.anchored().anchor().previousRoot());
    assertThat(verify(all()).mark()).isEmpty();
    store.lost.clear();
    registry.history = page -> page.stream().filter(v -> v.version() != 4).toList();
    assertThat(verify(all()).mark()).isEmpty();
  }

  @Test
  void whatIsWrongBehindTheMarkIsFound() throws Exception {
    chronicle.publish(5);
    Verification.Mark mark = mark();
    chronicle.publish(4);

    registry.history = page -> page.stream().filter(v -> v.version() != 7).toList();
    assertThat(verify(all().after(mark)).findings())
        .extracting(Finding::code)
        .containsOnly(Code.LOG_GAP);

    registry.history = page -> page.stream().map(v -> v.version() == 6 ? by(v) : v).toList();
    assertThat(verify(all().after(mark)).findings())
        .extracting(Finding::code)
        .contains(Code.LOG_FORGED, Code.AUTHOR_UNAUTHORIZED);

    registry.history = page -> page;
    registry.controls = page -> List.of();
    assertThat(verify(all().after(mark)).findings())
        .as("control operations are replayed from the beginning")
        .extracting(Finding::code)
        .contains(Code.LOG_TRUNCATED);

    registry.controls = page -> page;
    store.served.put(chronicle.anchored().anchor().root(), new byte[100]);
    assertThat(verify(all().after(mark)).findings())
        .extracting(Finding::code)
        .contains(Code.OBJECT_SUBSTITUTED);
  }

  private static Anchored by(Anchored v) {
    return new Anchored(
        v.anchor(),
        CustodyTest.BUYER.address(),
        v.historyHash(),
        v.controlSequence(),
        v.block(),
        v.previousBlockNumber(),
        v.inlined());
  }

  /** No false alarm, whole and in parts. */
  @Tag("heavy")
  @Test
  void tenThousandHonestVersionsRaiseNoAlarm() throws Exception {
    Optional<Verification.Mark> mark = Optional.empty();
    for (int part = 0; part < 10; part++) {
      for (int i = 0; i < 1_000; i++) {
        Chronicle.Draft draft = new Chronicle.Draft();
        draft.inlined = i % 7 < 5 && (part > 0 || i > 0);
        draft.newEpoch = !draft.inlined && i % 500 == 6;
        chronicle.publish(draft);
      }
      CustodyReport report = verify(mark.map(all()::after).orElse(all()));
      assertThat(report.findings()).isEmpty();
      assertThat(report.versions()).isEqualTo(1_000);
      mark = report.mark();
    }
    assertThat(verify(all()).findings()).isEmpty();
    assertThat(mark).contains(mark());
  }
}
