package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.inft.GoldenFolder;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The files under {@code golden/commit}: what this release wrote, every later one must read. */
class CommitGoldenTest {
  static final GoldenFolder FOLDER = new GoldenFolder("commit");

  private static final Digest GENESIS = EventChain.genesis(Samples.CONTEXT);

  @Test
  void commitObjectsStillOpenAndFollowEachOther() throws Exception {
    CommitObject first = CommitObject.parse(FOLDER.read("version-1.commit"));
    CommitObject second = CommitObject.parse(FOLDER.read("version-2.commit"));
    CommitObject fourteenth = CommitObject.parse(FOLDER.read("version-14.commit"));

    assertThatCode(() -> CommitChain.checkFollows(second.body(), first.body(), Samples.root(first)))
        .doesNotThrowAnyException();
    assertThat(first.body()).isEqualTo(Samples.first());
    assertThat(second.body()).isEqualTo(Samples.next(first, Samples.root(first)));
    assertThat(fourteenth.body().jumps()).extracting(Jump::version).containsExactly(13L, 12L, 8L);
    assertThat(fourteenth.body().restoreSet().get(0).location()).isInstanceOf(Location.Own.class);
    assertThat(fourteenth.bindsEvents()).isFalse();
  }

  @Test
  void compactCommitObjectsStillOpenAndFollowEachOther() throws Exception {
    CommitObject first = CommitObject.parse(FOLDER.read("compact-1.commit"));
    CommitObject second = CommitObject.parse(FOLDER.read("compact-2.commit"));
    CommitObject fourteenth = CommitObject.parse(FOLDER.read("compact-14.commit"));

    assertThatCode(() -> CommitChain.checkFollows(second.body(), first.body(), Samples.root(first)))
        .doesNotThrowAnyException();
    assertThat(first.body()).isEqualTo(Samples.first());
    assertThat(second.body()).isEqualTo(Samples.next(first, Samples.root(first)));
    assertThat(fourteenth.body()).isEqualTo(Samples.chain(14).get(13).body());
    assertThat(fourteenth.body().restoreSet().get(0).location()).isInstanceOf(Location.Own.class);
    assertThat(fourteenth.bindsEvents()).isTrue();
  }

  @Test
  void commitObjectsAreStillWrittenByteForByte() {
    List<CommitObject> chain = Samples.chain(14);

    assertThat(chain.get(0).toBytes()).isEqualTo(FOLDER.read("compact-1.commit"));
    assertThat(chain.get(1).toBytes()).isEqualTo(FOLDER.read("compact-2.commit"));
    assertThat(chain.get(13).toBytes()).isEqualTo(FOLDER.read("compact-14.commit"));
  }

  @Test
  void aCarrierStillOpensAndTheVersionAfterItFindsItsPacks() throws Exception {
    CommitObject carrier = CommitObject.parse(FOLDER.read("carrier-6.commit"));
    CommitObject after = CommitObject.parse(FOLDER.read("after-carrier-7.commit"));
    Archive archive = Archive.requireOf(carrier);

    assertThat(CommitObject.parse(FOLDER.read("inlined-5.commit")))
        .isEqualTo(Samples.inlined().get(4));
    assertThat(archive.objects())
        .isEqualTo(
            Samples.inlined().subList(1, 5).stream().map(one -> Blob.of(one.toBytes())).toList());
    assertThat(carrier.body().kind()).isEqualTo(6);
    assertThat(carrier.body().restoreSet()).isEqualTo(Samples.inlined().get(5).body().restoreSet());
    assertThat(carrier.body().restoreSet().get(4).location()).isInstanceOf(Location.Carried.class);
    assertThat(after.body()).isEqualTo(Samples.next(carrier, Samples.root(carrier)));
    PackEntry pack = after.body().restoreSet().get(3);
    Location.Carried carried = (Location.Carried) pack.location();
    assertThat(carried.carrierRoot()).isEqualTo(Samples.root(carrier));
    assertThat(archive.packOf(pack.producedBy(), carried, pack.sizeBytes()).readAll(300))
        .isEqualTo(Samples.bytes(4, 300));
  }

  @Test
  void aManifestStillOpensAndIsStillWrittenByteForByte() throws Exception {
    CommitBody body = Samples.chain(2).get(1).body();
    byte[] compact = FOLDER.read("compact.manifest");

    assertThat(SealedManifest.parse(FOLDER.read("manifest.plain"), body))
        .isEqualTo(SealedManifest.alone(Samples.manifest()));
    assertThat(SealedManifest.parse(compact, body)).isEqualTo(ordinary());
    assertThat(ordinary().toBytes(SealedManifest.MadeAt.of(body))).isEqualTo(compact);
    assertThat(SealedManifest.parse(FOLDER.read("laden.manifest"), body)).isEqualTo(laden());
    byte[] chunks = FOLDER.read("chunks.manifest");
    assertThat(SealedManifest.parse(chunks, body)).isEqualTo(ofChunks());
    assertThat(ofChunks().toBytes(SealedManifest.MadeAt.of(body))).isEqualTo(chunks);
    for (String file : List.of("ends.manifest", "parts.manifest")) {
      byte[] ends = FOLDER.read(file);
      SealedManifest told = ofEnds(file.equals("parts.manifest"));
      assertThat(SealedManifest.parse(ends, body)).isEqualTo(told);
      assertThat(told.toBytes(SealedManifest.MadeAt.of(body))).isEqualTo(ends);
    }
  }

