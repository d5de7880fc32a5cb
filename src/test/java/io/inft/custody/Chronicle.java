package io.inft.custody;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.DatabaseContext;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.commit.Archive;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
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
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.seal.DataKey;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.sqlite.JDBC;

/**
 * Writes a database's history by the formats' doors, a version at a time and without the driver, so
 * that any part of any version can be made wrong by somebody who holds all keys. The pages are a
 * real SQLite database's.
 */
final class Chronicle implements AutoCloseable {
  static final SigningKey OWNER = SigningKey.parse("11".repeat(32));
  static final Secret SECRET = Secret.rawKey(new byte[32]);

  private static final int PAGE_SIZE = 512;
  private static final int MAX_PACKS = 12;
  private static final StateKey STATE_KEY =
      new StateKey(StateRoot.NEWEST, Blob.of(new byte[Manifest.STATE_KEY_BYTES]));

  final DatabaseId id;
  final Digest context;
  private final Store store;
  private final SecureRandom random = new SeededRandom(7);
  private final Path file;
  private final Connection sqlite;

  // What the newest version knows.
  private Registry registry;
  private long version;
  private ObjectRef newest = new ObjectRef(Digest.ZERO, 1);
  private CommitObject commit;
  private Anchored anchored;
  private final List<Blob> tail = new ArrayList<>();
  private List<byte[]> pages = List.of();
  private int epoch = 1;
  private DataKey key = DataKey.generate(random);
  private Keyring keyring;
  private long eventSequence;
  private Digest eventHash;

  Chronicle(Registry registry, Store store, String id, Path folder) throws Exception {
    this.id = DatabaseId.parse(id);
    this.registry = registry;
    this.store = store;
    this.context =
        new DatabaseContext(registry.chainId(), registry.address(), this.id.hash()).digest();
    this.eventHash = EventChain.genesis(context);
    this.keyring =
        Keyring.create(
            context,
            1,
            1,
            key,
            Optional.empty(),
            List.of(SlotRequest.of(SECRET, KeyDerivation.weakForTests())),
            random);
    this.file = Files.createTempFile(folder, "chronicle", ".db");
    Files.delete(file);
    this.sqlite = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
    run("PRAGMA page_size=" + PAGE_SIZE);
    run("PRAGMA journal_mode=MEMORY");
    run("PRAGMA synchronous=OFF");
    run("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)");
    run("INSERT INTO t SELECT value, 'row ' || value FROM generate_series(1, 60)");
  }

  private void run(String sql) throws Exception {
    try (Statement statement = sqlite.createStatement()) {
      statement.execute(
          sql.replace(
              "generate_series(1, 60)",
              "(WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s LIMIT 60)"
                  + " SELECT value FROM s)"));
    }
  }

  /** What is to be wrong with a version; nothing, as it stands. */
  static final class Draft {
    SigningKey author = OWNER;
    boolean newEpoch;

    /** Whether it is made to carry others, and not to bring content. */
    boolean archive;

    /** Whether a new epoch or an archive brings other content, which it must not. */
    boolean changesContent;

    boolean linkToOldEpoch = true;
    boolean ownObjects;
    int events = 1;
    UnaryOperator<Event> event = UnaryOperator.identity();
    UnaryOperator<List<EventBatch>> batches = UnaryOperator.identity();
    UnaryOperator<Manifest> manifest = UnaryOperator.identity();
    UnaryOperator<List<byte[]>> pages = UnaryOperator.identity();

    /** Whether the commit object goes along with its anchor; else what went along is carried. */
    boolean inlined;

    UnaryOperator<List<Blob>> carried = UnaryOperator.identity();

    /** The bytes of the archive; without any, there is none. */
    UnaryOperator<byte[]> archived = UnaryOperator.identity();

    UnaryOperator<CommitBody> body = UnaryOperator.identity();
    UnaryOperator<byte[]> bytes = UnaryOperator.identity();
    UnaryOperator<Anchor> anchor = UnaryOperator.identity();
    boolean upload = true;
  }

  /** From now on, this account's view of the registry anchors. */
  void through(Registry other) {
    registry = other;
  }

  CommitObject commit() {
    return commit;
  }

  Anchored anchored() {
    return anchored;
  }

  Anchored publish() throws Exception {
    return publish(new Draft());
  }

