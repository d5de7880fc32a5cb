package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.FormatDocument;
import io.inft.bytes.ByteWriter;
import io.inft.pack.PackType;
import io.inft.seal.SealedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format documents of this room say what its constants and its writers say. */
class CommitDocumentTest {
  private static final List<String> OFFSET = List.of("offset", "bytes");

  private final FormatDocument commitObject = new FormatDocument("commit-object.md");
  private final FormatDocument eventLog = new FormatDocument("event-log.md");

  @Test
  void theFixedPartIsLaidOutAsDocumented() {
    assertThat(offsets(commitObject, "field"))
        .startsWith(
            "0+" + CommitFormat.MAGIC.sizeBytes(),
            CommitFormat.FORMAT_OFFSET + "+1",
            CommitFormat.KIND_OFFSET + "+1",
            CommitFormat.CONTEXT_OFFSET + "+32",
            CommitFormat.VERSION_OFFSET + "+8",
            CommitFormat.PREVIOUS_ROOT_OFFSET + "+32",
            CommitFormat.EPOCH_OFFSET + "+4",
            CommitFormat.AUTHOR_TIME_OFFSET + "+8",
            CommitFormat.AUTHOR_OFFSET + "+20",
            CommitFormat.STATE_COMMIT_OFFSET + "+32",
            CommitFormat.EVENT_ROOT_OFFSET + "+32",
            CommitFormat.FIXED_BYTES + "+…");
  }

  @Test
  void everyFieldStandsWhereItsConstantSays() {
    CommitBody body = Samples.chain(2).get(1).body();
    byte[] bytes = CommitFormat.write(body);

    assertThat(bytes[CommitFormat.KIND_OFFSET]).isEqualTo((byte) body.kind());
    assertAt(bytes, CommitFormat.CONTEXT_OFFSET, writer().digest(body.context()));
    assertAt(bytes, CommitFormat.VERSION_OFFSET, writer().u64(body.version()));
    assertAt(bytes, CommitFormat.PREVIOUS_ROOT_OFFSET, writer().digest(body.previousRoot()));
    assertAt(bytes, CommitFormat.EPOCH_OFFSET, writer().u32(body.epoch()));
    assertAt(bytes, CommitFormat.AUTHOR_TIME_OFFSET, writer().u64(body.authorTimeMillis()));
    assertAt(bytes, CommitFormat.AUTHOR_OFFSET, writer().address(body.author()));
    assertAt(bytes, CommitFormat.STATE_COMMIT_OFFSET, writer().digest(body.stateCommit()));
    assertAt(bytes, CommitFormat.EVENT_ROOT_OFFSET, writer().digest(body.eventRoot()));
    Jump jump = body.jumps().get(0);
    assertAt(
        bytes,
        CommitFormat.FIXED_BYTES,
        writer().varint(jump.block()).zigzag(body.authorTimeMillis() / 1000 - jump.timeSeconds()));
  }

  /** One pack by hand, as the table says. */
  @Test
  void aPackIsWrittenAsDocumented() {
    PackEntry within =
        new PackEntry(
            PackType.DELTA,
            1,
            298,
            200,
            296,
            297,
            new Location.Within(Samples.CONTEXT, 3000, 129),
            300,
            1_800_000_000);
    ByteWriter written = writer();
    CompactLists.writePack(written, within, place(300, 3));

    assertThat(HexFormat.of().formatHex(written.toBytes()))
        .isEqualTo(
            "1a 02 02 c801 01 ac02 14 ".replace(" ", "") + Samples.CONTEXT.hex() + "b8178101");
    assertThat(commitObject.table("pack field", "written as"))
        .extracting(row -> row.get(0))
        .containsExactly(
            "type and place",
            "epochs back",
            "producing version",
            "index",
            "to version",
            "size",
            "stored at",
            "location");
  }

