package io.inft.custody;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.registry.RegistryReader;
import io.inft.registry.RunningHashes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Steps 3 and 4: walks all versions and control operations from the beginning, computes both
 * running hashes again, orders the two logs against each other, and judges every author by the
 * rights of his time. Holds one page of each log. Not safe for many threads.
 */
final class HistoryCheck {
  /** Where a running hash stands. */
  private record Link(Digest hash, long blockNumber, long timeSeconds) {}

  /** A version that was read, and by what right it was anchored if that is known. */
  record Judged(Anchored version, Optional<Authority> authority) {}

  private final Head head;
  private final Findings findings;
  private final LogReader<Anchored> versions;
  private final LogReader<Control> controls;
  private final Rulebook rules;

  // Mutable state.
  private Link history;
  private Link control;
  private @Nullable Anchored before;
  private @Nullable Control waiting;
  private @Nullable Control lastApplied;

  /** The keyring that waits for its version. */
  private @Nullable Control keyring;

  private HistoryCheck(
      Head head,
      Digest genesis,
      Address firstOwner,
      LogReader<Anchored> versions,
      LogReader<Control> controls,
      @Nullable Control firstControl,
      Findings findings) {
    this.head = head;
    this.findings = findings;
    this.versions = versions;
    this.controls = controls;
    this.rules = new Rulebook(head.id(), firstOwner, findings);
    this.history = new Link(genesis, 0, 0);
    this.control = new Link(genesis, 0, 0);
    this.waiting = firstControl;
  }

  /**
   * Begins a walk. Who registered an id that is no NFT's is not in the log, but the first control
   * operation is always his; the hashes prove it.
   *
   * @param after a version up to which all was checked before; control operations are few, so they
   *     are always replayed from the beginning
   */
  static HistoryCheck begin(
      RegistryReader registry, Head head, Optional<Anchored> after, Findings findings)
      throws InftException {
    LogReader<Anchored> versions =
        new LogReader<>(
            "version",
            after.map(Anchored::version).orElse(0L) + 1,
            head.version(),
            (from, to) -> registry.history(head.id(), from, to),
            Anchored::version,
            findings);
    LogReader<Control> controls =
        new LogReader<>(
            "control operation",
            head.controlSequence(),
            (from, to) -> registry.controls(head.id(), from, to),
            Control::sequence,
            findings);
    Optional<Control> first = controls.next();
    Address firstOwner = first.map(Control::actor).orElse(head.owner());
    Optional<Address> scope = head.id().account();
    if (scope.isPresent() && !scope.get().equals(firstOwner)) {
      findings.add(
          Code.LOG_FORGED,
          0,
          "the first control operation of '" + head.id() + "' is by " + firstOwner);
    }
    Digest genesis =
        RunningHashes.genesis(
            registry.chainId(), registry.address(), head.id(), scope.orElse(firstOwner));
    HistoryCheck check =
        new HistoryCheck(
            head, genesis, firstOwner, versions, controls, first.orElse(null), findings);
    if (after.isPresent()) {
      check.goOnAfter(after.get());
    }
    return check;
  }

  private void goOnAfter(Anchored version) throws InftException {
    history =
        new Link(version.historyHash(), version.block().number(), version.block().timeSeconds());
    before = version;
    while (waiting != null && waiting.sequence() <= version.controlSequence()) {
      applyOne(waiting);
      keyring = null; // that its version came with it was seen then
      waiting = controls.next().orElse(null);
    }
  }

  /** The next version, checked; empty after the newest. */
  Optional<Judged> next() throws InftException {
    Optional<Anchored> read = versions.next();
    if (read.isEmpty()) {
      return Optional.empty();
    }
    Anchored version = read.get();
    if (versions.gapBefore()) {
      before = null;
    } else {
      checkLink(version);
      checkFollows(version);
    }
    history =
        new Link(version.historyHash(), version.block().number(), version.block().timeSeconds());
    applyControls(version.controlSequence(), version);
    boolean rotation = isRotation(version);
    before = version;
    if (!version.anchor().kind().isKnown()) {
      findings.add(
          Code.KIND_UNKNOWN,
          version.version(),
          "its kind has the code "
              + version.anchor().kind().code()
              + ", this release knows up to "
              + Kind.NEWEST
              + " and does not restore it");
    }
    return Optional.of(new Judged(version, rules.judge(version, rotation)));
  }

