package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.DoesNotFollowException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommitChainTest {
  @Test
  void jumpsClearTheLowestBitsOfTheVersionBefore() {
    assertThat(CommitChain.targets(1)).isEmpty();
    assertThat(CommitChain.targets(2)).containsExactly(1L);
    assertThat(CommitChain.targets(8)).containsExactly(7L, 6L, 4L);
    assertThat(CommitChain.targets(9)).containsExactly(8L);
    assertThat(CommitChain.targets(1000))
        .containsExactly(999L, 998L, 996L, 992L, 960L, 896L, 768L, 512L);
    assertThat(CommitChain.targets(Long.MAX_VALUE)).hasSize(62);
  }

  @Test
  void allJumpsButTheFirstAreTheOnesOfTheVersionBefore() {
    for (long version = 2; version <= 20_000; version++) {
      List<Long> own = CommitChain.targets(version);
      Set<Long> known = new HashSet<>(CommitChain.targets(version - 1));
      assertThat(own.get(0)).isEqualTo(version - 1);
      assertThat(known).as("version %s", version).containsAll(own.subList(1, own.size()));
      assertThat(own.size()).isLessThanOrEqualTo(1 + log2(version));
    }
  }

  @Test
  void reachesEveryVersionFromEveryOtherInLogarithmicallyManySteps() {
    for (int from = 2; from <= 1100; from++) {
      for (int wanted = 1; wanted < from; wanted++) {
        int distance = from - wanted;
        assertThat(steps(from, wanted))
            .as("from %s to %s", from, wanted)
            .isLessThanOrEqualTo(1 + log2(from))
            .isLessThanOrEqualTo(1 + 2 * log2(distance + 1));
      }
    }
  }

  @Test
  void reachesAnyVersionOfALongHistorySeed61() {
    Random random = new Random(61);
    for (int i = 0; i < 100_000; i++) {
      long from = 2 + (random.nextLong() >>> (2 + random.nextInt(60)));
      long wanted = 1 + Math.floorMod(random.nextLong(), from - 1);
      assertThat(steps(from, wanted))
          .as("from %s to %s", from, wanted)
          .isLessThanOrEqualTo(1 + log2(from));
    }
  }

  private static int steps(long from, long wanted) {
    int steps = 0;
    for (long at = from; at != wanted; steps++) {
      long next = Long.MAX_VALUE;
      for (long target : CommitChain.targets(at)) {
        next = target >= wanted ? Math.min(next, target) : next;
      }
      assertThat(next).as("a step back from %s", at).isBetween(wanted, at - 1);
      at = next;
    }
    return steps;
  }

  private static int log2(long value) {
    return 63 - Long.numberOfLeadingZeros(value);
  }

  @Test
  void findsTheWayThroughRealCommitObjects() {
    List<CommitObject> chain = Samples.chain(100);
    for (int wanted = 1; wanted < 100; wanted++) {
      CommitBody at = chain.get(99).body();
      int fetches = 0;
      while (at.version() != wanted) {
        Jump jump = CommitChain.toward(at, wanted);
        CommitObject fetched = chain.get((int) jump.version() - 1);
        assertThat(jump.root()).isEqualTo(Samples.root(fetched));
        assertThat(jump.block()).isEqualTo(10_000 + jump.version());
        at = fetched.body();
        fetches++;
      }
      assertThat(fetches).isLessThanOrEqualTo(7);
    }
  }

  @Test
  void knowsNoWayForward() {
    CommitBody body = Samples.chain(3).get(2).body();

    assertThatIllegalArgumentException().isThrownBy(() -> CommitChain.toward(body, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> CommitChain.toward(body, 0));
  }

  @Test
  void everyVersionFollowsTheOneBefore() {
    List<CommitObject> chain = Samples.chain(70);
    for (int i = 1; i < chain.size(); i++) {
      CommitObject previous = chain.get(i - 1);
      CommitBody next = chain.get(i).body();
      assertThatCode(() -> CommitChain.checkFollows(next, previous.body(), Samples.root(previous)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aJumpMayLeaveOpenInWhichBlockTheVersionBeforeWasAnchored() {
    CommitObject first = Samples.chain(1).get(0);
    Digest root = Samples.root(first);
    BodyEditor editor = new BodyEditor(Samples.next(first, root));
    editor.jumps = CommitChain.jumpsFor(2, new Jump(1, root, 0, 0), first.body());

    CommitBody next = CommitObject.sign(editor.body(), Samples.AUTHOR).body();

    assertThatCode(() -> CommitChain.checkFollows(next, first.body(), root))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesWhatDoesNotFollow() {
    List<CommitObject> chain = Samples.chain(8);
    CommitObject previous = chain.get(6);
    Digest root = Samples.root(previous);
    CommitBody next = chain.get(7).body();

    assertDoesNotFollow(next, chain.get(5).body(), Samples.root(chain.get(5)), "number");
    assertDoesNotFollow(next, previous.body(), Samples.digest("another"), "previous root");
    BodyEditor elsewhere = new BodyEditor(next);
    elsewhere.context = Samples.digest("another database");
    assertDoesNotFollow(elsewhere.body(), previous.body(), root, "context");
    BodyEditor epoch = new BodyEditor(next);
    epoch.epoch = 3;
    assertDoesNotFollow(epoch.body(), previous.body(), root, "key epoch");
    BodyEditor forgets = new BodyEditor(next);
    forgets.jumps = new ArrayList<>(next.jumps());
    forgets.jumps.set(1, new Jump(6, Samples.digest("forged"), 1, 1));
    assertDoesNotFollow(forgets.body(), previous.body(), root, "jump to version 6");
  }

  private static void assertDoesNotFollow(
      CommitBody next, CommitBody previous, Digest root, String field) {
    assertThatThrownBy(() -> CommitChain.checkFollows(next, previous, root))
        .isInstanceOfSatisfying(
            DoesNotFollowException.class,
            failure -> {
              assertThat(failure.field()).isEqualTo(field);
              assertThat(failure.version()).isEqualTo(next.version());
            });
  }

  @Test
  void refusesToMakeJumpsFromAnotherVersionThanTheOneBefore() {
    List<CommitObject> chain = Samples.chain(3);
    Digest root = Samples.root(chain.get(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitChain.jumpsFor(4, Samples.jump(2, root), chain.get(1).body()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitChain.jumpsFor(3, Samples.jump(2, root), chain.get(0).body()));
  }
}