  /** Behind a pack that leads to version 296; the author's clock is 10 seconds ahead. */
  private static CommitFormat.PackPlace place(long version, int epoch) {
    return new CommitFormat.PackPlace(version, epoch, 1_800_000_010, 296, Optional.empty());
  }

  @Test
  void anAttachmentIsWrittenAsDocumented() {
    ByteWriter written = writer();
    CompactLists.writeAttachment(
        written, new Attachment(AttachmentType.MANIFEST, 0, new Location.Here(300), 261));

    assertThat(HexFormat.of().formatHex(written.toBytes())).isEqualTo("34008502ac02");
  }

  @Test
  void locationsHaveTheDocumentedCodes() {
    assertThat(commitObject.map("location", "code"))
        .isEqualTo(
            Map.of(
                "carried", String.valueOf(CompactLists.CARRIED),
                "own object", String.valueOf(FixedWidthLists.OWN),
                "within an earlier commit object", String.valueOf(FixedWidthLists.WITHIN),
                "here", String.valueOf(FixedWidthLists.HERE)));
  }

  @Test
  void versionsJumpWhereDocumented() {
    Map<String, String> jumps = new LinkedHashMap<>();
    for (long version : new long[] {1, 2, 8, 9, 1000}) {
      String targets =
          CommitChain.targets(version).stream()
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      jumps.put(String.valueOf(version), targets.isEmpty() ? "–" : targets);
    }

    assertThat(commitObject.map("version", "jumps to")).isEqualTo(jumps);
  }

  @Test
  void commitObjectsHaveTheDocumentedLimits() {
    assertThat(commitObject.map("limit", "value"))
        .isEqualTo(
            Map.of(
                "commit object", String.valueOf(CommitObject.MAX_BYTES),
                "inline item", String.valueOf(CommitObject.MAX_INLINE_ITEM_BYTES),
                "keyring", String.valueOf(CommitBody.MAX_KEYRING_BYTES),
                "packs", String.valueOf(CommitBody.MAX_PACKS),
                "attachments", String.valueOf(CommitBody.MAX_ATTACHMENTS),
                "index of a pack or attachment", String.valueOf(PackEntry.MAX_INDEX),
                "size of a pack or attachment", String.valueOf(Rules.MAX_OBJECT_BYTES),
                "archive", String.valueOf(Archive.MAX_BYTES),
                "objects in an archive", String.valueOf(Archive.MAX_OBJECTS),
                "object in an archive", String.valueOf(Archive.MAX_OBJECT_BYTES)));
  }

  @Test
  void theManifestIsLaidOutAsDocumented() {
    List<String> table = offsets(commitObject, "manifest field of format 1");
    int offset = 0;
    List<String> expected = new ArrayList<>();
    for (int length : new int[] {1, 4, 8, 16, 32, 32, 8, 8, 8, 8, 16, 8, 32}) {
      expected.add(offset + "+" + length);
      offset += length;
    }
    assertThat(offset).isEqualTo(FixedWidth.bytes(Samples.manifest()).length);
    assertThat(table).isEqualTo(expected);
  }

  @Test
  void aManifestIsWrittenAsDocumented() {
    SealedManifest sealed = CommitGoldenTest.ordinary();
    Manifest manifest = sealed.manifest();
    byte[] byHand =
        writer()
            .u8(2)
            .u8(12)
            .varint(manifest.pageCount())
            .bytes(manifest.stateNonce().toBytes())
            .digest(manifest.stateRoot())
            .bytes(manifest.stateKey().key().toBytes())
            .varint(manifest.transactions())
            .varint(manifest.firstCommitTimeMillis())
            .varint(2 * 30_000)
            .varint(manifest.applicationEventSequence())
            .u8(1)
            .bytes(manifest.lineage().toBytes())
            .varint(manifest.eventSequence())
            .digest(sealed.events().orElseThrow().before())
            .u8(2)
            .varint(0)
            .varint(0)
            .toBytes();

    assertThat(sealed.toBytes(SealedManifest.MadeAt.of(Samples.chain(2).get(1).body())))
        .isEqualTo(byHand);
    assertThat(commitObject.table("manifest field", "written as")).hasSize(17);
    assertThat(commitObject.map("rides in a manifest", "at most"))
        .isEqualTo(
            Map.of(
                "events before deflating", String.valueOf(SealedManifest.MAX_RIDING_BYTES),
                "records of the SQL log", String.valueOf(TransactionLog.MAX_RECORDS),
                "manifest", String.valueOf(SealedManifest.MAX_BYTES)));
  }

