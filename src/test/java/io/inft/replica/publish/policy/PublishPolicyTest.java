package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row is a situation, and what the publishing thread does in it. */
class PublishPolicyTest {
  private static final long NOW = 1_000_000_000_000L;

  /** With an interval of 30 s, batches of 100 events and a lag of 5 minutes at most. */
  private static final PublishPolicy POLICY = policy(Cadence.OnLag.WARN);

  private static PublishPolicy policy(Cadence.OnLag onLag) {
    return new PublishPolicy(
        new Cadence(Duration.ofSeconds(30), 100, Duration.ofMinutes(5), onLag));
  }

  private static final long UNSENT = Known.Generation.NONE_UNSENT;

  private static long ago(long millis) {
    return NOW - millis * 1_000_000;
  }

  /** A situation, told by how it differs from one in which nothing is to be done. */
  private record Situation(
      String what,
      Known.OfThread thread,
      Known.Waiting waiting,
      Known.Generation generation,
      Known.Allowance allowance,
      Pace pace,
      Retry retry) {
    static Situation of(String what) {
      return new Situation(
          what,
          new Known.OfThread(true, false, Known.Flight.NONE),
          new Known.Waiting(false, 0, false, 0, 0, 0, true, 0),
          new Known.Generation(0, false, false, false, false, false, UNSENT),
          Known.Allowance.FREE,
          new Pace(ago(5_000), 0, 0, ago(10), 0, 0),
          Retry.NONE);
    }

    Situation stopping() {
      return with(new Known.OfThread(false, thread.hasTasks(), thread.flight()));
    }

    Situation task() {
      return with(new Known.OfThread(thread.running(), true, thread.flight()));
    }

    Situation inFlight(long forMillis) {
      return with(
          new Known.OfThread(
              thread.running(), thread.hasTasks(), Known.Flight.since(ago(forMillis), false)));
    }

    Situation landed() {
      return with(
          new Known.OfThread(
              thread.running(), thread.hasTasks(), Known.Flight.since(ago(100), true)));
    }

    private Situation with(Known.OfThread next) {
      return new Situation(what, next, waiting, generation, allowance, pace, retry);
    }

    Situation noted(long forMillis) {
      return with(
          new Known.Waiting(
              true,
              ago(forMillis),
              waiting.asked(),
              waiting.askedSinceNanos(),
              waiting.askedLastNanos(),
              waiting.callers(),
              waiting.urgent(),
              0));
    }

    Situation asked(long forMillis) {
      return with(
          new Known.Waiting(
              waiting.noted(),
              waiting.sinceNanos(),
              true,
              ago(forMillis),
              ago(forMillis),
              1,
              waiting.urgent(),
              0));
    }

    /** So many callers wait, the newest of them for so long. */
    Situation callers(int count, long newestMillis) {
      return with(
          new Known.Waiting(
              waiting.noted(),
              waiting.sinceNanos(),
              true,
              waiting.askedSinceNanos(),
              ago(newestMillis),
              count,
              waiting.urgent(),
              0));
    }

    /** Who waits does so for the budget too. */
    Situation patient() {
      return with(
          new Known.Waiting(
              waiting.noted(),
              waiting.sinceNanos(),
              waiting.asked(),
              waiting.askedSinceNanos(),
              waiting.askedLastNanos(),
              waiting.callers(),
              false,
              0));
    }

    Situation budget(boolean payable, long waitMillis) {
      return new Situation(
          what,
          thread,
          waiting,
          generation,
          new Known.Allowance(payable, waitMillis * 1_000_000),
          pace,
          retry);
    }

    Situation aged(long beforeMillis) {
      return with(
          new Known.Waiting(
              waiting.noted(),
              waiting.sinceNanos(),
              waiting.asked(),
              waiting.askedSinceNanos(),
              waiting.askedLastNanos(),
              waiting.callers(),
              waiting.urgent(),
              ago(beforeMillis)));
    }

    private Situation with(Known.Waiting next) {
      return new Situation(what, thread, next, generation, allowance, pace, retry);
    }

    Situation outgoing(int versions) {
      return with(
          new Known.Generation(
              versions,
              generation.compacting(),
              generation.finalityDue(),
              generation.wantsCheckpoint(),
              generation.uncounted(),
              generation.ageUnwritten(),
              generation.unsentNanos()));
    }

    /** Something staged behind the one in flight is to be sent ahead then. */
    Situation unsent(long inMillis) {
      return with(
          new Known.Generation(
              generation.outgoing(),
              generation.compacting(),
              generation.finalityDue(),
              generation.wantsCheckpoint(),
              generation.uncounted(),
              generation.ageUnwritten(),
              inMillis * 1_000_000));
    }

    Situation compacting() {
      return with(
          new Known.Generation(generation.outgoing(), true, false, false, false, false, UNSENT));
    }

    Situation finalityDue() {
      return with(
          new Known.Generation(generation.outgoing(), false, true, false, false, false, UNSENT));
    }

    Situation largeLog() {
      return with(
          new Known.Generation(generation.outgoing(), false, false, true, false, false, UNSENT));
    }

    Situation uncounted() {
      return with(
          new Known.Generation(generation.outgoing(), false, false, false, true, false, UNSENT));
    }

    Situation ageUnwritten() {
      return with(
          new Known.Generation(generation.outgoing(), false, false, false, false, true, UNSENT));
    }

    private Situation with(Known.Generation next) {
      return new Situation(what, thread, waiting, next, allowance, pace, retry);
    }

    Situation stagedBefore(long millis) {
      return with(pace.staging(ago(millis)));
    }

    /** The network took so long for an upload and for an anchor. */
    Situation network(long uploadMillis, long anchorMillis) {
      return with(pace.uploaded(uploadMillis * 1_000_000).anchored(anchorMillis * 1_000_000));
    }

    Situation events(long counted, long beforeMillis) {
      return with(pace.counted(counted, ago(beforeMillis)));
    }

    private Situation with(Pace next) {
      return new Situation(what, thread, waiting, generation, allowance, next, retry);
    }

    Situation failed(long nextTryInMillis) {
      return new Situation(
          what,
          thread,
          waiting,
          generation,
          allowance,
          pace,
          new Retry(1, NOW + nextTryInMillis * 1_000_000, new IllegalStateException("a test's")));
    }

    Row then(Decision decision) {
      return new Row(this, decision);
    }

    Row thenWait(long millis) {
      return then(new Decision.Wait(millis));
    }

    Known known() {
      return new Known(thread, waiting, generation, allowance, pace, retry);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private record Row(Situation situation, Decision decision) {
    @Override
    public String toString() {
      return situation.what() + ": " + decision;
    }
  }

  private static Situation when(String what) {
    return Situation.of(what);
  }

  static Stream<Row> rows() {
    return Stream.of(
        when("nothing to do").thenWait(1000),
        // The interval.
        when("committed, interval not over").noted(3_000).thenWait(90),
        when("committed, interval over")
            .noted(3_000)
            .stagedBefore(30_000)
            .then(Decision.Step.STAGE),
        when("interval over, nothing committed").stagedBefore(90_000).thenWait(1000),
        when("committed, interval over in 40 ms")
            .noted(3_000)
            .stagedBefore(29_960)
            .events(0, 10)
            .thenWait(40),
        // Callers that wait.
        when("asked, the network is quick").asked(0).then(Decision.Step.STAGE),
        when("asked, others may join for a twentieth of an anchor")
            .asked(4)
            .network(0, 400)
            .thenWait(16),
        when("asked, others had time to join").asked(20).network(0, 400).then(Decision.Step.STAGE),
        when("asked, others may join for 50 ms at most")
            .asked(50)
            .network(0, 60_000)
            .then(Decision.Step.STAGE),
        when("asked, and others come all the time")
            .asked(90)
            .callers(10, 5)
            .network(0, 60_000)
            .thenWait(45),
        when("asked, nobody came for a while")
            .asked(90)
            .callers(10, 50)
            .network(0, 60_000)
            .then(Decision.Step.STAGE),
        when("asked, they came for long enough")
            .asked(250)
            .callers(1_000, 0)
            .network(0, 60_000)
            .then(Decision.Step.STAGE),
        when("asked, they came for a quarter of an anchor")
            .asked(100)
            .callers(1_000, 0)
            .network(0, 400)
            .then(Decision.Step.STAGE),
        // Events.
        when("99 events").noted(10).events(99, 10).thenWait(90),
        when("100 events").noted(10).events(100, 10).then(Decision.Step.STAGE),
        when("events were counted long ago")
            .noted(10)
            .uncounted()
            .events(0, 100)
            .then(Decision.Step.COUNT_EVENTS),
        when("events were counted just now").noted(10).uncounted().events(0, 99).thenWait(1),
        when("events are not counted while nothing waits")
            .uncounted()
            .events(0, 500)
            .thenWait(1000),
        when("events are not counted while a version is in flight")
            .noted(10)
            .uncounted()
            .events(0, 500)
            .outgoing(1)
            .inFlight(10)
            .network(200, 1_210)
            .thenWait(950),
        // The budget.
        when("interval over, the budget says later")
            .noted(3_000)
            .stagedBefore(90_000)
            .events(0, 10)
            .budget(true, 70)
            .thenWait(70),
        when("the budget says now, interval not over")
            .noted(3_000)
            .stagedBefore(29_950)
            .events(0, 10)
            .budget(true, -1)
            .thenWait(50),
        when("both are over")
            .noted(3_000)
            .stagedBefore(90_000)
            .budget(true, 0)
            .then(Decision.Step.STAGE),
        when("a full batch waits for the budget")
            .noted(10)
            .events(100, 10)
            .budget(true, 5_000)
            .thenWait(90),
        when("who asks does not wait for the budget's pace")
            .asked(0)
            .budget(true, 900_000)
            .then(Decision.Step.STAGE),
        when("who was held back by maxLag does").asked(0).patient().budget(true, 400).thenWait(400),
        when("and goes on at its pace")
            .asked(0)
            .patient()
            .budget(true, 0)
            .then(Decision.Step.STAGE),
        when("nobody gets what cannot be paid")
            .noted(9_000)
            .asked(9_000)
            .stagedBefore(90_000)
            .budget(false, 0)
            .thenWait(1000),
        when("after a failure the budget is waited for")
            .noted(10)
            .failed(-1)
            .events(0, 10)
            .budget(true, 700)
            .thenWait(1),
        when("what is staged was counted already")
            .outgoing(1)
            .budget(false, 0)
            .then(Decision.Step.SEND),
        // Staging ahead.
        when("staged and not sent").outgoing(1).then(Decision.Step.SEND),
        when("in flight, nothing else").outgoing(1).inFlight(10).thenWait(1000),
        when("asked, the one in flight takes long")
            .asked(60)
            .outgoing(1)
            .inFlight(100)
            .network(200, 2_000)
            .thenWait(1000),
        when("asked, ahead as late as its upload allows")
            .asked(60)
            .outgoing(1)
            .inFlight(1_749)
            .network(200, 2_000)
            .thenWait(1),
        when("asked, now it is as late")
            .asked(60)
            .outgoing(1)
            .inFlight(1_750)
            .network(200, 2_000)
            .then(Decision.Step.STAGE),
        when("asked, and nothing to store: the next one is staged when this one is confirmed")
            .asked(60)
            .outgoing(1)
            .inFlight(9_000)
            .network(0, 2_000)
            .thenWait(1000),
        when("a crowd does not wait until the one in flight is confirmed")
            .asked(250)
            .callers(PublishPolicy.CROWD, 10)
            .outgoing(1)
            .inFlight(100)
            .network(0, 2_000)
            .then(Decision.Step.STAGE),
        when("nor while nobody knows how long that takes")
            .asked(249)
            .callers(PublishPolicy.CROWD, 10)
            .outgoing(1)
            .inFlight(100)
            .thenWait(1),
        when("one less is no crowd")
            .asked(250)
            .callers(PublishPolicy.CROWD - 1, 50)
            .outgoing(1)
            .inFlight(100)
            .network(0, 2_000)
            .thenWait(1000),
        when("a crowd gathers for longer behind two")
            .asked(450)
            .callers(1_000, 0)
            .outgoing(2)
            .inFlight(100)
            .network(0, 2_000)
            .thenWait(50),
        when("but not once nobody else comes")
            .asked(100)
            .callers(PublishPolicy.CROWD, 50)
            .outgoing(2)
            .inFlight(100)
            .network(0, 2_000)
            .then(Decision.Step.STAGE),
        when("which takes a moment to know")
            .asked(100)
            .callers(PublishPolicy.CROWD, 20)
            .outgoing(2)
            .inFlight(100)
            .network(0, 2_000)
            .thenWait(30),
        when("and then goes")
            .asked(500)
            .callers(1_000, 0)
            .outgoing(2)
            .inFlight(100)
            .network(200, 2_000)
            .then(Decision.Step.STAGE),
        when("a crowd waits behind four")
            .asked(9_000)
            .callers(1_000, 0)
            .outgoing(4)
            .inFlight(100)
            .network(0, 2_000)
            .thenWait(1000),
        when("a crowd stages nothing behind what is not even sent")
            .asked(9_000)
            .callers(1_000, 0)
            .outgoing(1)
            .then(Decision.Step.SEND),
        when("what is staged behind the one in flight is sent ahead")
            .outgoing(2)
            .inFlight(100)
            .unsent(0)
            .then(Decision.Step.SEND_AHEAD),
        when("and that before another one is staged")
            .asked(500)
            .callers(1_000, 50)
            .outgoing(2)
            .inFlight(100)
            .unsent(-1)
            .then(Decision.Step.SEND_AHEAD),
        when("it is tried again soon if the one in flight is not even sent")
            .outgoing(2)
            .inFlight(100)
            .unsent(20)
            .thenWait(20),
        when("nothing is sent ahead of what is not in flight")
            .outgoing(2)
            .unsent(0)
            .then(Decision.Step.SEND),
        when("asked, one is ahead already")
            .asked(60)
            .outgoing(2)
            .inFlight(9_000)
            .network(200, 2_000)
            .thenWait(1000),
        when("asked, one is staged behind nothing in flight")
            .asked(60)
            .outgoing(2)
            .then(Decision.Step.SEND),
        when("it has landed").outgoing(1).landed().then(Decision.Step.LAND),
        when("it has landed while all is being stopped")
            .outgoing(1)
            .landed()
            .stopping()
            .then(Decision.Step.LAND),
        // Failures.
        when("failed, next try later").noted(10).failed(170).thenWait(170),
        when("failed, next try due").noted(10).failed(0).then(Decision.Step.STAGE),
        when("failed while sending, next try later").outgoing(1).failed(400).thenWait(400),
        when("failed while sending, next try due").outgoing(1).failed(-1).then(Decision.Step.SEND),
        when("failed, next try very late").noted(10).failed(20_000).thenWait(1000),
        when("failed, a checkpoint is not kept by that")
            .noted(10)
            .failed(400)
            .largeLog()
            .then(Decision.Step.CHECKPOINT),
        // What else there is to do.
        when("finality").finalityDue().then(Decision.Step.LOOK_AFTER_FINALITY),
        when("finality before what is staged")
            .finalityDue()
            .outgoing(1)
            .then(Decision.Step.LOOK_AFTER_FINALITY),
        when("finality after a failure").finalityDue().failed(400).thenWait(400),
        when("finality not while in flight").finalityDue().outgoing(1).inFlight(1).thenWait(1000),
        when("a large log").largeLog().then(Decision.Step.CHECKPOINT),
        when("publishing before a checkpoint").largeLog().asked(0).then(Decision.Step.STAGE),
        when("an age that is not on disk")
            .noted(1_000)
            .ageUnwritten()
            .then(Decision.Step.WRITE_AGE),
        when("an age too young for a write").noted(999).ageUnwritten().thenWait(90),
        when("an age that was tried just now").noted(5_000).aged(999).ageUnwritten().thenWait(90),
        // Tasks.
        when("a task").task().then(Decision.Step.TASK),
        when("a task before what is asked").task().asked(0).then(Decision.Step.TASK),
        when("a task waits for what is in flight, and nothing is staged ahead")
            .task()
            .asked(60)
            .outgoing(1)
            .inFlight(9_000)
            .network(1, 2)
            .then(new Decision.Wait(1)),
        // The end.
        when("stopping").stopping().then(Decision.Step.STOP),
        when("stopping with something to publish")
            .noted(1)
            .asked(1)
            .stopping()
            .then(Decision.Step.STOP),
        when("stopping while in flight").outgoing(1).inFlight(5).stopping().thenWait(100),
        when("stopping while a snapshot is stored").compacting().stopping().thenWait(100),
        when("stopping with a task").task().stopping().then(Decision.Step.STOP));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void decides(Row row) {
    assertThat(POLICY.next(row.situation().known(), NOW)).isEqualTo(row.decision());
  }

  @ParameterizedTest(name = "{0}: {1} ms old, warned {2} ms ago: {3}")
  @CsvSource({
    "WARN, 300000, -1, GO_ON",
    "WARN, 300001, -1, WARN",
    "WARN, 300001, 300000, GO_ON",
    "WARN, 700000, 300001, WARN",
    "BLOCK, 300000, -1, GO_ON",
    "BLOCK, 300001, -1, BLOCK",
    "FAIL, 300001, -1, FAIL"
  })
  void judgesACommitByTheAgeOfWhatWaits(
      Cadence.OnLag onLag, long age, long warned, PublishPolicy.OnCommit verdict) {
    long warnedAt = warned < 0 ? 0 : ago(warned);
    assertThat(policy(onLag).beforeCommit(ago(age), warnedAt, NOW)).isEqualTo(verdict);
    assertThat(policy(onLag).beforeCommit(0, warnedAt, NOW))
        .as("nothing waits")
        .isEqualTo(PublishPolicy.OnCommit.GO_ON);
  }

  @Test
  void aBatchIsFullWhicheverConnectionAppendedItsEvents() {
    Pace two = Pace.beginning(NOW).withAppended().withAppended();
    assertThat(PublishPolicy.completesBatch(two, 0, 3)).isFalse();
    assertThat(PublishPolicy.completesBatch(two, 3, 3)).isTrue();
    assertThat(PublishPolicy.completesBatch(two, 0, 2)).isTrue();
    assertThat(PublishPolicy.completesBatch(two.staging(NOW), 0, 2)).as("staged").isFalse();
  }
}
