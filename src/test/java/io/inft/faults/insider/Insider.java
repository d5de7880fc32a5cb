package io.inft.faults.insider;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventTree;
import io.inft.commit.Jump;
import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.commit.SealedManifest;
import io.inft.pack.PackHeader;
import io.inft.pack.PackType;
import io.inft.pack.PackWriter;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.seal.Secret;
import io.inft.store.MemoryStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An author with the right to publish and the secret to read, who means harm: what he publishes is
 * signed, sealed and anchored as it should be, and wrong in exactly the one place a {@link Draft}
 * says. Builds on a head that is sound.
 */
public final class Insider {
  static final Secret SECRET = Secret.rawKey(new byte[32]);

  private final Registry registry;
  private final Store store;
  private final DatabaseId id;
  private final SigningKey author;
  private final SecureRandom random = new SeededRandom(20261129);

  // What the head knows.
  final Digest context;
  final Anchored head;
  final CommitObject before;
  final Keyring keyring;
  final DataKey key;
  final Manifest manifest;

  /** What it names pages by; another one than the version before did, if it is changed. */
  StateKey stateKey;

  public Insider(Registry registry, Store store, DatabaseId id, SigningKey author, Secret secret)
      throws Exception {
    this.registry = registry;
    this.store = store;
    this.id = id;
    this.author = author;
    this.context = new DatabaseContext(registry.chainId(), registry.address(), id.hash()).digest();
    this.head = registry.head(id).newest().orElseThrow();
    this.before = CommitObject.parse(bytes(head));
    this.keyring = Keyring.parse(before.body().keyring().toBytes(), context);
    this.key = keyring.open(secret);
    this.manifest = manifestOf(before);
    this.stateKey = manifest.stateKey();
  }

  private byte[] bytes(Anchored version) throws Exception {
    return store
        .open(new ObjectRef(version.anchor().root(), version.anchor().sizeBytes()))
        .readAll(CommitObject.MAX_BYTES);
  }

  private Manifest manifestOf(CommitObject commit) throws Exception {
    Attachment found = commit.body().manifest();
    byte[] sealed = commit.inlineItem((Location.Here) found.location(), found.sizeBytes());
    ObjectLabel label =
        new ObjectLabel(
            context,
            commit.body().version(),
            commit.body().epoch(),
            SealedType.MANIFEST,
            found.index());
    byte[] plain = Seal.open(key, label, ByteSource.of(sealed)).readAll(SealedManifest.MAX_BYTES);
    return SealedManifest.parse(plain, commit.body()).manifest();
  }

  /** What is to be wrong; as it stands, nothing. */
  static final class Draft {
    List<byte[]> pages = List.of();
    int packPageSize = 4096;
    UnaryOperator<List<byte[]>> packed = UnaryOperator.identity();
    UnaryOperator<List<PackEntry>> restoreSet = UnaryOperator.identity();
    UnaryOperator<Manifest> manifest = UnaryOperator.identity();
    UnaryOperator<byte[]> manifestBytes = UnaryOperator.identity();
    UnaryOperator<PackHeader> packHeader = UnaryOperator.identity();
    Optional<PackHeader> emptyDelta = Optional.empty();
    UnaryOperator<List<EventBatch>> batches = UnaryOperator.identity();
    UnaryOperator<CommitBody> body = UnaryOperator.identity();
    UnaryOperator<byte[]> bytes = UnaryOperator.identity();
    UnaryOperator<Anchor> anchor = UnaryOperator.identity();
    Optional<SigningKey> signer = Optional.empty();
    Optional<DataKey> sealedWith = Optional.empty();
    Optional<Blob> newKeyring = Optional.empty();
    int newEpoch;
    boolean upload = true;
  }

  long version() {
    return head.version() + 1;
  }

