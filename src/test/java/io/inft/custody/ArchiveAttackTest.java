package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.TransferListener;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.registry.Anchored;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stored versions carry of those that went along with their anchors, and do not. */
class ArchiveAttackTest extends AttackedHistory {
  /** Version 1 is stored, 2 to 5 went along. */
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    chronicle.publish();
    goAlong(4);
  }

  private void goAlong(int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      chronicle.publish(inlined());
    }
  }

  private static Chronicle.Draft inlined() {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.inlined = true;
    return draft;
  }

  private Anchored carry(Consumer<Chronicle.Draft> change) throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    change.accept(draft);
    return chronicle.publish(draft);
  }

  /** As {@link #carry}, but it lists no pack that lies in what it carries. */
  private void snapshot(Consumer<Chronicle.Draft> change) throws Exception {
    carry(
        draft -> {
          draft.newEpoch = true;
          change.accept(draft);
        });
  }

  @Override
  CustodyReport verify() {
    return verify(Clock.systemUTC());
  }

  private CustodyReport verify(Clock clock) {
    return new Custody(registry, store, clock, new Random(1))
        .verify(Verification.of(chronicle.id, folder).with(Chronicle.SECRET), Progress.NONE);
  }

  @Test
  void anHonestHistoryIsValidWithEachPartWhereItIs() throws Exception {
    assertFound(verify(), Verdict.VALID);
    carry(draft -> draft.archive = true);
    assertFound(verify(), Verdict.VALID);
    goAlong(3);
    carry(draft -> {});
    goAlong(2);

    CustodyReport report = verify();

    assertFound(report, Verdict.VALID);
    assertThat(report.commits()).isEqualTo(12);
    assertThat(report.sealed().rebuilt()).isEqualTo(12);
    assertThat(report.sealed().lastEvent()).isEqualTo(12);
    for (Verification.Depth depth : Verification.Depth.values()) {
      assertFound(
          CustodyTest.verify(
              registry, store, Verification.of(chronicle.id, folder).with(depth).range(4, 7)),
          Verdict.VALID);
    }
    assertThat(ReportJson.of(report).get("versions").get(1).get("inlined").asBoolean()).isTrue();
    assertThat(ReportJson.of(report).get("versions").get(0).has("inlined")).isFalse();
  }

  /** Events are for a while; the archive is for as long as storage is paid for. */
  @Test
  void whatTheChainHasForgottenIsInTheArchive() throws Exception {
    carry(draft -> {});
    registry.pruned.addAll(List.of(2L, 3L, 4L, 5L));

    assertFound(verify(), Verdict.VALID);
  }

  @Test
  void anObjectThatIsNowhereIsMissingAndItsBlockIsNamed() throws Exception {
    registry.pruned.add(3L);
    CustodyReport old = verify();
    registry.pruned.add(5L);

    assertThat(old.findings().get(0).message()).contains("block ", "archive node");
    assertFound(old, Verdict.INDETERMINATE, Code.OBJECT_MISSING);
    assertFound(verify(), Verdict.INDETERMINATE, Code.OBJECT_MISSING, Code.KEY_UNREACHABLE);

    Blob three = ledger.readOnly().object(chronicle.id, version(3));
    Blob five = ledger.readOnly().object(chronicle.id, version(5));
    objects.put(ByteSource.of(three.toBytes()), TransferListener.NONE);
    objects.put(ByteSource.of(five.toBytes()), TransferListener.NONE);
    assertFound(verify(), Verdict.VALID);
  }

  private Anchored version(long number) throws Exception {
    return ledger.readOnly().version(chronicle.id, number, 0);
  }

  @Test
  void anEndpointThatServesAnotherObjectIsNotBelieved() throws Exception {
    registry.served.put(4L, ledger.readOnly().object(chronicle.id, version(3)).toBytes());
    assertFound(verify(), Verdict.INVALID, Code.OBJECT_SUBSTITUTED);

    carry(draft -> {});
    assertFound(verify(), Verdict.VALID);
  }

  @Test
  void aVersionThatLeavesSomeOutIsIncomplete() throws Exception {
    snapshot(draft -> draft.carried = tail -> tail.subList(1, 4));
    goAlong(2);
    snapshot(draft -> draft.carried = tail -> List.of());

    CustodyReport report = verify();

    assertFound(report, Verdict.VALID_WITH_WARNINGS, Code.ARCHIVE_INCOMPLETE);
    assertThat(report.findings()).extracting(Finding::version).containsExactly(6L, 9L);
    registry.pruned.addAll(List.of(2L, 3L, 4L, 5L));
    CustodyReport pruned = verify();
    assertFound(pruned, Verdict.VALID_WITH_WARNINGS, Code.ARCHIVE_INCOMPLETE, Code.OBJECT_MISSING);
  }

  /** It names packs in what it does not have. */
  @Test
  void aVersionThatLeavesOutWhatItsPacksLieInIsInvalid() throws Exception {
    carry(draft -> draft.carried = tail -> tail.subList(1, 4));

    assertFound(verify(), Verdict.INVALID, Code.ARCHIVE_INCOMPLETE, Code.MALFORMED);
  }

  @Test
  void aVersionThatCarriesMoreThanWentAlongIsAMismatch() throws Exception {
    byte[] first = objects.open(Fetch.refOf(version(1))).readAll(CommitObject.MAX_BYTES);
    carry(
        draft ->
            draft.carried =
                tail -> {
                  List<Blob> more = new ArrayList<>(List.of(Blob.of(first)));
                  more.addAll(tail);
                  return more;
                });
    assertFound(verify(), Verdict.INVALID, Code.ARCHIVE_MISMATCH);
  }

  @Test
  void aVersionAfterAStoredOneCarriesNothing() throws Exception {
    Anchored stored = carry(draft -> {});
    byte[] bytes = objects.open(Fetch.refOf(stored)).readAll(CommitObject.MAX_BYTES);
    carry(draft -> draft.carried = none -> List.of(Blob.of(cut(bytes))));

    assertFound(verify(), Verdict.INVALID, Code.ARCHIVE_MISMATCH);
  }

  private static byte[] cut(byte[] bytes) {
    return bytes.length <= Archive.MAX_OBJECT_BYTES
        ? bytes
        : java.util.Arrays.copyOf(bytes, Archive.MAX_OBJECT_BYTES);
  }

  /** Right in version and database, and not the one that was anchored. */
  @Test
  void anotherObjectThanTheAnchoredOneIsAMismatch() throws Exception {
    carry(
        draft ->
            draft.carried =
                tail -> {
                  List<Blob> other = new ArrayList<>(tail);
                  byte[] bytes = other.get(2).toBytes();
                  bytes[bytes.length - 1] ^= 1;
                  other.set(2, Blob.of(bytes));
                  return other;
                });

    CustodyReport report = verify();

    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(report.findings())
        .anyMatch(
            finding ->
                finding.code() == Code.ARCHIVE_MISMATCH
                    && finding.version() == 6
                    && finding.message().contains("version 4"));
  }

  @Test
  void anArchiveInOneThatWentAlongIsAMismatch() throws Exception {
    byte[] archive =
        new Archive(List.of(ledger.readOnly().object(chronicle.id, version(5)))).toBytes();
    Chronicle.Draft draft = inlined();
    draft.archived = none -> archive;
    chronicle.publish(draft);

    CustodyReport report = verify();

    assertThat(report.findings())
        .anyMatch(
            finding ->
                finding.code() == Code.ARCHIVE_MISMATCH && finding.message().contains("itself"));
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
  }

  /** Nobody can make such an archive by our doors; these are written by hand. */
  @Test
  void archivesThatBreakARuleAreMalformed() throws Exception {
    List<Blob> tail = new ArrayList<>();
    for (long number = 2; number <= 5; number++) {
      tail.add(ledger.readOnly().object(chronicle.id, version(number)));
    }
    List<Blob> reversed = new ArrayList<>(tail);
    Collections.reverse(reversed);
    List<Blob> gap = List.of(tail.get(0), tail.get(1), tail.get(3));
    List<Blob> twice = new ArrayList<>(tail);
    twice.add(tail.get(3));
    byte[] elsewhere = tail.get(3).toBytes();
    elsewhere[20] ^= 1;
    List<Blob> others = List.of(tail.get(0), tail.get(1), tail.get(2), Blob.of(elsewhere));
    List<byte[]> broken =
        List.of(
            written(reversed),
            written(gap),
            written(twice),
            written(others),
            written(tail.subList(0, 3)),
            written(List.of(Blob.of(elsewhere))),
            written(List.of(Blob.of(new byte[300]))),
            bomb(),
            new byte[] {1});
    for (byte[] archive : broken) {
      registry.pruned.clear();
      ArchiveAttackTest other = new ArchiveAttackTest();
      other.folder = folder;
      other.begin();
      other.publishAHistory();
      try {
        // The same bytes of another history would be another database's at once.
        other.snapshot(draft -> draft.archived = honest -> archive);
        assertFound(other.verify(), Verdict.INVALID, Code.MALFORMED);
      } finally {
        other.close();
      }
    }
  }

  private static byte[] written(List<Blob> objects) throws Exception {
    ByteWriter plain = new ByteWriter().varint(objects.size());
    objects.forEach(object -> plain.varint(object.sizeBytes()).bytes(object.toBytes()));
    return deflated(plain.toBytes(), plain.size());
  }

  /** Says that it has what an archive may have, and inflates to 64 MiB. */
  private static byte[] bomb() throws Exception {
    return deflated(new byte[64 << 20], 500_000);
  }

  private static byte[] deflated(byte[] plain, long said) throws Exception {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    Deflater raw = new Deflater(Deflater.BEST_COMPRESSION, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, raw)) {
      out.write(plain);
    } finally {
      raw.end();
    }
    return new ByteWriter().u8(1).varint(said).bytes(deflated.toByteArray()).toBytes();
  }

  @Test
  void whatIsInTheLogAloneForLongIsSaid() throws Exception {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(61));

    CustodyReport report = verify(later);

    assertFound(report, Verdict.VALID_WITH_WARNINGS, Code.TAIL_OLD);
    assertThat(report.findings().get(0).message()).contains("versions 2 to 5");
    carry(draft -> draft.archive = true);
    assertFound(verify(later), Verdict.VALID);
  }
}
