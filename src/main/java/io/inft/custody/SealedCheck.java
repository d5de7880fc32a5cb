package io.inft.custody;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.EventTree;
import io.inft.commit.Manifest;
import io.inft.commit.SealedManifest;
import io.inft.commit.TransactionLog;
import io.inft.failure.InftException;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Step 6 for one version after the other: keyring, sealed manifest, SQL log, and the event log,
 * whose chain must run without a gap from the first batch to what the newest manifest says. Not
 * safe for many threads.
 */
final class SealedCheck {
  private static final int MAX_LOG_BYTES = 64 << 10;

  /**
   * What a version says of its content.
   *
   * @param events whether it brings events of the application's
   */
  record Content(Manifest manifest, boolean events) {}

  /** Where the event log stands. */
  record Reached(long sequence, Digest hash) {}

  private final Fetch fetch;
  private final EpochKeys keys;
  private final Digest context;
  private final Findings findings;

  // Mutable state.
  private @Nullable Reached reached;
  private Blob keyringSeen = Blob.EMPTY;
  private long firstEvent;
  private long lastEvent;

  /**
   * @param fromTheBeginning whether the first version to be checked is version 1
   */
  SealedCheck(
      Fetch fetch, EpochKeys keys, Digest context, boolean fromTheBeginning, Findings findings) {
    this.fetch = fetch;
    this.keys = keys;
    this.context = context;
    this.findings = findings;
    this.reached = fromTheBeginning ? new Reached(0, EventChain.genesis(context)) : null;
  }

  /** Goes on where the event log stood at another time. */
  void goOnAfter(Verification.Mark mark) {
    if (mark.opened()) {
      reached = new Reached(mark.eventSequence(), mark.eventHash());
    }
  }

  /** Where the event log stands; empty if that is not known. */
  Optional<Reached> reached() {
    return Optional.ofNullable(reached);
  }

  /** The number of the first event seen, 0 if none was. */
  long firstEvent() {
    return firstEvent;
  }

  /** The number of the last event seen, 0 if none was. */
  long lastEvent() {
    return lastEvent;
  }

  /** A version could not be read: what its events were is not known. */
  void skip() {
    reached = null;
  }

  /** Checks one version; what it says of its content, if that could be read. */
  Optional<Content> check(CommitObject commit) {
    long version = commit.body().version();
    Optional<DataKey> key = keys.of(commit.body().epoch());
    if (key.isEmpty()) {
      skip();
      return Optional.empty();
    }
    checkKeyring(commit, key.get());
    Optional<SealedManifest> sealed = manifest(commit, key.get());
    Optional<Manifest> manifest = sealed.map(SealedManifest::manifest);
    boolean applicationEvents = false;
    Optional<EventTree> tree = manifest.map(read -> new EventTree(read.stateKey().key()));
    Optional<EventBatch> riding = sealed.flatMap(SealedManifest::events);
    if (riding.isPresent()) {
      events(version, riding.get());
      tree.ifPresent(of -> riding.get().events().forEach(of::add));
      applicationEvents = hasApplications(riding.get());
    }
    for (Attachment attachment : commit.body().attachments()) {
      try {
        switch (attachment.type()) {
          case MANIFEST, APPLICATION, ARCHIVE -> {}
          case EVENTS -> {
            EventBatch batch = EventBatch.parse(plain(commit, attachment, key.get()));
            events(version, batch);
            tree.ifPresent(of -> batch.events().forEach(of::add));
            applicationEvents |= hasApplications(batch);
          }
          case LOG -> TransactionLog.parse(plain(commit, attachment, key.get()));
        }
      } catch (InftException e) {
        fail(version, attachment, e);
        if (attachment.type() == AttachmentType.EVENTS) {
          tree = Optional.empty();
          skip();
        }
      }
    }
    tree.ifPresent(of -> checkEventRoot(commit, of.root()));
    if (manifest.isPresent() && isFor(commit, manifest.get())) {
      compare(version, manifest.get());
    } else {
      skip(); // nobody restores it, so writers go on from the log as it was before
    }
    boolean events = applicationEvents;
    return manifest.map(read -> new Content(read, events));
  }

  /**
   * The manifest of a version that is not checked itself; empty if its key is out of reach.
   *
   * @throws InftException it cannot be read, or is not this version's
   */
  Optional<Manifest> manifestOf(CommitObject commit) throws InftException {
    Optional<DataKey> key = keys.of(commit.body().epoch());
    if (key.isEmpty()) {
      return Optional.empty();
    }
    byte[] plain = plain(commit, commit.body().manifest(), key.get());
    Manifest manifest = SealedManifest.parse(plain, commit.body()).manifest();
    manifest.requireFor(commit.body());
    return Optional.of(manifest);
  }

  private static boolean hasApplications(EventBatch batch) {
    return batch.events().stream().anyMatch(event -> event.source() == Event.Source.APPLICATION);
  }

