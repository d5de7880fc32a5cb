package io.inft.custody;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Inlined;
import io.inft.store.merkle.MerkleRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stored version carries what went along with anchors since the stored version before it: all of
 * it, nothing else, and the very objects that were anchored. Not safe for many threads.
 */
final class ArchiveCheck {
  /** Some nodes keep events no longer than some 80 minutes. */
  private static final Duration OLD = Duration.ofHours(1);

  private final Findings findings;

  // Mutable: what went along since the newest stored version so far.
  private final List<Anchored> waiting = new ArrayList<>();
  private long last;

  ArchiveCheck(Findings findings) {
    this.findings = findings;
  }

  /** Every version goes by here, whether it was looked at or not; after {@link #check}. */
  void pass(Anchored version) {
    if (!version.inlined() || version.version() != last + 1) {
      waiting.clear();
    }
    if (version.inlined()) {
      waiting.add(version);
    }
    if (waiting.size() > Inlined.STORED_EVERY) {
      waiting.remove(0);
    }
    last = version.version();
  }

  /**
   * Checks what a version carries.
   *
   * @return whether readers take the version, as far as this goes
   */
  boolean check(Anchored version, CommitObject commit) {
    long before = findings.count(Severity.CONTRADICTION);
    compare(version, commit);
    try {
      Archive.requireSound(commit, version.inlined(), ArchiveCheck::rootOf);
      return true;
    } catch (InftException e) {
      if (findings.count(Severity.CONTRADICTION) == before) {
        findings.add(Failures.ofObject(e), version.version(), String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private void compare(Anchored version, CommitObject commit) {
    if (version.version() != last + 1) {
      waiting.clear(); // some are missing; that is a finding of its own
    }
    boolean carries = commit.body().archive().isPresent();
    if (version.inlined()) {
      if (carries) {
        mismatch(version, "it went along with its anchor, and carries others itself");
      }
      return;
    }
    try {
      Optional<Archive> archive = Archive.of(commit);
      if (archive.isPresent()) {
        compare(version, archive.get());
      } else if (!waiting.isEmpty()) {
        incomplete(version, "it carries none of " + names());
      }
    } catch (InftException e) {
      findings.add(Failures.ofObject(e), version.version(), String.valueOf(e.getMessage()));
    }
  }

  private void compare(Anchored version, Archive archive) throws InftException {
    long first = waiting.isEmpty() ? version.version() : waiting.get(0).version();
    if (archive.firstVersion() < first) {
      mismatch(
          version,
          "it carries versions from "
              + archive.firstVersion()
              + " on, "
              + (waiting.isEmpty() ? "and none went along before it" : "beside " + names()));
    } else if (archive.firstVersion() > first) {
      incomplete(
          version, "it carries versions from " + archive.firstVersion() + " on of " + names());
    }
    for (Anchored one : waiting) {
      Optional<Blob> object = archive.objectOf(one.version());
      if (object.isPresent() && !isOf(one, object.get().toBytes())) {
        mismatch(
            version,
            "the object of version "
                + one.version()
                + " that it carries is not the one that was anchored, with root "
                + one.anchor().root());
      }
    }
  }

  private static boolean isOf(Anchored version, byte[] object) throws InftException {
    return object.length == version.anchor().sizeBytes()
        && Digest.sha256(object).equals(version.anchor().checksum())
        && rootOf(Blob.of(object)).equals(version.anchor().root());
  }

  private static Digest rootOf(Blob object) throws InftException {
    return MerkleRoot.of(ByteSource.of(object.toBytes()));
  }

  /** What is in the chain's log alone when all versions have gone by. */
  void end(Instant now) {
    if (waiting.isEmpty()) {
      return;
    }
    Anchored oldest = waiting.get(0);
    if (oldest.block().time().plus(OLD).isBefore(now)) {
      findings.add(
          Code.TAIL_OLD,
          oldest.version(),
          names()
              + " since block "
              + oldest.block().number()
              + " of "
              + oldest.block().time()
              + ", and nothing stored carries them; who may write and opens the database stores"
              + " them");
    }
  }

  private String names() {
    return "versions "
        + waiting.get(0).version()
        + " to "
        + waiting.get(waiting.size() - 1).version()
        + ", which went along with their anchors";
  }

  private void mismatch(Anchored version, String message) {
    findings.add(Code.ARCHIVE_MISMATCH, version.version(), message);
  }

  private void incomplete(Anchored version, String message) {
    findings.add(Code.ARCHIVE_INCOMPLETE, version.version(), message);
  }
}
