package io.inft.commit;

import io.inft.bytes.Digest;
import io.inft.failure.DoesNotFollowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How versions hang together: each names the root of the one before, and jumps to some earlier
 * ones, so that any past version is found in a few steps.
 *
 * <p>Version {@code n} jumps to {@code n-1}, and to what is left of {@code n-1} when its lowest one
 * bits are cleared, one after the other, down to its highest bit alone. These are as many as {@code
 * n-1} has one bits, all but the first are jumps of {@code n-1} itself, and going to the smallest
 * one that is not below the target settles at least one bit of it a step.
 */
public final class CommitChain {
  private CommitChain() {}

  /** The versions that a version jumps to, newest first; none for version 1. */
  public static List<Long> targets(long version) {
    List<Long> targets = new ArrayList<>();
    for (long target = version - 1; target > 0; target &= target - 1) {
      targets.add(target);
    }
    return List.copyOf(targets);
  }

  /**
   * The jumps of a new version, from what its predecessor knows. Version 1 has none.
   *
   * @param newVersion from 2
   * @param previous the version before it: root, and block and time as far as they are known
   * @param previousBody what that version says
   */
  public static List<Jump> jumpsFor(long newVersion, Jump previous, CommitBody previousBody) {
    if (newVersion < 2
        || previous.version() != newVersion - 1
        || previousBody.version() != newVersion - 1) {
      throw new IllegalArgumentException(
          "version " + newVersion + " does not come after " + previous.version());
    }
    Map<Long, Jump> known = new HashMap<>();
    previousBody.jumps().forEach(jump -> known.put(jump.version(), jump));
    known.put(previous.version(), previous);
    List<Jump> jumps = new ArrayList<>();
    for (long target : targets(newVersion)) {
      Jump jump = known.get(target);
      if (jump == null) {
        throw new IllegalArgumentException(
            "version " + previousBody.version() + " lacks its jump to version " + target);
      }
      jumps.add(jump);
    }
    return List.copyOf(jumps);
  }

  /**
   * The next step on the way from one version to an earlier one.
   *
   * @param wanted from 1, below {@code from}'s version
   */
  public static Jump toward(CommitBody from, long wanted) {
    Jump best = null;
    for (Jump jump : from.jumps()) {
      if (jump.version() >= wanted && (best == null || jump.version() < best.version())) {
        best = jump;
      }
    }
    if (best == null || wanted < 1) {
      throw new IllegalArgumentException(
          "version " + wanted + " does not lie before version " + from.version());
    }
    return best;
  }

  /**
   * Checks that one version continues another.
   *
   * @param previousRoot root of the commit object that holds {@code previous}
   */
  public static void checkFollows(CommitBody next, CommitBody previous, Digest previousRoot)
      throws DoesNotFollowException {
    long version = next.version();
    require(
        next.context().equals(previous.context()),
        version,
        "context",
        previous.context(),
        next.context());
    require(version == previous.version() + 1, version, "number", previous.version() + 1, version);
    require(
        next.previousRoot().equals(previousRoot),
        version,
        "previous root",
        previousRoot,
        next.previousRoot());
    require(
        next.epoch() == previous.epoch() || next.epoch() == previous.epoch() + 1,
        version,
        "key epoch",
        previous.epoch() + " or " + (previous.epoch() + 1),
        next.epoch());
    checkJumps(next, previous);
  }

  /** All jumps but the first are handed on: the same versions, the same roots. */
  private static void checkJumps(CommitBody next, CommitBody previous)
      throws DoesNotFollowException {
    List<Jump> inherited = next.jumps().stream().skip(1).toList();
    for (Jump jump : inherited) {
      require(
          previous.jumps().stream()
              .anyMatch(one -> one.version() == jump.version() && one.root().equals(jump.root())),
          next.version(),
          "jump to version " + jump.version(),
          "the one of the version before",
          jump.root());
    }
  }

  private static void require(
      boolean holds, long version, String field, Object expected, Object found)
      throws DoesNotFollowException {
    if (!holds) {
      throw new DoesNotFollowException(
          version, field, String.valueOf(expected), String.valueOf(found));
    }
  }
}