  @Test
  void endsOfPacksAreWrittenAsDocumented() {
    byte[] ends = PackEnd.write(List.of(SealedManifestTest.end(0, 50_000)));
    byte[] area = writer().varint(PackEnd.TAG).varint(ends.length).bytes(ends).toBytes();

    assertThat(commitObject.text()).contains("`" + HexFormat.of().formatHex(area) + "`");
    assertThat(commitObject.text()).contains("longer than " + PackEnd.SHORT_BYTES + " bytes");
    assertThat(commitObject.table("end of a pack", "written as")).hasSize(5);
  }

  @Test
  void partsOfPacksAreWrittenAsDocumented() {
    PackEnd end = SealedManifestTest.end(0, 50_000).withPart(Optional.of(Samples.digest("part")));
    byte[] parts = PackEnd.writeParts(List.of(end));
    byte[] area = writer().varint(PackEnd.PARTS_TAG).varint(parts.length).bytes(parts).toBytes();

    assertThat(HexFormat.of().formatHex(area)).isEqualTo("022100" + Samples.digest("part").hex());
    assertThat(commitObject.table("part of a pack", "written as")).hasSize(2);
    assertThat(commitObject.text())
        .contains("`022100`")
        .contains("at most the last " + PackEnd.PART_TOP_BYTES + " bytes")
        .contains("A part of more than " + PackEnd.MAX_PART_BYTES + " bytes");
  }

  @Test
  void theCommitExampleIsTheGoldenFile() {
    byte[] example = commitObject.hex("compact-2.commit");

    assertThat(example).hasSize(CommitFormat.FIXED_BYTES + 3);
    assertThat(Arrays.copyOf(CommitGoldenTest.FOLDER.read("compact-2.commit"), example.length))
        .isEqualTo(example);
  }

  @Test
  void aBatchIsLaidOutAsDocumented() {
    assertThat(offsets(eventLog, "field"))
        .containsExactly(
            "0+1",
            EventBatchFormat.ENCODING_OFFSET + "+1",
            EventBatchFormat.FIRST_SEQUENCE_OFFSET + "+8",
            EventBatchFormat.COUNT_OFFSET + "+4",
            EventBatchFormat.BEFORE_OFFSET + "+32",
            EventBatchFormat.AFTER_OFFSET + "+32",
            EventBatchFormat.PLAIN_LENGTH_OFFSET + "+4",
            EventBatchFormat.HEADER_BYTES + "+…");
    EventBatch batch = CommitGoldenTest.deflatedBatch();
    byte[] bytes = batch.toBytes();
    assertAt(bytes, EventBatchFormat.FIRST_SEQUENCE_OFFSET, writer().u64(2));
    assertAt(bytes, EventBatchFormat.COUNT_OFFSET, writer().u32(40));
    assertAt(bytes, EventBatchFormat.BEFORE_OFFSET, writer().digest(batch.before()));
    assertAt(bytes, EventBatchFormat.AFTER_OFFSET, writer().digest(batch.after()));
  }

