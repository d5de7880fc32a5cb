package io.inft.custody;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Step 5 for what a commit object lists: each object's bytes against root, size and SHA-256. */
final class ObjectCheck {
  private final Fetch fetch;
  private final Verification.Depth depth;
  private final Findings findings;

  ObjectCheck(Fetch fetch, Verification.Depth depth, Findings findings) {
    this.fetch = fetch;
    this.depth = depth;
    this.findings = findings;
  }

  /**
   * Checks everything that a version lists.
   *
   * @param needed whether this is the newest version, which cannot be restored without them
   */
  List<ObjectFact> check(CommitObject commit, boolean needed) {
    List<ObjectFact> facts = new ArrayList<>();
    long version = commit.body().version();
    for (PackEntry pack : commit.body().restoreSet()) {
      facts.add(
          check(
              commit,
              new ObjectFact(
                  name(pack.type()),
                  pack.producedBy(),
                  pack.index(),
                  pack.location(),
                  pack.sizeBytes(),
                  ObjectFact.State.VERIFIED),
              needed));
    }
    for (Attachment attachment : commit.body().attachments()) {
      facts.add(
          check(
              commit,
              new ObjectFact(
                  name(attachment.type()),
                  version,
                  attachment.index(),
                  attachment.location(),
                  attachment.sizeBytes(),
                  ObjectFact.State.VERIFIED),
              needed));
    }
    return facts;
  }

  private static String name(Enum<?> type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private ObjectFact check(CommitObject commit, ObjectFact fact, boolean needed) {
    long version = commit.body().version();
    Digest key = key(commit, fact);
    if (fetch.isVerified(key)) {
      return fact;
    }
    String what = fact.type() + " " + fact.index() + " of version " + fact.producedBy();
    try {
      ByteSource sealed =
          fetch.sealed(commit, fact.producedBy(), fact.location(), fact.sizeBytes());
      if (depth == Verification.Depth.QUICK && fact.location() instanceof Location.Own) {
        fetch.sample(sealed);
        return state(fact, ObjectFact.State.SAMPLED);
      }
      fetch.readThrough(fact.location(), sealed);
      fetch.remember(key);
      return fact;
    } catch (InftException e) {
      Code code = Failures.ofObject(e);
      boolean oldAndMissing = code == Code.OBJECT_MISSING && !needed;
      findings.add(
          code,
          oldAndMissing ? Severity.WARNING : code.severity(),
          version,
          what + ": " + e.getMessage());
      return state(fact, ObjectFact.State.FAILED);
    }
  }

  private static ObjectFact state(ObjectFact fact, ObjectFact.State state) {
    return new ObjectFact(
        fact.type(), fact.producedBy(), fact.index(), fact.location(), fact.sizeBytes(), state);
  }

  /** What has the same place need not be read again. */
  private static Digest key(CommitObject commit, ObjectFact fact) {
    String where = fact.location() + " " + fact.sizeBytes();
    if (!(fact.location() instanceof Location.Own)) {
      where += " of version " + fact.producedBy();
    }
    if (fact.location() instanceof Location.Carried carried && carried.isHere()) {
      where += " in version " + commit.body().version();
    }
    return Digest.sha256(where.getBytes(StandardCharsets.UTF_8));
  }
}
