package io.inft.faults.insider;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.EventBatch;
import io.inft.commit.Jump;
import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.pack.PackHeader;
import io.inft.pack.PackType;
import io.inft.registry.Anchor;
import io.inft.seal.DataKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What an author with the right can publish, and what it does to whoever wants the head. */
public enum Attack {
  UNKNOWN_KIND(Head.UNREADABLE, (me, draft) -> draft.body = body -> with(body, 7)),
  GARBAGE_COMMIT_OBJECT(Head.UNREADABLE, (me, draft) -> draft.bytes = bytes -> me.noise(900)),
  OBJECT_OF_NO_LENGTH(
      Head.UNREADABLE, (me, draft) -> draft.bytes = bytes -> new byte[] {(byte) 0x89}),
  MISSING_OBJECT(Head.MISSING, (me, draft) -> draft.upload = false),
  OLDER_COMMIT_OBJECT_AGAIN(
      Head.UNREADABLE, (me, draft) -> draft.bytes = bytes -> me.before.toBytes()),
  OBJECT_OF_ANOTHER_DATABASE(
      Head.UNREADABLE,
      (me, draft) -> draft.body = body -> withContext(body, Digest.sha256(new byte[] {7}))),
  WRONG_CHECKSUM(
      Head.UNREADABLE,
      (me, draft) -> draft.anchor = anchor -> with(anchor, 0, Digest.sha256(new byte[] {1}))),
  ABSURD_SIZE(
      Head.UNREADABLE,
      (me, draft) ->
          draft.anchor = anchor -> with(anchor, Anchor.MAX_SIZE_BYTES, anchor.checksum())),
  SIGNED_BY_SOMEBODY_ELSE(
      Head.UNREADABLE,
      (me, draft) -> draft.signer = Optional.of(SigningKey.parse("66".repeat(32)))),
  SIGNATURE_BROKEN(
      Head.UNREADABLE,
      (me, draft) ->
          draft.bytes =
              bytes -> {
                bytes[bytes.length - 20] ^= 1;
                return bytes;
              }),
  FORMAT_TOO_NEW(
      Head.UNREADABLE,
      (me, draft) ->
          draft.bytes =
              bytes -> {
                bytes[8] = 9;
                return bytes;
              }),
  ANOTHER_KEYRING_INSIDE(
      Head.UNREADABLE,
      (me, draft) -> {
        Blob other = Blob.of(me.closedKeyring(me.newKey()).toBytes());
        draft.body = body -> withKeyring(body, other);
      }),
  KEYRING_THAT_NOBODY_CAN_OPEN(
      Head.CLOSED,
      (me, draft) -> {
        DataKey next = me.newKey();
        draft.sealedWith = Optional.of(next);
        draft.newEpoch = me.keyring.epoch() + 1;
        draft.newKeyring = Optional.of(Blob.of(me.closedKeyring(next).toBytes()));
      }),
  KEYRING_OF_GARBAGE(
      Head.UNREADABLE,
      (me, draft) -> {
        draft.newEpoch = me.keyring.epoch() + 1;
        draft.newKeyring = Optional.of(Blob.of(me.noise(200)));
      }),
  NEW_EPOCH_AND_GARBAGE(
      Head.UNREADABLE,
      (me, draft) -> {
        DataKey next = me.newKey();
        draft.newEpoch = me.keyring.epoch() + 1;
        draft.newKeyring = Optional.of(Blob.of(me.closedKeyring(next).toBytes()));
        draft.bytes = bytes -> me.noise(333);
      }),
  PACK_OF_AN_EPOCH_OUT_OF_REACH(
      Head.UNREADABLE,
      (me, draft) -> {
        DataKey next = me.newKey();
        draft.sealedWith = Optional.of(next);
        draft.newEpoch = me.keyring.epoch() + 1;
        draft.newKeyring = Optional.of(Blob.of(me.unlinkedKeyring(next, Insider.SECRET).toBytes()));
        draft.restoreSet = fresh -> me.before.restoreSetSeenFromLater(me.head.anchor().root());
        draft.body = Attack::withoutInlinePack;
      }),
  PACK_SEALED_WITH_ANOTHER_KEY(
      Head.UNREADABLE, (me, draft) -> draft.sealedWith = Optional.of(me.newKey())),
  PACK_WITH_OTHER_PAGES(
      Head.UNREADABLE,
      (me, draft) ->
          draft.packed =
              pages -> {
                List<byte[]> other = new ArrayList<>(pages);
                byte[] last = other.get(other.size() - 1).clone();
                last[100] ^= 1;
                other.set(other.size() - 1, last);
                return other;
              }),
  PACK_INSIDE_SOMETHING_ELSE(
      Head.UNREADABLE,
      (me, draft) -> {
        draft.restoreSet =
            fresh ->
                List.of(
                    me.before
                        .restoreSetSeenFromLater(me.head.anchor().root())
                        .get(0)
                        .at(
                            new Location.Within(
                                me.head.anchor().root(), me.head.anchor().sizeBytes(), 10),
                            0));
        draft.body = Attack::withoutInlinePack;
      }),
  OLDER_PACK_AT_A_FALSE_PLACE(
      Head.UNREADABLE,
      (me, draft) -> {
        draft.emptyDelta =
            Optional.of(
                new PackHeader(
                    PackType.DELTA,
                    4096,
                    draft.pages.size(),
                    me.head.version(),
                    me.version(),
                    false));
        draft.restoreSet =
            packs -> {
              List<PackEntry> listed = new ArrayList<>(packs);
              Location elsewhere =
                  new Location.Within(me.head.anchor().root(), me.head.anchor().sizeBytes(), 10);
              listed.set(0, packs.get(0).at(elsewhere, 0));
              return listed;
            };
      }),
  PACK_THAT_WAS_NEVER_STORED(
      Head.MISSING,
      (me, draft) -> {
        draft.restoreSet =
            fresh -> List.of(fresh.get(0).at(new Location.Own(Digest.sha256(new byte[] {3})), 0));
        draft.body = Attack::withoutInlinePack;
      }),
  WRONG_STATE_ROOT(
      Head.UNREADABLE,
      (me, draft) -> draft.manifest = made -> manifest(made, made.pageSize(), made.pageCount(), 9)),
  STATE_COMMITMENT_OF_ANOTHER(
      Head.UNREADABLE,
      (me, draft) -> draft.body = body -> withState(body, Digest.sha256(new byte[] {5}))),
  MANIFEST_OF_ANOTHER_PAGE_SIZE(
      Head.UNREADABLE,
      (me, draft) -> draft.manifest = made -> manifest(made, 8192, made.pageCount(), 0)),
  PAGE_COUNT_OF_FOUR_BILLION(
      Head.UNREADABLE,
      (me, draft) ->
          draft.manifestBytes =
              bytes -> {
                ByteWriter other = new ByteWriter().bytes(bytes, 0, 2).varint(0xffff_fffeL);
                return other.bytes(bytes, 3, bytes.length - 3).toBytes();
              }),
  DELTA_OF_SIXTEEN_MILLION_EMPTY_PAGES(
      Head.UNREADABLE,
      (me, draft) -> {
        draft.emptyDelta =
            Optional.of(
                new PackHeader(
                    PackType.DELTA, 4096, 1 << 24, me.head.version(), me.version(), false));
        draft.manifest = made -> manifest(made, made.pageSize(), 1 << 24, 0);
      }),
  PACK_THAT_IS_LISTED_AS_ANOTHER(
      Head.UNREADABLE,
      (me, draft) ->
          draft.packHeader =
              header ->
                  new PackHeader(
                      header.kind(),
                      header.pageSize(),
                      header.pageCount(),
                      0,
                      header.toVersion() + 1,
                      false)),
  PAGE_COUNT_OF_SIXTEEN_MILLION(
      Head.UNREADABLE,
      (me, draft) -> draft.manifest = made -> manifest(made, made.pageSize(), 1 << 24, 0)),
  NO_PAGES_AT_ALL_SAID(
      Head.UNREADABLE, (me, draft) -> draft.manifest = made -> manifest(made, 4096, 0, 0)),
  NOT_SQLITE(
      Head.UNREADABLE,
      (me, draft) -> draft.pages = List.of(me.noise(4096), me.noise(4096), me.noise(4096))),
  DATABASE_OF_ANOTHER_PAGE_SIZE(
      Head.UNREADABLE,
      (me, draft) -> {
        List<byte[]> pages = new ArrayList<>(draft.pages);
        byte[] first = pages.get(0).clone();
        ByteBuffer.wrap(first).putShort(16, (short) 8192);
        pages.set(0, first);
        draft.pages = pages;
      }),
  SCHEMA_DESTROYED(
      Head.UNREADABLE,
      (me, draft) -> {
        List<byte[]> pages = new ArrayList<>(draft.pages);
        byte[] first = pages.get(0).clone();
        byte[] noise = me.noise(first.length - 100);
        System.arraycopy(noise, 0, first, 100, noise.length);
        pages.set(0, first);
        draft.pages = pages;
      }),
  EVENT_SEQUENCE_AT_THE_END(
      Head.UNREADABLE, (me, draft) -> draft.manifest = made -> events(made, Long.MAX_VALUE)),
  EVENTS_THAT_BREAK_THE_CHAIN(
      Head.READABLE,
      (me, draft) -> {
        EventBatch wrong =
            EventBatch.of(
                Digest.sha256(new byte[] {2}), List.of(me.event(me.manifest.eventSequence() + 1)));
        draft.batches = honest -> List.of(wrong);
      }),
  JUMPS_THAT_LIE(
      Head.READABLE,
      (me, draft) ->
          draft.body =
              body -> {
                List<Jump> jumps = new ArrayList<>();
                for (Jump jump : body.jumps()) {
                  boolean first = jump.version() == body.version() - 1;
                  jumps.add(
                      first
                          ? jump
                          : new Jump(
                              jump.version(), Digest.sha256(new byte[] {8}), Long.MAX_VALUE, 1));
                }
                return withJumps(body, jumps);
              }),
  TIMES_BEYOND_ALL_CALENDARS(
      Head.READABLE,
      (me, draft) -> {
        draft.restoreSet =
            fresh -> List.of(fresh.get(0).at(fresh.get(0).location(), Long.MAX_VALUE));
        draft.body = body -> withTime(body, Long.MAX_VALUE);
      }),
  HOSTILE_VIEW(Head.READABLE, (me, draft) -> {});

