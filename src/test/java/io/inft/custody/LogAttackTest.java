package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.Head;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each lie about the registry's two logs is found, with its own code. */
class LogAttackTest extends AttackedHistory {
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    super.publishAHistory();
  }

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
}