  /** Publishes the next version. */
  Anchored publish(Draft draft) throws Exception {
    int epoch = draft.newEpoch == 0 ? keyring.epoch() : draft.newEpoch;
    DataKey under = draft.sealedWith.orElse(key);
    ByteArrayOutputStream inline = new ByteArrayOutputStream();
    List<PackEntry> packs = new ArrayList<>();
    if (draft.emptyDelta.isPresent()) {
      packs.addAll(before.restoreSetSeenFromLater(head.anchor().root()));
      packs.add(pack(inline, under, epoch, List.of(), draft.emptyDelta.get(), PackType.DELTA));
    } else {
      List<byte[]> packed = draft.packed.apply(draft.pages);
      PackHeader header =
          new PackHeader(PackType.SNAPSHOT, draft.packPageSize, packed.size(), 0, version(), false);
      PackHeader claimed = draft.packHeader.apply(header);
      packs.add(pack(inline, under, epoch, packed, claimed, PackType.SNAPSHOT));
    }
    List<Attachment> attachments = new ArrayList<>();
    EventBatch honest =
        EventBatch.of(manifest.eventHash(), List.of(event(manifest.eventSequence() + 1)));
    List<EventBatch> batches = draft.batches.apply(List.of(honest));
    for (EventBatch batch : batches) {
      attachments.add(
          attachment(
              inline, under, epoch, AttachmentType.EVENTS, SealedType.EVENTS, batch.toBytes()));
    }
    StateTree tree = new StateTree(stateKey, draft.packPageSize);
    tree.resize(draft.pages.size());
    for (int i = 0; i < draft.pages.size(); i++) {
      tree.set(i + 1L, tree.leaf(i + 1L, draft.pages.get(i)));
    }
    Manifest made =
        draft.manifest.apply(
            new Manifest(
                draft.packPageSize,
                draft.pages.size(),
                manifest.stateNonce(),
                tree.root(),
                stateKey,
                0,
                0,
                0,
                manifest.applicationEventSequence(),
                manifest.lineage(),
                honest.lastSequence(),
                honest.after()));
    attachments.add(
        attachment(
            inline,
            under,
            epoch,
            AttachmentType.MANIFEST,
            SealedType.MANIFEST,
            draft.manifestBytes.apply(
                SealedManifest.alone(made)
                    .toBytes(new SealedManifest.MadeAt(version(), 1_800_000_000_000L)))));
    Blob keys = draft.newKeyring.orElse(Blob.of(keyring.toBytes()));
    SigningKey signer = draft.signer.orElse(author);
    CommitBody body =
        draft.body.apply(
            new CommitBody(
                context,
                version(),
                head.anchor().root(),
                epoch,
                keys,
                Kind.DELTA.code(),
                1_800_000_000_000L,
                signer.address(),
                made.stateCommit(),
                eventRoot(made, batches),
                jumps(),
                draft.restoreSet.apply(packs),
                attachments,
                Blob.of(inline.toByteArray())));
    byte[] bytes = draft.bytes.apply(CommitObject.sign(body, signer).toBytes());
    ObjectRef ref;
    try (Store nowhere = new MemoryStore()) {
      ref = (draft.upload ? store : nowhere).put(ByteSource.of(bytes), TransferListener.NONE);
    }
    Anchor anchor =
        draft.anchor.apply(
            new Anchor(
                version(),
                head.anchor().root(),
                ref.root(),
                bytes.length,
                Digest.sha256(bytes),
                epoch,
                Digest.sha256(keys.toBytes()),
                new Kind(body.kind())));
    return draft.newKeyring.isPresent()
        ? registry.rotateAndAnchor(id, anchor)
        : registry.anchor(id, anchor);
  }

  private List<Jump> jumps() {
    Jump back =
        new Jump(
            head.version(),
            head.anchor().root(),
            head.block().number(),
            head.block().timeSeconds());
    return CommitChain.jumpsFor(version(), back, before.body());
  }

  Event event(long sequence) {
    return new Event(
        sequence, 1_800_000_000_000L, Event.Source.DRIVER, "note", "{}", 0, Blob.EMPTY);
  }

  private PackEntry pack(
      ByteArrayOutputStream inline,
      DataKey under,
      int epoch,
      List<byte[]> pages,
      PackHeader header,
      PackType type)
      throws Exception {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    SealedType sealedType = type == PackType.SNAPSHOT ? SealedType.SNAPSHOT : SealedType.DELTA;
    try (PackWriter writer = new PackWriter(header, stateKey, plain)) {
      for (int i = 0; i < pages.size(); i++) {
        writer.add(i + 1L, pages.get(i), null);
      }
      writer.finish();
    }
    byte[] sealed =
        Seal.seal(
            under,
            new ObjectLabel(context, version(), epoch, sealedType, 0),
            plain.toByteArray(),
            Padding.NONE,
            random);
    Location here = new Location.Here(inline.size());
    inline.writeBytes(sealed);
    return new PackEntry(
        type,
        epoch,
        version(),
        0,
        type == PackType.SNAPSHOT ? 0 : head.version(),
        version(),
        here,
        sealed.length,
        1_800_000_000L);
  }

  /** Whatever the batches are, the public part is right. */
  private static Digest eventRoot(Manifest manifest, List<EventBatch> batches) {
    EventTree tree = new EventTree(manifest.stateKey().key());
    batches.forEach(batch -> batch.events().forEach(tree::add));
    return tree.root();
  }

  private Attachment attachment(
      ByteArrayOutputStream inline,
      DataKey under,
      int epoch,
      AttachmentType type,
      SealedType sealedType,
      byte[] plain) {
    byte[] sealed =
        Seal.seal(
            under,
            new ObjectLabel(context, version(), epoch, sealedType, 0),
            plain,
            Padding.NONE,
            random);
    Location here = new Location.Here(inline.size());
    inline.writeBytes(sealed);
    return new Attachment(type, 0, here, sealed.length);
  }

  /** A file cut into pages. */
  public static List<byte[]> pages(byte[] file, int pageSize) {
    List<byte[]> pages = new ArrayList<>();
    for (int at = 0; at < file.length; at += pageSize) {
      pages.add(Arrays.copyOfRange(file, at, at + pageSize));
    }
    return pages;
  }

  byte[] noise(int count) {
    byte[] noise = new byte[count];
    random.nextBytes(noise);
    return noise;
  }

  /** A keyring of the next epoch whose only secret is thrown away. */
  Keyring closedKeyring(DataKey next) throws Exception {
    return Keyring.create(
        context,
        keyring.epoch() + 1,
        version(),
        next,
        Optional.empty(),
        List.of(
            io.inft.seal.SlotRequest.of(
                Secret.rawKey(noise(32)), io.inft.seal.KeyDerivation.weakForTests())),
        random);
  }

  /** A keyring of the next epoch that the same secret opens, without the link it should have. */
  Keyring unlinkedKeyring(DataKey next, Secret secret) throws Exception {
    return Keyring.create(
        context,
        keyring.epoch() + 1,
        version(),
        next,
        Optional.empty(),
        List.of(io.inft.seal.SlotRequest.of(secret, io.inft.seal.KeyDerivation.weakForTests())),
        random);
  }

  DataKey newKey() {
    return DataKey.generate(random);
  }
}