  /** Of version 2: it brings the event that it was made. */
  static SealedManifest ordinary() {
    CommitBody body = Samples.chain(2).get(1).body();
    Event made = DriverEvent.committed(2, 17).at(57, body.authorTimeMillis());
    EventBatch batch = EventBatch.of(GENESIS, List.of(made));
    return new SealedManifest(
        Samples.ending(Samples.manifest(), 57, batch.after()),
        Optional.of(batch),
        Optional.empty());
  }

  /** The same with state root 2. */
  private static SealedManifest ofChunks() {
    Manifest manifest = ordinary().manifest();
    StateKey key = new StateKey(StateRoot.CHUNKS, manifest.stateKey().key());
    return new SealedManifest(
        Samples.withKey(manifest, key), ordinary().events(), Optional.empty());
  }

  /** The same of a version with long packs, of whose ends two are told. */
  private static SealedManifest ofEnds(boolean withParts) {
    Optional<Digest> part = Optional.of(Samples.digest("part")).filter(one -> withParts);
    return new SealedManifest(
        ofChunks().manifest(),
        ofChunks().events(),
        Optional.empty(),
        List.of(SealedManifestTest.end(0, 50_000), SealedManifestTest.end(3, 0).withPart(part)));
  }

  /** With events that deflate, and a log. */
  private static SealedManifest laden() {
    EventBatch batch = deflatedBatch();
    return new SealedManifest(
        Samples.ending(Samples.manifest(), batch.lastSequence(), batch.after()),
        Optional.of(batch),
        Optional.of(log()));
  }

  @Test
  void anSqlLogStillOpens() throws Exception {
    assertThat(TransactionLog.parse(FOLDER.read("sql-log.plain"))).isEqualTo(log());
  }

  /** Another deflater may pack tighter, so only the plain batch must be the same bytes. */
  @Test
  void eventBatchesStillOpen() throws Exception {
    byte[] plain = FOLDER.read("events-plain.batch");
    byte[] deflated = FOLDER.read("events-deflated.batch");

    assertThat(plain[EventBatchFormat.ENCODING_OFFSET]).isZero();
    assertThat(deflated[EventBatchFormat.ENCODING_OFFSET]).isEqualTo((byte) 1);
    assertThat(EventBatch.parse(plain)).isEqualTo(plainBatch());
    assertThat(plainBatch().toBytes()).isEqualTo(plain);
    assertThat(EventBatch.parse(deflated)).isEqualTo(deflatedBatch());
  }

  static TransactionLog log() {
    return TransactionLog.of(
        List.of(
            TransactionRecord.of(1_800_000_000_000L, 3),
            new TransactionRecord(1_800_000_000_500L, 70, 12, 1_800_000_009_000L)));
  }

  static EventBatch plainBatch() {
    String payload = "{\"kQ8z\":\"Wm3fXa0\"}";
    return EventBatch.of(
        GENESIS,
        List.of(
            new Event(
                1, 1_800_000_000_123L, Event.Source.DRIVER, "restored", payload, 0, Blob.EMPTY)));
  }

  static EventBatch deflatedBatch() {
    return EventBatch.of(plainBatch().after(), Samples.events(2, 40));
  }

  /** Writes the files that are not there yet. */
  public static void main(String[] arguments) {
    List<CommitObject> chain = Samples.chain(14);
    FOLDER.write("compact-1.commit", chain.get(0).toBytes());
    FOLDER.write("compact-2.commit", chain.get(1).toBytes());
    FOLDER.write("compact-14.commit", chain.get(13).toBytes());
    FOLDER.write("inlined-5.commit", Samples.inlined().get(4).toBytes());
    FOLDER.write("carrier-6.commit", Samples.inlined().get(5).toBytes());
    FOLDER.write("after-carrier-7.commit", Samples.inlined().get(6).toBytes());
    SealedManifest.MadeAt at = SealedManifest.MadeAt.of(chain.get(1).body());
    FOLDER.write("compact.manifest", ordinary().toBytes(at));
    FOLDER.write("chunks.manifest", ofChunks().toBytes(at));
    FOLDER.write("ends.manifest", ofEnds(false).toBytes(at));
    FOLDER.write("parts.manifest", ofEnds(true).toBytes(at));
    FOLDER.write("laden.manifest", laden().toBytes(at));
    FOLDER.write("events-plain.batch", plainBatch().toBytes());
    FOLDER.write("events-deflated.batch", deflatedBatch().toBytes());
  }
}
