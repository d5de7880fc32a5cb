package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one version says about itself, as its author signs it. Everything here is public; what is
 * not for everybody lies sealed in the inline area or in objects of its own.
 *
 * @param context digest of chain, registry and id
 * @param version from 1
 * @param previousRoot root of the commit object before; zero for version 1
 * @param epoch the key epoch of what this version seals
 * @param keyring the keyring of that epoch, opaque here
 * @param kind what the version is, with the registry's codes
 * @param authorTimeMillis the author's clock, a claim
 * @param author who signs
 * @param stateCommit {@link Manifest#stateCommit()}: binds the database's content without showing
 *     it
 * @param eventRoot {@link EventTree#root}: binds each event that this version brings; zero if there
 *     is none, and in format 1
 * @param jumps {@link CommitChain#jumpsFor}
 * @param restoreSet the packs that rebuild the database, in the order they are laid
 * @param attachments the manifest and what else this version brings
 * @param inline the bytes of all that is located here, one after the other
 */
public record CommitBody(
    Digest context,
    long version,
    Digest previousRoot,
    int epoch,
    Blob keyring,
    int kind,
    long authorTimeMillis,
    Address author,
    Digest stateCommit,
    Digest eventRoot,
    List<Jump> jumps,
    List<PackEntry> restoreSet,
    List<Attachment> attachments,
    Blob inline) {
  public static final int MAX_EPOCH = 0xff_ffff;

  /** The registry keeps the bit above for itself. */
  public static final int MAX_KIND = 127;

  public static final int MAX_KEYRING_BYTES = 16 * 1024;
  public static final int MAX_PACKS = 16;
  public static final int MAX_ATTACHMENTS = 32;

  public CommitBody {
    jumps = List.copyOf(jumps);
    restoreSet = List.copyOf(restoreSet);
    attachments = List.copyOf(attachments);
    Rules.require(version >= 1, "version " + version);
    Rules.require(epoch >= 1 && epoch <= MAX_EPOCH, "epoch " + epoch);
    Rules.require(kind >= 1 && kind <= MAX_KIND, "kind " + kind);
    Rules.require(authorTimeMillis >= 0, "author time " + authorTimeMillis);
    Rules.require(
        keyring.sizeBytes() >= 1 && keyring.sizeBytes() <= MAX_KEYRING_BYTES,
        "a keyring of " + keyring.sizeBytes() + " bytes");
  }

  /** Refuses a body that breaks a rule between its fields. */
  void requireSound() {
    Rules.requireJumps(this);
    Rules.requireRestoreSet(this);
    Rules.requireAttachments(this);
    Rules.requireDistinctLabels(this);
    Rules.requireTiledInline(this);
  }

  /** The epoch of the oldest key that is needed to rebuild the database. */
  public int oldestEpoch() {
    return restoreSet.stream().mapToInt(PackEntry::epoch).min().orElse(epoch);
  }

  /**
   * The version whose pages the restore set gives: this one, or an earlier one if no page changed
   * since. The next delta is from there.
   */
  public long pagesVersion() {
    return restoreSet.get(restoreSet.size() - 1).toVersion();
  }

  /** The one attachment every version has. */
  public Attachment manifest() {
    return attachments.stream()
        .filter(attachment -> attachment.type() == AttachmentType.MANIFEST)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every commit body has a manifest"));
  }

  /** The archive it carries, if it does. */
  public Optional<Attachment> archive() {
    return attachments.stream()
        .filter(attachment -> attachment.type() == AttachmentType.ARCHIVE)
        .findFirst();
  }

  /**
   * The same without the archive, as the author may sign it instead: what it names by "carried
   * here" is then looked for in the versions right before it.
   *
   * @throws IllegalStateException the archive is not the last thing in it
   */
  public CommitBody withoutArchive() {
    List<Attachment> others = new ArrayList<>(attachments);
    long end = inline.sizeBytes();
    for (Attachment archive : archive().stream().toList()) {
      others.remove(archive);
      end -= archive.sizeBytes();
      if (!archive.location().equals(new Location.Here(end))) {
        throw new IllegalStateException("something lies behind the archive of " + this);
      }
    }
    return new CommitBody(
        context,
        version,
        previousRoot,
        epoch,
        keyring,
        kind,
        authorTimeMillis,
        author,
        stateCommit,
        eventRoot,
        jumps,
        restoreSet,
        others,
        Blob.of(Arrays.copyOf(inline.toBytes(), Math.toIntExact(end))));
  }

  /** For logs, without the lists. */
  @Override
  public String toString() {
    return "CommitBody[version " + version + " by " + author + ", epoch " + epoch + "]";
  }
}
