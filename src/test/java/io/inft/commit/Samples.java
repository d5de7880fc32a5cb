package io.inft.commit;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.pack.PackType;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Commit bodies, events and chains to test with; everything follows from seeds. */
final class Samples {
  static final SigningKey AUTHOR = SigningKey.generate(new SeededRandom(100));
  static final Digest CONTEXT = digest("context");
  static final Blob LINEAGE = Blob.of(bytes(5, 16));

  private static final List<CommitObject> CHAIN = new ArrayList<>();
  private static final List<CommitObject> INLINED = new ArrayList<>();

  private Samples() {}

  static Digest digest(String name) {
    return Digest.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Version 1: a snapshot and a manifest, both inline. */
  static CommitBody first() {
    byte[] pack = bytes(1, 700);
    byte[] manifest = bytes(2, 261);
    PackEntry snapshot =
        new PackEntry(PackType.SNAPSHOT, 1, 1, 0, 0, 1, new Location.Here(0), 700, 1_800_000_000);
    Attachment attachment = new Attachment(AttachmentType.MANIFEST, 0, new Location.Here(700), 261);
    return new CommitBody(
        CONTEXT,
        1,
        Digest.ZERO,
        1,
        Blob.of(bytes(3, 173)),
        2,
        1_800_000_000_000L,
        AUTHOR.address(),
        digest("state 1"),
        Digest.ZERO,
        List.of(),
        List.of(snapshot),
        List.of(attachment),
        Blob.of(new ByteWriter().bytes(pack).bytes(manifest).toBytes()));
  }

  /** The version after: an inline delta more, everything else as it must be. */
  static CommitBody next(CommitObject previous, Digest previousRoot) {
    CommitBody before = previous.body();
    long version = before.version() + 1;
    byte[] delta = bytes(version, 300);
    byte[] manifest = bytes(-version, 261);
    List<PackEntry> packs = new ArrayList<>(previous.restoreSetSeenFromLater(previousRoot));
    if (packs.size() >= 12) {
      packs.subList(1, packs.size()).clear();
      packs.set(0, ownSnapshot(version - 1));
    }
    packs.add(
        new PackEntry(
            PackType.DELTA,
            before.epoch(),
            version,
            0,
            packs.get(packs.size() - 1).toVersion(),
            version,
            new Location.Here(0),
            300,
            1_800_000_000 + version));
    return new CommitBody(
        CONTEXT,
        version,
        previousRoot,
        before.epoch(),
        before.keyring(),
        1,
        before.authorTimeMillis() + 30_000,
        AUTHOR.address(),
        digest("state " + version),
        Digest.ZERO,
        CommitChain.jumpsFor(version, jump(version - 1, previousRoot), before),
        packs,
        List.of(new Attachment(AttachmentType.MANIFEST, 0, new Location.Here(300), 261)),
        Blob.of(new ByteWriter().bytes(delta).bytes(manifest).toBytes()));
  }

  /** Versions 1 to 7: 2 to 5 go along with their anchors, 6 carries them, 7 comes after it. */
  static synchronized List<CommitObject> inlined() {
    if (INLINED.isEmpty()) {
      CommitObject last = CommitObject.sign(first(), AUTHOR);
      INLINED.add(last);
      for (int version = 2; version <= 5; version++) {
        BodyEditor editor = new BodyEditor(next(last, root(last)));
        if (version > 2) {
          editor.restoreSet = seenWhileCarried(last, editor.restoreSet);
        }
        last = CommitObject.sign(editor.body(), AUTHOR);
        INLINED.add(last);
      }
      INLINED.add(CommitObject.sign(carrying(archive().toBytes()), AUTHOR));
      CommitObject carrier = INLINED.get(5);
      INLINED.add(CommitObject.sign(next(carrier, root(carrier)), AUTHOR));
    }
    return List.copyOf(INLINED);
  }

  private static List<PackEntry> seenWhileCarried(CommitObject last, List<PackEntry> next) {
    List<PackEntry> packs = new ArrayList<>(last.restoreSetSeenWhileCarried());
    packs.add(next.get(next.size() - 1));
    return packs;
  }

  /** What version 6 carries. */
  static Archive archive() {
    return new Archive(INLINED.subList(1, 5).stream().map(one -> Blob.of(one.toBytes())).toList());
  }

  /** Version 6, whatever the bytes of its archive are. */
  static CommitBody carrying(byte[] archive) {
    CommitObject before = INLINED.get(4);
    BodyEditor editor = new BodyEditor(next(before, root(before)));
    editor.kind = 6;
    editor.restoreSet = seenWhileCarried(before, editor.restoreSet);
    long offset = editor.inline.sizeBytes();
    List<Attachment> attachments = new ArrayList<>(editor.attachments);
    attachments.add(
        new Attachment(AttachmentType.ARCHIVE, 0, new Location.Here(offset), archive.length));
    editor.attachments = attachments;
    editor.inline =
        Blob.of(new ByteWriter().bytes(editor.inline.toBytes()).bytes(archive).toBytes());
    return editor.body();
  }

  static PackEntry ownSnapshot(long version) {
    return new PackEntry(
        PackType.SNAPSHOT,
        1,
        version,
        0,
        0,
        version,
        new Location.Own(digest("snapshot " + version)),
        5_000_000,
        1_800_000_000);
  }

  static Jump jump(long version, Digest root) {
    return new Jump(version, root, 10_000 + version, 1_800_000_000 + version);
  }

  /** What stands for the 0G root here: this room does not know how it is made. */
  static Digest root(CommitObject object) {
    return Digest.sha256(new byte[] {42}, object.toBytes());
  }

  /** Versions 1 to {@code count}, each following the one before; signing is slow, so kept. */
  static synchronized List<CommitObject> chain(int count) {
    if (CHAIN.isEmpty()) {
      CHAIN.add(CommitObject.sign(first(), AUTHOR));
    }
    while (CHAIN.size() < count) {
      CommitObject last = CHAIN.get(CHAIN.size() - 1);
      CHAIN.add(CommitObject.sign(next(last, root(last)), AUTHOR));
    }
    return List.copyOf(CHAIN.subList(0, count));
  }

  static Event applicationEvent(long sequence, String payload) {
    return new Event(
        sequence,
        1_800_000_000_000L + sequence,
        Event.Source.APPLICATION,
        "order.placed",
        payload,
        sequence,
        LINEAGE);
  }

  static Event driverEvent(long sequence) {
    return new Event(
        sequence,
        1_800_000_000_000L + sequence,
        Event.Source.DRIVER,
        "restored",
        "{\"version\":41}",
        0,
        Blob.EMPTY);
  }

  static List<Event> events(long first, int count) {
    List<Event> events = new ArrayList<>();
    for (long sequence = first; sequence < first + count; sequence++) {
      events.add(
          sequence % 3 == 0
              ? driverEvent(sequence)
              : applicationEvent(sequence, "{\"order\":" + sequence + ",\"item\":\"gr\u00fcn\"}"));
    }
    return events;
  }

  /** A manifest whose event log ends elsewhere. */
  static Manifest ending(Manifest m, long sequence, Digest hash) {
    return new Manifest(
        m.pageSize(),
        m.pageCount(),
        m.stateNonce(),
        m.stateRoot(),
        m.stateKey(),
        m.transactions(),
        m.firstCommitTimeMillis(),
        m.lastCommitTimeMillis(),
        m.applicationEventSequence(),
        m.lineage(),
        sequence,
        hash);
  }

  /** A manifest of a database with another key or kind of state root. */
  static Manifest withKey(Manifest m, StateKey key) {
    return new Manifest(
        m.pageSize(),
        m.pageCount(),
        m.stateNonce(),
        m.stateRoot(),
        key,
        m.transactions(),
        m.firstCommitTimeMillis(),
        m.lastCommitTimeMillis(),
        m.applicationEventSequence(),
        m.lineage(),
        m.eventSequence(),
        m.eventHash());
  }

  static Manifest manifest() {
    return new Manifest(
        4096,
        1234,
        Blob.of(bytes(6, 16)),
        digest("state root"),
        new StateKey(StateRoot.PAGES, Blob.of(bytes(7, 32))),
        17,
        1_800_000_000_000L,
        1_800_000_030_000L,
        40,
        LINEAGE,
        57,
        digest("event hash"));
  }
}
