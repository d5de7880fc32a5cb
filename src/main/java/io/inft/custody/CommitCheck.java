package io.inft.custody;

import io.inft.bytes.Digest;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import java.util.Optional;

/**
 * Step 5 for the commit object itself: bytes against root and checksum, strict reading, signature,
 * and every field against the registry's record.
 */
final class CommitCheck {
  private final Fetch fetch;
  private final Digest context;
  private final Findings findings;

  CommitCheck(Fetch fetch, Digest context, Findings findings) {
    this.fetch = fetch;
    this.context = context;
    this.findings = findings;
  }

  /**
   * Fetches and checks a commit object; what is wrong becomes a finding.
   *
   * @param needed whether the newest version cannot be restored without it
   * @return empty if it cannot be read at all, or is another version's
   */
  Optional<CommitObject> check(Anchored version, boolean needed) {
    long number = version.version();
    try {
      byte[] bytes = fetch.commit(version);
      Digest sha256 = Digest.sha256(bytes);
      if (!sha256.equals(version.anchor().checksum())) {
        findings.add(
            Code.OBJECT_SUBSTITUTED,
            number,
            "the commit object has SHA-256 "
                + sha256
                + ", the registry holds "
                + version.anchor().checksum());
      }
      CommitObject commit = CommitObject.parse(bytes);
      compare(commit.body(), version);
      // One of another place says nothing about this one, whatever else is right in it.
      boolean ours = commit.body().context().equals(context) && commit.body().version() == number;
      return ours ? Optional.of(commit) : Optional.empty();
    } catch (InftException e) {
      add(Failures.ofObject(e), needed, number, "commit object: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void add(Code code, boolean needed, long version, String message) {
    boolean oldAndMissing = code == Code.OBJECT_MISSING && !needed;
    findings.add(code, oldAndMissing ? Severity.WARNING : code.severity(), version, message);
  }

  private void compare(CommitBody body, Anchored version) {
    long number = version.version();
    same(number, "context", context, body.context());
    same(number, "version", number, body.version());
    same(number, "previous root", version.anchor().previousRoot(), body.previousRoot());
    same(number, "key epoch", version.anchor().keyEpoch(), body.epoch());
    same(number, "kind", version.anchor().kind().code(), body.kind());
    same(number, "author", version.author(), body.author());
    Digest keyring = Digest.sha256(body.keyring().toBytes());
    if (!keyring.equals(version.anchor().keyringHash())) {
      findings.add(
          Code.KEYRING_MISMATCH,
          number,
          "the commit object's keyring has hash "
              + keyring
              + ", the registry holds "
              + version.anchor().keyringHash());
    }
  }

  private void same(long version, String field, Object expected, Object found) {
    if (!expected.equals(found)) {
      findings.add(
          Code.COMMIT_MISMATCH,
          version,
          "the commit object's " + field + " is " + found + ", the registry holds " + expected);
    }
  }

  /** A version must continue the one before, jumps included. */
  void follows(CommitObject next, CommitObject previous, Digest previousRoot) {
    try {
      CommitChain.checkFollows(next.body(), previous.body(), previousRoot);
    } catch (InftException e) {
      findings.add(Code.COMMIT_MISMATCH, next.body().version(), String.valueOf(e.getMessage()));
    }
  }
}