  /** What the head looks like to whoever wants it. */
  enum Head {
    /** It opens: what is wrong is beside the database. */
    READABLE,
    /** Bytes were had, and they are wrong. */
    UNREADABLE,
    /** Nobody has them. */
    MISSING,
    /** The secret does not open it. */
    CLOSED
  }

  /** Makes a draft wrong. */
  interface Poison {
    void into(Insider me, Insider.Draft draft) throws Exception;
  }

  final Head head;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda without captured state
  private final Poison poison;

  Attack(Head head, Poison poison) {
    this.head = head;
    this.poison = poison;
  }

  /**
   * Publishes it.
   *
   * @param pages of the database that is published
   */
  public void by(Insider me, List<byte[]> pages) throws Exception {
    Insider.Draft draft = new Insider.Draft();
    draft.pages = pages;
    poison.into(me, draft);
    me.publish(draft);
  }

  private static CommitBody withoutInlinePack(CommitBody body) {
    // The inline area loses the fresh pack at its beginning, and what lies behind it moves up.
    long gone =
        body.attachments().stream()
            .map(one -> ((Location.Here) one.location()).offset())
            .min(Long::compare)
            .orElseThrow();
    byte[] inline = body.inline().toBytes();
    return copy(
        body,
        body.context(),
        body.kind(),
        body.keyring(),
        body.authorTimeMillis(),
        body.stateCommit(),
        body.jumps(),
        body.attachments().stream()
            .map(
                one ->
                    new Attachment(
                        one.type(),
                        one.index(),
                        new Location.Here(((Location.Here) one.location()).offset() - gone),
                        one.sizeBytes()))
            .toList(),
        Blob.of(Arrays.copyOfRange(inline, (int) gone, inline.length)));
  }

