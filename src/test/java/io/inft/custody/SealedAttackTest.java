package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.commit.BodyEditor;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.Manifest;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lies of somebody who holds all keys about what is sealed: pages, manifest, event log. */
class SealedAttackTest extends AttackedHistory {
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    super.publishAHistory();
  }

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
