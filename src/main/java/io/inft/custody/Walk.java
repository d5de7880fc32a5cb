package io.inft.custody;

import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Manifest;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.RegistryReader;
import io.inft.seal.Keyring;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a history, oldest version first: what was seen before, the registry's two logs, the
 * objects of the versions in range, and with the keys what is sealed in them. The steps are those
 * of {@code custody.md}. Not safe for many threads.
 */
final class Walk {
  /** So many versions whose keyring cannot be read are passed over on the way to one that can. */
  private static final int MAX_PASSED_OVER = 64;

  private final RegistryReader registry;
  private final Verification what;
  private final Fetch fetch;
  private final Digest context;
  private final Findings findings;
  private final Progress progress;
  private final CommitCheck commitCheck;
  private final ObjectCheck objectCheck;
  private final RekeyCheck rekeyCheck;
  private final ArchiveCheck archiveCheck;
  private final Deque<VersionFact> newest = new ArrayDeque<>();

  // Mutable state.
  private long versions;
  private long commits;
  private CustodyReport.Sealed sealed = CustodyReport.Sealed.CLOSED;
  private @Nullable CommitObject previous;
  private @Nullable Anchored previousAnchored;
  private boolean trusted;
  private @Nullable Anchored leftOut;
  private Optional<Manifest> manifest = Optional.empty();
  private long rebuilt;
  private Optional<Verification.Mark> resumed = Optional.empty();
  private Optional<SealedCheck.Reached> reached = Optional.empty();

  Walk(
      RegistryReader registry,
      Verification what,
      Fetch fetch,
      Digest context,
      Findings findings,
      Progress progress) {
    this.registry = registry;
    this.what = what;
    this.fetch = fetch;
    this.context = context;
    this.findings = findings;
    this.progress = progress;
    this.commitCheck = new CommitCheck(fetch, context, findings);
    this.rekeyCheck = new RekeyCheck(findings);
    this.archiveCheck = new ArchiveCheck(findings);
    this.objectCheck = new ObjectCheck(fetch, what.depth(), findings);
  }

  long versions() {
    return versions;
  }

  long commits() {
    return commits;
  }

  long bytes() {
    return fetch.bytes();
  }

  CustodyReport.Sealed sealed() {
    return sealed;
  }

  /** The mark that was gone on from; empty if there was none, or it is of another history. */
  Optional<Verification.Mark> resumed() {
    return resumed;
  }

  /** Where the event log stood at the end; empty if that was not looked at. */
  Optional<SealedCheck.Reached> reached() {
    return reached;
  }

  List<VersionFact> newest() {
    return List.copyOf(newest);
  }

  /** Walks up to a head; what the registry fails to answer is thrown. */
  void run(Head head, Instant now) throws InftException {
    fetch.reachesTo(head);
    compareWithSeen(head);
    if (what.from() > Math.max(1, head.version())) {
      findings.add(
          Code.RANGE_EMPTY,
          0,
          "no object was looked at: the range begins with version "
              + what.from()
              + ", the newest one is "
              + head.version());
    }
    long to = Math.min(what.to(), head.version());
    boolean quick = what.depth() == Verification.Depth.QUICK;
    Optional<Anchored> after = resume(head);
    long first = Math.max(what.from(), after.map(Anchored::version).orElse(0L) + 1);
    long from = quick ? Math.max(first, to) : first;
    HistoryCheck history = HistoryCheck.begin(registry, head, after, findings);
    try (EpochKeys keys = after.isPresent() && first > to ? EpochKeys.none() : openKeys(head)) {
      SealedCheck sealedCheck = new SealedCheck(fetch, keys, context, from == 1, findings);
      resumed.filter(mark -> from == mark.version() + 1).ifPresent(sealedCheck::goOnAfter);
      Optional<HistoryCheck.Judged> next = history.next();
      while (next.isPresent()) {
        if (Thread.currentThread().isInterrupted()) {
          findings.add(Code.INTERRUPTED, 0, "stopped after " + versions + " versions");
          return;
        }
        Anchored version = next.get().version();
        compareWithSeen(version);
        fetch.note(version);
        if (version.version() < from || version.version() > to) {
          keep(next.get(), Optional.empty(), List.of());
          leftOut = version;
        } else {
          lookBack(version, keys, sealedCheck);
          objects(next.get(), version.version() == head.version(), keys, sealedCheck);
          if (version.version() == to && !quick) {
            rebuild(keys);
          }
          sealed =
              new CustodyReport.Sealed(
                  !keys.isEmpty(), sealedCheck.firstEvent(), sealedCheck.lastEvent(), rebuilt);
        }
        archiveCheck.pass(version);
        versions++;
        progress.progressed(versions, head.version(), fetch.bytes());
        next = history.next();
      }
      history.end();
      archiveCheck.end(now);
      reached = keys.isEmpty() ? Optional.empty() : sealedCheck.reached();
    }
  }

  /**
   * The version that an earlier verification ended with, if it is the same one. Its history hash
   * covers all that was checked then; that the head follows from it is checked with the rest.
   */
  private Optional<Anchored> resume(Head head) throws InftException {
    Optional<Verification.Mark> mark =
        what.resume()
            .filter(found -> found.covers(what))
            .filter(found -> found.version() <= head.version());
    if (mark.isEmpty()) {
      return Optional.empty();
    }
    Anchored version =
        mark.get().version() == head.version()
            ? head.newest().orElseThrow()
            : registry.version(what.id(), mark.get().version(), mark.get().blockHint());
    if (!version.historyHash().equals(mark.get().historyHash())) {
      return Optional.empty();
    }
    for (Anchored along : Inlined.tail(registry, what.id(), version)) {
      fetch.note(along);
      archiveCheck.pass(along);
    }
    if (!version.inlined()) {
      archiveCheck.pass(version);
    }
    fetch.note(version);
    compareWithSeen(version);
    leftOut = version;
    resumed = mark;
    return Optional.of(version);
  }