  private void checkLink(Anchored version) {
    Digest computed = RunningHashes.history(history.hash(), version);
    if (!computed.equals(version.historyHash())) {
      findings.add(
          outOfOrder(version) ? Code.LOG_REORDERED : Code.LOG_FORGED,
          version.version(),
          "its fields give the history hash "
              + computed
              + ", recorded is "
              + version.historyHash());
    }
  }

  private boolean outOfOrder(Anchored version) {
    return version.block().number() < history.blockNumber()
        || version.block().timeSeconds() < history.timeSeconds()
        || version.previousBlockNumber() != history.blockNumber();
  }

  /** The contract compares and swaps, so a version names the root of the one before. */
  private void checkFollows(Anchored version) {
    Digest root = before == null ? Digest.ZERO : before.anchor().root();
    boolean known = before != null || version.version() == 1;
    if (known && !version.anchor().previousRoot().equals(root)) {
      findings.add(
          Code.LOG_FORGED,
          version.version(),
          "follows root " + version.anchor().previousRoot() + ", the version before is " + root);
    }
    if (before != null && version.controlSequence() < before.controlSequence()) {
      findings.add(
          Code.LOG_REORDERED,
          version.version(),
          "came after control operation "
              + version.controlSequence()
              + ", the version before after "
              + before.controlSequence());
    }
  }

  /** Applies the control operations that came before a version. */
  private void applyControls(long upTo, @Nullable Anchored version) throws InftException {
    while (waiting != null && waiting.sequence() <= upTo) {
      Control next = waiting;
      applyOne(next);
      if (version != null && next.block().number() > version.block().number()) {
        findings.add(
            Code.LOG_REORDERED,
            version.version(),
            "control operation " + next.sequence() + " came before it, but in a later block");
      }
      waiting = controls.next().orElse(null);
    }
    if (version != null && waiting != null && waiting.block().number() < version.block().number()) {
      findings.add(
          Code.LOG_REORDERED,
          version.version(),
          "control operation " + waiting.sequence() + " came after it, but in an earlier block");
    }
  }

  private void applyOne(Control next) {
    boolean gap = next.sequence() != (lastApplied == null ? 1 : lastApplied.sequence() + 1);
    if (gap) {
      rules.loseCertainty();
    } else {
      checkLink(next);
    }
    reportKeyringAlone();
    control = new Link(next.controlHash(), next.block().number(), next.block().timeSeconds());
    rules.apply(next);
    lastApplied = next;
    keyring = next.operation().filter(Control.Operation.KEYRING::equals).isPresent() ? next : null;
  }

  private void checkLink(Control next) {
    Digest computed = RunningHashes.control(control.hash(), next);
    if (!computed.equals(next.controlHash())) {
      boolean outOfOrder =
          next.block().number() < control.blockNumber()
              || next.block().timeSeconds() < control.timeSeconds();
      findings.add(
          outOfOrder ? Code.LOG_REORDERED : Code.LOG_FORGED,
          0,
          "control operation "
              + next.sequence()
              + " gives the control hash "
              + computed
              + ", recorded is "
              + next.controlHash());
    }
  }

  /** A keyring comes with a version, in one transaction by one account. */
  private boolean isRotation(Anchored version) {
    Control last = keyring;
    if (last == null) {
      return false;
    }
    boolean together =
        last.sequence() == version.controlSequence()
            && last.actor().equals(version.author())
            && last.block().number() == version.block().number();
    if (!together) {
      reportKeyringAlone();
    }
    keyring = null;
    return together;
  }

  private void reportKeyringAlone() {
    if (keyring != null && versions.whole()) {
      findings.add(
          Code.LOG_FORGED,
          0,
          "control operation "
              + keyring.sequence()
              + " changes the keyring without the version that must come with it");
    }
  }

  /** After the newest version: the rest of the control log, and the registry's newest words. */
  void end() throws InftException {
    versions.end();
    applyControls(Long.MAX_VALUE, null);
    controls.end();
    reportKeyringAlone();
    if (versions.whole() && head.newest().isPresent() && before != null) {
      Digest word = head.newest().get().historyHash();
      if (!before.historyHash().equals(word)) {
        findings.add(
            Code.LOG_FORGED,
            before.version(),
            "history ends with " + before.historyHash() + ", the registry's word is " + word);
      }
    }
    if (controls.whole()) {
      if (!control.hash().equals(head.controlHash())) {
        findings.add(
            Code.LOG_FORGED,
            0,
            "the control log ends with "
                + control.hash()
                + ", the registry's word is "
                + head.controlHash());
      }
      rules.compare(head);
    }
  }
}
