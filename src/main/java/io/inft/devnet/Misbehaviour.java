package io.inft.devnet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes a development server behave badly, for tests of what relies on it. Safe for many threads.
 */
public final class Misbehaviour {
  /** What a server can be told to do wrong. */
  public enum Kind {
    /** Answers after a second. */
    DELAY,
    /** Answers after a quarter of a second, as a node on another continent does. */
    SLOW,
    /** Takes calls and never answers. */
    SILENT,
    /** Closes the connection without an answer. */
    DROP,
    /** HTTP 429. */
    TOO_MANY_REQUESTS,
    /** HTTP 413 for requests of more than 1 MB, as proxies do. */
    SMALL_BODIES,
    /** Ends in the middle of the answer. */
    CUT,
    /** Answers with something that is no JSON. */
    GARBAGE,
    /** Answers with more bytes than anybody should accept. */
    GIANT,
    /** A bit of the served data is flipped. */
    CORRUPT,
    /** Served data is one chunk short. */
    TRUNCATE,
    /** Served data is no base64. */
    BAD_BASE64,
    /** Serves a segment of the same file from another place, with that one's proof. */
    MISPLACE,
    /** Serves other bytes with a proof that is consistent in itself. */
    SUBSTITUTE,
    /** Serves the right bytes with a proof in which one hash is another. */
    BAD_PROOF,
    /** Accepts uploads and throws them away. */
    LOSE,
    /**
     * Forgets at this call which segments of unfinished files it received, as the real node does at
     * a restart.
     */
    AMNESIA,
    /** Says that the submission is missing, as the real node does while the chain reorganizes. */
    MISSING_TX,
    /**
     * Serves bytes, but "Not ready to generate proof": what a reorganisation may leave of a
     * finalized file in the real node, for ever.
     */
    NO_PROOF,
    /** Knows no file. */
    FORGET,
    /** Does not follow the chain any more. */
    STALE,
    /** "too many data writing". */
    BUSY,
    /** Says it belongs to another chain. */
    WRONG_CHAIN,
    /** Names a contract of its own as the one to be paid. */
    WRONG_FLOW,
    /** An indexer that knows no nodes. */
    NO_NODES,
    /** An indexer that does not know the file. */
    NO_LOCATIONS,
    /** An indexer that knows only the first node. */
    INCOMPLETE_SHARDS,
    /** An indexer of before the method that selects nodes. */
    OLD
  }

  static final Duration DELAY = Duration.ofSeconds(1);
  static final Duration SLOWNESS = Duration.ofMillis(250);

  /** Longer than anybody waits. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  private static final int ALWAYS = -1;
  private static final int NO_SEGMENT = -1;

  private static final class Rule {
    final Kind kind;
    final String method;

    /** Of which segments only; empty for whatever is asked. */
    final Set<Integer> segments;

    int remaining;

    Rule(Kind kind, String method, Set<Integer> segments, int remaining) {
      this.kind = kind;
      this.method = method;
      this.segments = segments;
      this.remaining = remaining;
    }

    boolean fits(Kind asked, String called, int segment) {
      return kind == asked
          && called.contains(method)
          && (segments.isEmpty() || segments.contains(segment));
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Rule> rules = new ArrayList<>();

  /** From now on until {@link #stop}. */
  public void start(Kind kind) {
    add(new Rule(kind, "", Set.of(), ALWAYS));
  }

  /** When one of these segments of any file is read, from now on until {@link #stop}. */
  public void startForSegments(Kind kind, Integer... segments) {
    add(new Rule(kind, "", Set.of(segments), ALWAYS));
  }

  /** For the next calls of methods whose name contains {@code method}. */
  public void next(int times, Kind kind, String method) {
    add(new Rule(kind, method, Set.of(), times));
  }

  private void add(Rule rule) {
    lock.lock();
    try {
      rules.add(rule);
    } finally {
      lock.unlock();
    }
  }

  /** Behaves again. */
  public void stop() {
    lock.lock();
    try {
      rules.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Whether to do it for a call of this method; counts it. */
  boolean does(Kind kind, String method) {
    return does(kind, method, NO_SEGMENT);
  }

  /** Whether to do it for a call of this method about a segment; counts it. */
  boolean does(Kind kind, String method, int segment) {
    lock.lock();
    try {
      Iterator<Rule> all = rules.iterator();
      while (all.hasNext()) {
        Rule rule = all.next();
        if (rule.fits(kind, method, segment)) {
          if (rule.remaining != ALWAYS && --rule.remaining == 0) {
            all.remove();
          }
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}