  /**
   * A rekey or archive that the range begins with is compared with the version before, left out as
   * it is.
   */
  private void lookBack(Anchored version, EpochKeys keys, SealedCheck sealedCheck) {
    Anchored before = leftOut;
    if (before == null
        || before.version() != version.version() - 1
        || keys.isEmpty()
        || !RekeyCheck.bringsNoContent(version)) {
      return;
    }
    try {
      CommitObject commit = CommitObject.parse(fetch.commit(before));
      rekeyCheck.follow(sealedCheck.manifestOf(commit));
    } catch (InftException e) {
      rekeyCheck.cannotFollow(String.valueOf(e.getMessage()));
    }
  }

  private void objects(
      HistoryCheck.Judged judged, boolean newestOfAll, EpochKeys keys, SealedCheck sealedCheck) {
    Anchored version = judged.version();
    if (previousAnchored != null && previousAnchored.version() != version.version() - 1) {
      sealedCheck.skip();
      rekeyCheck.skip();
      previous = null;
    }
    long before = findings.count(Severity.CONTRADICTION);
    Optional<CommitObject> commit = commitCheck.check(version, newestOfAll);
    manifest = Optional.empty();
    if (commit.isEmpty()) {
      sealedCheck.skip();
      rekeyCheck.unreadable(version);
      previous = null;
      keep(judged, Optional.of(false), List.of());
      return;
    }
    commits++;
    if (previous != null && previousAnchored != null && trusted) {
      commitCheck.follows(commit.get(), previous, previousAnchored.anchor().root());
    }
    // What lies about itself is no measure for the version after it.
    boolean sound = findings.count(Severity.CONTRADICTION) == before;
    boolean readable = archiveCheck.check(version, commit.get());
    List<ObjectFact> facts = objectCheck.check(commit.get(), newestOfAll);
    Optional<SealedCheck.Content> content = Optional.empty();
    if (!keys.isEmpty()) {
      content = sealedCheck.check(commit.get());
    }
    rekeyCheck.check(judged, content, findings.count(Severity.CONTRADICTION) == before);
    manifest = content.map(SealedCheck.Content::manifest);
    if (!sound || !readable || !version.anchor().kind().isKnown()) {
      // Writers pass it over, and go on from the log as it was before.
      sealedCheck.skip();
    }
    previous = commit.get();
    previousAnchored = version;
    trusted = sound;
    keep(judged, Optional.of(true), facts);
  }

  private void rebuild(EpochKeys keys) {
    if (previous != null && manifest.isPresent()) {
      boolean done =
          new Rebuild(fetch, keys, context, what.scratch(), findings)
              .check(previous, manifest.get());
      rebuilt = done ? previous.body().version() : 0;
    }
  }

  /** Opens the keyring of the newest version, wherever the range ends: it leads to all others. */
  private EpochKeys openKeys(Head head) throws InftException {
    if (what.secret().isEmpty() || head.newest().isEmpty()) {
      return EpochKeys.none();
    }
    Anchored version = head.newest().get();
    while (true) {
      try {
        CommitObject commit = CommitObject.parse(fetch.commit(version));
        Keyring.parse(commit.body().keyring().toBytes(), context);
        return EpochKeys.open(
            registry, what.id(), fetch, context, commit, what.secret().get(), findings);
      } catch (InftException e) {
        if (version.version() == head.version()) {
          findings.add(
              Code.KEY_UNREACHABLE,
              Severity.UNDETERMINED,
              version.version(),
              "the keyring of the newest version cannot be read: " + e.getMessage());
        }
        if (version.version() == 1 || head.version() - version.version() >= MAX_PASSED_OVER) {
          return EpochKeys.none();
        }
        version = registry.version(what.id(), version.version() - 1, version.previousBlockNumber());
      }
    }
  }

  private void compareWithSeen(Head head) throws InftException {
    if (what.seen().isEmpty()) {
      return;
    }
    Verification.Seen seen = what.seen().get();
    if (head.version() < seen.version()) {
      boolean lags = registry.lagsBehind(seen.block());
      findings.add(
          lags ? Code.RPC_UNAVAILABLE : Code.ROLLBACK,
          seen.version(),
          "the registry shows version "
              + head.version()
              + "; version "
              + seen.version()
              + " ("
              + seen.root()
              + ") was final in block "
              + seen.block().number()
              + (lags ? ", and this endpoint has not come as far" : ""));
    }
  }

  private void compareWithSeen(Anchored version) {
    if (what.seen().isEmpty() || what.seen().get().version() != version.version()) {
      return;
    }
    Verification.Seen seen = what.seen().get();
    if (!seen.root().equals(version.anchor().root())) {
      findings.add(
          Code.EQUIVOCATION,
          seen.version(),
          "its root is " + version.anchor().root() + "; " + seen.root() + " was final");
    }
  }

  private void keep(
      HistoryCheck.Judged judged, Optional<Boolean> commit, List<ObjectFact> objects) {
    if (newest.size() == CustodyReport.MAX_VERSIONS) {
      newest.removeFirst();
    }
    newest.addLast(new VersionFact(judged.version(), judged.authority(), commit, objects));
  }
}