  private void checkKeyring(CommitObject commit, DataKey key) {
    Blob bytes = commit.body().keyring();
    if (bytes.equals(keyringSeen)) {
      return;
    }
    keyringSeen = bytes;
    long version = commit.body().version();
    try {
      Keyring keyring = Keyring.parse(bytes.toBytes(), context);
      keyring.verify(key);
      if (keyring.epoch() != commit.body().epoch()) {
        findings.add(
            Code.COMMIT_MISMATCH,
            version,
            "its keyring is of epoch " + keyring.epoch() + ", not " + commit.body().epoch());
      }
    } catch (InftException e) {
      findings.add(Failures.ofObject(e), version, "keyring: " + e.getMessage());
    }
  }

  private Optional<SealedManifest> manifest(CommitObject commit, DataKey key) {
    Attachment attachment = commit.body().manifest();
    try {
      return Optional.of(SealedManifest.parse(plain(commit, attachment, key), commit.body()));
    } catch (InftException e) {
      fail(commit.body().version(), attachment, e);
      return Optional.empty();
    }
  }

  private void fail(long version, Attachment attachment, InftException e) {
    String what = attachment.type() + " " + attachment.index();
    findings.add(Failures.ofObject(e), version, what + ": " + e.getMessage());
  }

  private void checkEventRoot(CommitObject commit, Digest root) {
    if (commit.bindsEvents() && !root.equals(commit.body().eventRoot())) {
      findings.add(
          Code.COMMIT_MISMATCH,
          commit.body().version(),
          "its events have the root "
              + root
              + ", the commit object has "
              + commit.body().eventRoot());
    }
  }

  /** Whether readers take the manifest for this version's. */
  private boolean isFor(CommitObject commit, Manifest manifest) {
    if (!manifest.stateCommit().equals(commit.body().stateCommit())) {
      findings.add(
          Code.COMMIT_MISMATCH,
          commit.body().version(),
          "its manifest gives the state commitment "
              + manifest.stateCommit()
              + ", the commit object has "
              + commit.body().stateCommit());
      return false;
    }
    try {
      manifest.requireFor(commit.body());
      return true;
    } catch (InftException e) {
      findings.add(Failures.ofObject(e), commit.body().version(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  private byte[] plain(CommitObject commit, Attachment attachment, DataKey key)
      throws InftException {
    SealedType type = SealedType.of(attachment.type().code());
    int longest =
        switch (attachment.type()) {
          case MANIFEST -> SealedManifest.MAX_BYTES;
          case LOG -> MAX_LOG_BYTES;
          case EVENTS, APPLICATION, ARCHIVE -> EventBatch.MAX_BYTES;
        };
    ObjectLabel label =
        new ObjectLabel(
            context, commit.body().version(), commit.body().epoch(), type, attachment.index());
    return Seal.open(
            key,
            label,
            fetch.sealed(
                commit, commit.body().version(), attachment.location(), attachment.sizeBytes()))
        .readAll(longest);
  }

  private void events(long version, EventBatch batch) {
    Reached now = reached;
    if (now != null) {
      long expected = now.sequence() + 1;
      if (batch.firstSequence() > expected) {
        findings.add(
            Code.EVENTLOG_GAP,
            version,
            "events " + expected + " to " + (batch.firstSequence() - 1) + " are missing");
      } else if (batch.firstSequence() < expected || !batch.before().equals(now.hash())) {
        findings.add(
            Code.EVENTLOG_REORDERED,
            version,
            "a batch begins with event "
                + batch.firstSequence()
                + " after "
                + batch.before()
                + "; the log stands at event "
                + now.sequence()
                + ", "
                + now.hash());
      }
    }
    firstEvent = firstEvent == 0 ? batch.firstSequence() : firstEvent;
    lastEvent = Math.max(lastEvent, batch.lastSequence());
    reached = new Reached(batch.lastSequence(), batch.after());
  }

  /** The manifest says where the log stands with this version. */
  private void compare(long version, Manifest manifest) {
    Reached now = reached;
    if (now != null) {
      if (manifest.eventSequence() > now.sequence()) {
        findings.add(
            Code.EVENTLOG_TRUNCATED,
            version,
            "the log ends with event "
                + now.sequence()
                + ", the manifest says "
                + manifest.eventSequence());
      } else if (manifest.eventSequence() != now.sequence()
          || !manifest.eventHash().equals(now.hash())) {
        findings.add(
            Code.EVENTLOG_REORDERED,
            version,
            "the log stands at event "
                + now.sequence()
                + ", "
                + now.hash()
                + "; the manifest says "
                + manifest.eventSequence()
                + ", "
                + manifest.eventHash());
      }
    }
    reached = new Reached(manifest.eventSequence(), manifest.eventHash());
  }
}
