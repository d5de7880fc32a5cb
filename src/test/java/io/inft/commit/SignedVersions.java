package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.store.merkle.MerkleRoot;
import java.util.List;
import java.util.Optional;

/** Commit objects of one database, each with an event root, for tests of what shows them. */
public final class SignedVersions {
  private final Digest context;
  private Optional<CommitObject> last = Optional.empty();

  public SignedVersions(Digest context) {
    this.context = context;
  }

  /**
   * The next version.
   *
   * @param inlineBytes how long its manifest is
   */
  public CommitObject next(SigningKey author, Digest eventRoot, int inlineBytes) throws Exception {
    long version = last.map(before -> before.body().version()).orElse(0L) + 1;
    return next(author, Samples.digest("state " + version), eventRoot, inlineBytes);
  }

  /** The next version, with a state of its own. */
  public CommitObject next(SigningKey author, Digest stateCommit, Digest eventRoot, int inlineBytes)
      throws Exception {
    long version = last.map(before -> before.body().version()).orElse(0L) + 1;
    Digest previousRoot = last.isPresent() ? rootOf(last.get()) : Digest.ZERO;
    List<Jump> jumps =
        last.isEmpty()
            ? List.of()
            : CommitChain.jumpsFor(
                version, Samples.jump(version - 1, previousRoot), last.get().body());
    CommitBody body =
        new CommitBody(
            context,
            version,
            previousRoot,
            1,
            Blob.of(Samples.bytes(3, 173)),
            1,
            1_800_000_000_000L + version,
            author.address(),
            stateCommit,
            eventRoot,
            jumps,
            List.of(Samples.ownSnapshot(1)),
            List.of(new Attachment(AttachmentType.MANIFEST, 0, new Location.Here(0), inlineBytes)),
            Blob.of(Samples.bytes(version, inlineBytes)));
    last = Optional.of(CommitObject.sign(body, author));
    return last.get();
  }

  public static Digest rootOf(CommitObject commit) throws Exception {
    return MerkleRoot.of(ByteSource.of(commit.toBytes()));
  }
}
