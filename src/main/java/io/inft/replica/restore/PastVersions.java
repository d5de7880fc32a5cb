package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.failure.InftException;
import io.inft.failure.PastStateException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.RegistryReader;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a past version in a few steps, however many came after it: by the jumps that commit objects
 * carry, where the registry cannot look a version up by itself. A jump is its author's word and
 * only says where to look; what is found is always what the registry recorded. Where commit objects
 * cannot be read any more, the registry is asked to walk.
 */
public final class PastVersions {
  private static final Logger LOG = LoggerFactory.getLogger(PastVersions.class);

  /** A root is looked for in so many versions at a time, the newest first. */
  private static final long AT_ONCE = 512;

  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;

  public PastVersions(RegistryReader registry, DatabaseId id, Commits commits) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
  }

  /**
   * The version that is asked for.
   *
   * @param at a number, an ISO time (the newest version that was not anchored after it), or a root
   * @throws PastStateException it is none of these, or the history has no such version
   */
  public Anchored find(String at) throws InftException {
    Head head = registry.head(id);
    if (at.matches("[0-9]{1,18}")) {
      return byNumber(at, newest(at, head), Long.parseLong(at));
    }
    if (at.matches("(0x)?[0-9a-fA-F]{64}")) {
      return byRoot(at, newest(at, head), Digest.parse(at));
    }
    Instant time;
    try {
      time = Instant.parse(at);
    } catch (DateTimeParseException e) {
      throw new PastStateException(
          "at=" + at, "give a version number, a time like 2026-01-31T12:00:00Z, or a commit root");
    }
    return byTime(at, newest(at, head), time.getEpochSecond());
  }

  private static Anchored newest(String at, Head head) throws PastStateException {
    return head.newest()
        .orElseThrow(() -> new PastStateException("at=" + at, "nothing was published yet"));
  }

  private static String range(Anchored newest) {
    return "the history has versions 1 to " + newest.version();
  }

  private Anchored byNumber(String at, Anchored newest, long wanted) throws InftException {
    if (wanted < 1 || wanted > newest.version()) {
      throw new PastStateException(
          "at=" + at, range(newest) + ", the newest of " + newest.block().time());
    }
    return reach(newest, wanted);
  }

  /**
   * @param wanted from 1 to the version that one comes from
   */
  private Anchored reach(Anchored from, long wanted) throws InftException {
    if (from.version() == wanted) {
      return from;
    }
    if (!registry.looksUp()) {
      try {
        return jumpTo(from, wanted);
      } catch (InftException e) {
        if (!Unreadable.isLost(e)) {
          throw e;
        }
        LOG.debug("the jumps to version {} of '{}' cannot be followed", wanted, id, e);
      }
    }
    return registry.version(id, wanted, 0);
  }

  private Anchored jumpTo(Anchored from, long wanted) throws InftException {
    CommitObject commit = commits.fetch(from);
    while (true) {
      Jump jump = toward(commit.body(), wanted);
      if (jump.version() == wanted) {
        return registry.version(id, wanted, jump.block());
      }
      commit = follow(commit, jump);
    }
  }

  /** Asks nobody where the object is at hand, or lies in what the one before it carries. */
  private CommitObject follow(CommitObject from, Jump jump) throws InftException {
    Optional<CommitObject> known = commits.carried(jump);
    if (known.isEmpty() && from.body().version() - jump.version() < Inlined.STORED_EVERY) {
      commits.keepCarriedBy(from);
      known = commits.carried(jump);
    }
    return known.isPresent()
        ? known.get()
        : commits.fetch(registry.version(id, jump.version(), jump.block()));
  }

  /** The longest step of which the writer knew the block; else the longest one. */
  private static Jump toward(CommitBody from, long wanted) {
    Jump longest = CommitChain.toward(from, wanted);
    return from.jumps().stream()
        .filter(jump -> jump.version() >= wanted && jump.block() > 0)
        .reduce((newer, older) -> older)
        .orElse(longest);
  }

  /** Between a version that is early enough, or none, and one that is not. */
  private Anchored byTime(String at, Anchored newest, long seconds) throws InftException {
    if (newest.block().timeSeconds() <= seconds) {
      return newest;
    }
    Anchored late = newest;
    Optional<Anchored> early = Optional.empty();
    OptionalLong told = registry.looksUp() ? OptionalLong.empty() : told(newest, seconds);
    while (late.version() - early.map(Anchored::version).orElse(0L) > 1) {
      long floor = early.map(Anchored::version).orElse(0L);
      Anchored looked = reach(late, probe(floor, late.version(), told));
      if (looked.block().timeSeconds() > seconds) {
        late = looked;
      } else {
        early = Optional.of(looked);
      }
    }
    Anchored first = late;
    return early.orElseThrow(
        () ->
            new PastStateException(
                "at=" + at, range(newest) + ", the first of " + first.block().time()));
  }

  /** Which version to look at: where the commit objects have the end, else the middle. */
  private static long probe(long floor, long late, OptionalLong told) {
    long last = told.orElse(-1);
    if (floor < last + 1 && last + 1 < late) {
      return last + 1;
    }
    return floor < last && last < late ? last : (late + floor) / 2;
  }

  /**
   * The last version that was not after a time, as the commit objects tell it; empty if they cannot
   * be read.
   */
  private OptionalLong told(Anchored newest, long seconds) throws InftException {
    try {
      CommitObject commit = commits.fetch(newest);
      while (true) {
        Optional<Jump> after =
            commit.body().jumps().stream()
                .filter(jump -> jump.timeSeconds() > seconds)
                .reduce((newer, older) -> older);
        if (after.isEmpty()) {
          return OptionalLong.of(commit.body().version() - 1);
        }
        commit = follow(commit, after.get());
      }
    } catch (InftException e) {
      if (!Unreadable.isLost(e)) {
        throw e;
      }
      LOG.debug("the versions of '{}' do not say when others were", id, e);
      return OptionalLong.empty();
    }
  }

  /** The registry has no list of roots: from the head down. */
  private Anchored byRoot(String at, Anchored newest, Digest root) throws InftException {
    for (long to = newest.version(); to > 0; to -= AT_ONCE) {
      List<Anchored> some = registry.history(id, Math.max(1, to - AT_ONCE + 1), to);
      for (Anchored version : some) {
        if (version.anchor().root().equals(root)) {
          return version;
        }
      }
    }
    throw new PastStateException("at=" + at, range(newest) + ", and none of them has that root");
  }
}