  void publish(int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      publish();
    }
  }

  Anchored publish(Draft draft) throws Exception {
    boolean rotate = version == 0 || draft.newEpoch;
    if (version == 0) {
      registry.register(id);
    }
    version++;
    if (draft.newEpoch) {
      DataKey before = key;
      key = DataKey.generate(random);
      epoch++;
      keyring =
          Keyring.create(
              context,
              epoch,
              version,
              key,
              draft.linkToOldEpoch ? Optional.of(before) : Optional.empty(),
              List.of(SlotRequest.of(SECRET, KeyDerivation.weakForTests())),
              random);
    }
    if (!(draft.newEpoch || draft.archive) || draft.changesContent) {
      run("UPDATE t SET text = 'version " + version + "' WHERE id = 1 + " + version + " % 60");
    }
    List<byte[]> after = draft.pages.apply(read());
    byte[] bytes = draft.bytes.apply(sign(draft, after, draft.newEpoch).toBytes());
    Digest checksum = Digest.sha256(bytes);
    ObjectRef ref = refOf(bytes, draft.upload && !draft.inlined);
    Anchor anchor =
        draft.anchor.apply(
            new Anchor(
                version,
                newest.root(),
                ref.root(),
                bytes.length,
                checksum,
                epoch,
                keyring.hash(),
                kind(draft)));
    newest =
        new ObjectRef(Digest.ZERO.equals(ref.root()) ? newest.root() : ref.root(), ref.sizeBytes());
    if (draft.inlined) {
      anchored = registry.anchorInline(id, anchor, Blob.of(bytes));
      tail.add(Blob.of(bytes));
    } else {
      anchored = rotate ? registry.rotateAndAnchor(id, anchor) : registry.anchor(id, anchor);
      tail.clear();
    }
    pages = after;
    return anchored;
  }

  private Kind kind(Draft draft) {
    if (draft.newEpoch) {
      return Kind.REKEY;
    }
    return draft.archive ? Kind.ARCHIVE : version == 1 ? Kind.SNAPSHOT : Kind.DELTA;
  }

  private ObjectRef refOf(byte[] bytes, boolean upload) throws Exception {
    try (Store nowhere = new io.inft.store.MemoryStore()) {
      return (upload ? store : nowhere).put(ByteSource.of(bytes), TransferListener.NONE);
    }
  }

  private List<byte[]> read() throws Exception {
    byte[] all = Files.readAllBytes(file);
    List<byte[]> read = new ArrayList<>();
    for (int at = 0; at < all.length; at += PAGE_SIZE) {
      read.add(Arrays.copyOfRange(all, at, at + PAGE_SIZE));
    }
    return read;
  }

  private CommitObject sign(Draft draft, List<byte[]> after, boolean fresh) throws Exception {
    Inline inline = new Inline(draft.ownObjects);
    List<PackEntry> packs = new ArrayList<>();
    if (commit != null && !fresh) {
      packs.addAll(
          tail.isEmpty()
              ? commit.restoreSetSeenFromLater(newest.root())
              : commit.restoreSetSeenWhileCarried());
    }
    boolean snapshot = packs.isEmpty() || packs.size() >= MAX_PACKS;
    if (snapshot) {
      packs.clear();
    }
    long from = snapshot ? 0 : version - 1;
    packs.add(
        new PackEntry(
            snapshot ? PackType.SNAPSHOT : PackType.DELTA,
            epoch,
            version,
            0,
            from,
            version,
            inline.add(
                sealed(snapshot ? SealedType.SNAPSHOT : SealedType.DELTA, pack(after, from))),
            inline.sizeBytes,
            1_800_000_000L));
    List<Attachment> attachments = new ArrayList<>();
    List<EventBatch> batches = draft.batches.apply(events(draft));
    for (EventBatch batch : batches) {
      attachments.add(
          inline.attachment(AttachmentType.EVENTS, sealed(SealedType.EVENTS, batch.toBytes())));
    }
    Manifest manifest = draft.manifest.apply(manifest(read()));
    attachments.add(
        inline.attachment(
            AttachmentType.MANIFEST,
            sealed(
                SealedType.MANIFEST,
                SealedManifest.alone(manifest)
                    .toBytes(new SealedManifest.MadeAt(version, 1_800_000_000_000L + version)))));
    List<Blob> carried = draft.inlined ? List.of() : draft.carried.apply(List.copyOf(tail));
    byte[] archive =
        draft.archived.apply(carried.isEmpty() ? new byte[0] : new Archive(carried).toBytes());
    if (archive.length > 0) {
      Location here = new Location.Here(inline.bytes.size());
      inline.bytes.writeBytes(archive);
      attachments.add(new Attachment(AttachmentType.ARCHIVE, 0, here, archive.length));
    }
    EventTree tree = new EventTree(manifest.stateKey().key());
    batches.forEach(batch -> batch.events().forEach(tree::add));
    CommitBody body =
        new CommitBody(
            context,
            version,
            newest.root(),
            epoch,
            Blob.of(keyring.toBytes()),
            kind(draft).code(),
            1_800_000_000_000L + version,
            draft.author.address(),
            manifest.stateCommit(),
            tree.root(),
            jumps(),
            packs,
            attachments,
            Blob.of(inline.bytes.toByteArray()));
    commit = CommitObject.sign(draft.body.apply(body), draft.author);
    return commit;
  }

  private List<Jump> jumps() {
    return version == 1
        ? List.of()
        : CommitChain.jumpsFor(
            version,
            new Jump(
                version - 1,
                newest.root(),
                anchored.block().number(),
                anchored.block().timeSeconds()),
            commit.body());
  }

  private byte[] sealed(SealedType type, byte[] plain) {
    return Seal.seal(
        key, new ObjectLabel(context, version, epoch, type, 0), plain, Padding.NONE, random);
  }

  private byte[] pack(List<byte[]> after, long from) throws Exception {
    PackType kind = from == 0 ? PackType.SNAPSHOT : PackType.DELTA;
    PackHeader header =
        new PackHeader(kind, PAGE_SIZE, after.size(), from, version, kind == PackType.DELTA);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, STATE_KEY, out)) {
      for (int i = 0; i < after.size(); i++) {
        boolean known = from > 0 && i < pages.size();
        if (!known || !Arrays.equals(pages.get(i), after.get(i))) {
          writer.add(i + 1L, after.get(i), known ? pages.get(i) : null);
        }
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private List<EventBatch> events(Draft draft) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < draft.events; i++) {
      events.add(draft.event.apply(event(eventSequence + 1 + i)));
    }
    List<EventBatch> batches = EventBatch.split(eventHash, events);
    if (!batches.isEmpty()) {
      eventSequence += draft.events;
      eventHash = batches.get(batches.size() - 1).after();
    }
    return batches;
  }

  static Event event(long sequence) {
    return new Event(
        sequence,
        1_800_000_000_000L + sequence,
        Event.Source.DRIVER,
        "inft.commit",
        "{\"n\":" + sequence + "}",
        0,
        Blob.EMPTY);
  }

  private Manifest manifest(List<byte[]> after) {
    StateTree tree = new StateTree(STATE_KEY, PAGE_SIZE);
    tree.resize(after.size());
    for (int i = 0; i < after.size(); i++) {
      tree.set(i + 1L, tree.leaf(i + 1L, after.get(i)));
    }
    byte[] nonce = new byte[Manifest.STATE_NONCE_BYTES];
    random.nextBytes(nonce);
    return new Manifest(
        PAGE_SIZE,
        after.size(),
        Blob.of(nonce),
        tree.root(),
        STATE_KEY,
        1,
        1_800_000_000_000L,
        1_800_000_000_000L,
        0,
        Blob.of(new byte[Manifest.LINEAGE_BYTES]),
        eventSequence,
        eventHash);
  }

  @Override
  public void close() throws SQLException {
    sqlite.close();
  }

  /** Sealed bytes that go with a commit object: inside it, or stored as objects of their own. */
  private final class Inline {
    private final boolean own;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long sizeBytes;

    private Inline(boolean own) {
      this.own = own;
    }

    private Location add(byte[] sealed) throws Exception {
      sizeBytes = sealed.length;
      if (own) {
        return new Location.Own(store.put(ByteSource.of(sealed), TransferListener.NONE).root());
      }
      Location here = new Location.Here(bytes.size());
      bytes.writeBytes(sealed);
      return here;
    }

    private Attachment attachment(AttachmentType type, byte[] sealed) throws Exception {
      Location location = add(sealed);
      return new Attachment(type, 0, location, sizeBytes);
    }
  }
}
