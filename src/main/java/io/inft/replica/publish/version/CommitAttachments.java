package io.inft.replica.publish.version;

import io.inft.bytes.ByteWriter;
import io.inft.commit.Archive;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.commit.SealedManifest;
import io.inft.failure.InftException;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.List;

/**
 * What one version carries besides its own fields: packs, manifest, log and events, sealed, inside
 * the commit object while they are small and else as objects beside it. Not thread-safe.
 */
final class CommitAttachments {
  private static final int MAX_INLINE_AREA = 512 << 10;

  /** For fields, keyring, lists and signature. */
  private static final int MAX_REST_BYTES = 64 << 10;

  private final DatabaseScope scope;
  private final ObjectFolder objects;
  private final long version;
  private final Keys keys;
  private final int mostInline;

  // Mutable: what is loaded so far.
  private final ByteWriter inline = new ByteWriter(4096);
  private final List<ObjectRef> own = new ArrayList<>();
  private final List<Attachment> attachments = new ArrayList<>();

  /**
   * @param archiveBytes room that is kept for an archive
   */
  CommitAttachments(
      DatabaseScope scope, ObjectFolder objects, long version, Keys keys, int archiveBytes) {
    this.scope = scope;
    this.objects = objects;
    this.version = version;
    this.keys = keys;
    this.mostInline =
        Math.min(MAX_INLINE_AREA, CommitObject.MAX_BYTES - MAX_REST_BYTES - archiveBytes);
  }

  /** Takes a pack that is sealed already; answers its place in the restore set. */
  PackEntry load(StagedPack pack, long nowSeconds) {
    Location location =
        pack.inline()
            .<Location>map(plain -> new Location.Here(add(plain.bytes())))
            .orElseGet(() -> new Location.Own(pack.own().orElseThrow().root()));
    pack.own().ifPresent(own::add);
    return new PackEntry(
        pack.kind(),
        keys.epoch(),
        version,
        pack.index(),
        pack.fromVersion(),
        pack.toVersion(),
        location,
        pack.sizeBytes(),
        nowSeconds);
  }

  /** Seals something and takes it. */
  void attach(AttachmentType type, SealedType sealedType, byte[] plain) throws InftException {
    attach(type, sealedType, plain, scope.objects().padding());
  }

  /** Seals and takes the manifest. One in which nothing rides is as long as any other. */
  void attach(SealedManifest manifest, SealedManifest.MadeAt at) throws InftException {
    attach(
        AttachmentType.MANIFEST,
        SealedType.MANIFEST,
        manifest.toBytes(at),
        manifest.isLaden(at) ? scope.objects().padding() : Padding.NONE);
  }

  private void attach(AttachmentType type, SealedType sealedType, byte[] plain, Padding padding)
      throws InftException {
    int index = (int) attachments.stream().filter(one -> one.type() == type).count();
    ObjectLabel label = new ObjectLabel(scope.context(), version, keys.epoch(), sealedType, index);
    byte[] sealed = Seal.seal(keys.current(), label, plain, padding, scope.random());
    boolean fits =
        sealed.length <= CommitObject.MAX_INLINE_ITEM_BYTES
            && inline.size() + sealed.length <= mostInline;
    Location location;
    if (fits) {
      location = new Location.Here(add(sealed));
    } else {
      ObjectRef ref = objects.keep(sealed);
      own.add(ref);
      location = new Location.Own(ref.root());
    }
    attachments.add(new Attachment(type, index, location, sealed.length));
  }

  /** Takes the commit objects of versions before, which are public as they are. */
  void carry(Archive archive) {
    byte[] bytes = archive.toBytes();
    Location location = new Location.Here(add(bytes));
    attachments.add(new Attachment(AttachmentType.ARCHIVE, 0, location, bytes.length));
  }

  private long add(byte[] bytes) {
    long offset = inline.size();
    inline.bytes(bytes);
    return offset;
  }

  /** The area of the commit object that holds what is small. */
  byte[] inline() {
    return inline.toBytes();
  }

  List<Attachment> attachments() {
    return attachments;
  }

  /** The objects beside it. */
  List<ObjectRef> own() {
    return own;
  }
}