  @Test
  void eventsHaveTheDocumentedSourcesAndLimits() {
    assertThat(eventLog.map("source", "code"))
        .isEqualTo(
            Map.of(
                "DRIVER", String.valueOf(Event.Source.DRIVER.code()),
                "APPLICATION", String.valueOf(Event.Source.APPLICATION.code())));
    assertThat(eventLog.map("limit", "value"))
        .isEqualTo(
            Map.of(
                "events", String.valueOf(EventBatch.MAX_EVENTS),
                "events before deflating", String.valueOf(EventBatch.MAX_PLAIN_BYTES),
                "batch", String.valueOf(EventBatch.MAX_BYTES),
                "type", String.valueOf(Event.MAX_TYPE_BYTES),
                "payload", String.valueOf(Event.MAX_PAYLOAD_BYTES)));
  }

  @Test
  void theBatchExampleIsTheGoldenFile() {
    assertThat(eventLog.hex("events-plain.batch"))
        .isEqualTo(CommitGoldenTest.FOLDER.read("events-plain.batch"));
  }

  /** The rooms may not open each other, so the codes stand in both. */
  @ParameterizedTest
  @ValueSource(strings = {"SNAPSHOT", "DELTA"})
  void packsAreSealedUnderTheirOwnCode(String name) {
    assertThat(PackType.valueOf(name).code()).isEqualTo(SealedType.valueOf(name).code());
  }

  @Test
  void attachmentsAreSealedUnderTheirOwnCode() {
    for (AttachmentType type : AttachmentType.values()) {
      if (type != AttachmentType.ARCHIVE) {
        assertThat(type.code()).isEqualTo(SealedType.valueOf(type.name()).code());
      }
    }
    assertThat(PackType.values().length + AttachmentType.values().length)
        .isEqualTo(SealedType.values().length + 1);
  }

  /** Nothing may ever be sealed under the code of what lies open. */
  @Test
  void anArchiveIsNotSealed() {
    assertThat(SealedType.values())
        .extracting(SealedType::code)
        .doesNotContain(AttachmentType.ARCHIVE.code());
  }

  @Test
  void carriedPacksAreWrittenAsDocumented() {
    PackEntry pack =
        new PackEntry(
            PackType.DELTA, 1, 298, 0, 296, 297, Location.Carried.here(300), 300, 1_800_000_000);
    ByteWriter here = writer();
    CompactLists.writePack(here, pack, place(300, 1));
    ByteWriter later = writer();
    CompactLists.writePack(
        later,
        pack.at(new Location.Carried(Samples.CONTEXT, 3000, 300), 1_800_000_000),
        place(301, 1));

    assertThat(HexFormat.of().formatHex(here.toBytes()))
        .isEqualTo("02 02 00 01 ac02 14 00 ac02".replace(" ", ""));
    assertThat(HexFormat.of().formatHex(later.toBytes()))
        .isEqualTo("02 03 00 01 ac02 14 b817".replace(" ", "") + Samples.CONTEXT.hex() + "ac02");
    ByteWriter again = writer();
    CompactLists.writePack(
        again,
        pack.at(new Location.Carried(Samples.CONTEXT, 3000, 301), 1_800_000_000),
        new CommitFormat.PackPlace(
            301,
            1,
            1_800_000_010,
            296,
            Optional.of(new Location.Carried(Samples.CONTEXT, 3000, 300))));
    assertThat(HexFormat.of().formatHex(again.toBytes()))
        .isEqualTo("22 03 00 01 ac02 14 ad02".replace(" ", ""));
  }

  private static List<String> offsets(FormatDocument document, String field) {
    List<String> offsets = new ArrayList<>();
    for (List<String> row : document.table(OFFSET.get(0), OFFSET.get(1), field)) {
      offsets.add(row.get(0) + "+" + row.get(1));
    }
    return offsets;
  }

  private static ByteWriter writer() {
    return new ByteWriter();
  }

  private static void assertAt(byte[] bytes, int offset, ByteWriter expected) {
    byte[] wanted = expected.toBytes();
    assertThat(Arrays.copyOfRange(bytes, offset, offset + wanted.length))
        .as("at %s", offset)
        .isEqualTo(wanted);
  }
}