  private static CommitBody copy(
      CommitBody body,
      Digest context,
      int kind,
      Blob keyring,
      long time,
      Digest state,
      List<Jump> jumps,
      List<Attachment> attachments,
      Blob inline) {
    return new CommitBody(
        context,
        body.version(),
        body.previousRoot(),
        body.epoch(),
        keyring,
        kind,
        time,
        body.author(),
        state,
        hasEvents(attachments) ? body.eventRoot() : Digest.ZERO,
        jumps,
        body.restoreSet(),
        attachments,
        inline);
  }

  private static boolean hasEvents(List<Attachment> attachments) {
    return attachments.stream().anyMatch(one -> one.type() == AttachmentType.EVENTS);
  }

  private static CommitBody with(
      CommitBody b, Digest context, int kind, Blob keyring, long time, Digest state, List<Jump> j) {
    return copy(b, context, kind, keyring, time, state, j, b.attachments(), b.inline());
  }

  private static CommitBody with(CommitBody b, int kind) {
    return with(
        b, b.context(), kind, b.keyring(), b.authorTimeMillis(), b.stateCommit(), b.jumps());
  }

  private static CommitBody withContext(CommitBody b, Digest context) {
    return with(
        b, context, b.kind(), b.keyring(), b.authorTimeMillis(), b.stateCommit(), b.jumps());
  }

  private static CommitBody withKeyring(CommitBody b, Blob keyring) {
    return with(
        b, b.context(), b.kind(), keyring, b.authorTimeMillis(), b.stateCommit(), b.jumps());
  }

  private static CommitBody withState(CommitBody b, Digest state) {
    return with(b, b.context(), b.kind(), b.keyring(), b.authorTimeMillis(), state, b.jumps());
  }

  private static CommitBody withTime(CommitBody b, long time) {
    return with(b, b.context(), b.kind(), b.keyring(), time, b.stateCommit(), b.jumps());
  }

  private static CommitBody withJumps(CommitBody b, List<Jump> jumps) {
    return with(
        b, b.context(), b.kind(), b.keyring(), b.authorTimeMillis(), b.stateCommit(), jumps);
  }

  private static Anchor with(Anchor a, long size, Digest checksum) {
    return new Anchor(
        a.version(),
        a.previousRoot(),
        a.root(),
        size == 0 ? a.sizeBytes() : size,
        checksum,
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }

  private static Manifest manifest(Manifest m, int pageSize, long pageCount, int otherRoot) {
    return new Manifest(
        pageSize,
        pageCount,
        m.stateNonce(),
        otherRoot == 0 ? m.stateRoot() : Digest.sha256(new byte[] {(byte) otherRoot}),
        m.stateKey(),
        m.transactions(),
        m.firstCommitTimeMillis(),
        m.lastCommitTimeMillis(),
        m.applicationEventSequence(),
        m.lineage(),
        m.eventSequence(),
        m.eventHash());
  }

  private static Manifest events(Manifest m, long sequence) {
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
        m.eventHash());
  }
}
