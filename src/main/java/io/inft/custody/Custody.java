package io.inft.custody;

import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.store.StoreReader;
import java.time.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Verifies the whole history of a database. Works on every network, by the doors that everybody can
 * open: it needs no account, and keys only for what is sealed. Safe for use by many threads at
 * once.
 *
 * <p>What it believes: that the registry's endpoints answer for the registry they name, as far as
 * {@link RegistryReader#trust} says that they are compared. Everything else is computed again. An
 * endpoint that shows one consistent but false history to a client that compares it with none and
 * has never seen another is not found out here; {@link Verification.Seen} finds out one that goes
 * back.
 */
public final class Custody {
  private static final int ATTEMPTS = 3;

  /** Honest endpoints are further apart for a moment only. */
  private static final long STALE_BLOCKS = 200;

  private final RegistryReader registry;
  private final StoreReader store;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param random chooses the segments that a quick verification reads
   */
  public Custody(RegistryReader registry, StoreReader store, Clock clock, RandomGenerator random) {
    this.registry = registry;
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Verifies. Whatever is wrong with chain or storage, or keeps them from being asked, is in the
   * report; nothing is thrown. An interrupted thread stops between two versions and stays
   * interrupted.
   */
  public CustodyReport verify(Verification what, Progress progress) {
    CustodyReport report = attempt(what, progress);
    for (int i = 1; i < ATTEMPTS && reorganised(report); i++) {
      report = attempt(what, progress);
    }
    return report;
  }

  /** Blocks that were mined again while the walk went on look like a forged history. */
  private boolean reorganised(CustodyReport report) {
    try {
      return report.verdict() == Verdict.INVALID
          && report.head().isPresent()
          && !registry.isCanonical(report.head().get().asOf());
    } catch (InftException e) {
      return false; // the report stands as it is
    }
  }

  private CustodyReport attempt(Verification what, Progress progress) {
    Findings findings = new Findings();
    Digest context =
        new DatabaseContext(registry.chainId(), registry.address(), what.id().hash()).digest();
    Walk walk =
        new Walk(
            registry,
            what,
            new Fetch(store, registry, what.id(), random),
            context,
            findings,
            progress);
    Optional<Head> head = Optional.empty();
    boolean isFinal = false;
    java.time.Instant began = clock.instant();
    try {
      head = Optional.of(registry.head(what.id()));
      if (head.get().newest().isPresent()) {
        isFinal = registry.isFinal(head.get().newest().get().block());
      }
      walk.run(head.get(), began);
    } catch (InftException e) {
      findings.add(Failures.ofRegistry(e), 0, String.valueOf(e.getMessage()));
    }
    Trust trust = registry.trust();
    compare(trust, findings);
    return new CustodyReport(
        what.id(),
        registry.chainId(),
        registry.address(),
        registry.describe(),
        trust,
        store.describe(),
        what.depth(),
        began,
        head,
        isFinal,
        walk.resumed(),
        mark(what, walk, head, findings),
        walk.versions(),
        walk.commits(),
        walk.bytes(),
        walk.sealed(),
        StoragePaid.of(store, walk.newest()),
        walk.newest(),
        findings.kept(),
        findings.total(),
        findings.verdict());
  }

  /**
   * Where the next verification may go on; only what was whole and flawless is a place for that.
   */
  private static Optional<Verification.Mark> mark(
      Verification what, Walk walk, Optional<Head> head, Findings findings) {
    Optional<Anchored> newest = head.flatMap(Head::newest);
    if (newest.isEmpty() || !what.isWhole() || findings.verdict() != Verdict.VALID) {
      return Optional.empty();
    }
    Optional<Verification.Mark> before = walk.resumed();
    boolean nothingNew = before.isPresent() && walk.versions() == 0;
    if (nothingNew) {
      return before;
    }
    boolean opened = walk.sealed().opened() && walk.reached().isPresent();
    return Optional.of(
        new Verification.Mark(
            newest.get().version(),
            newest.get().historyHash(),
            newest.get().block().number(),
            what.depth(),
            opened,
            opened ? walk.reached().get().sequence() : 0,
            opened ? walk.reached().get().hash() : Digest.ZERO));
  }

  /** What a quorum outvoted is said, and does not count. */
  private static void compare(Trust trust, Findings findings) {
    for (Trust.Endpoint endpoint : trust.dissenting()) {
      findings.add(
          Code.SPLIT_VIEW,
          Severity.WARNING,
          0,
          endpoint.name()
              + " "
              + endpoint.standing()
              + "; "
              + trust.need()
              + " others say the same. It said otherwise "
              + endpoint.dissents()
              + " times in all");
    }
    if (trust.behind() > STALE_BLOCKS) {
      findings.add(
          Code.STALE_RPC,
          0,
          "the block that "
              + trust.need()
              + " endpoints agree about is "
              + trust.behind()
              + " blocks older than one that another claims to have");
    }
  }
}
