package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchiveTest {
  private static final List<CommitObject> VERSIONS = Samples.inlined();

  private final Archive archive = Samples.archive();

  @Test
  void readsWhatItWrote() throws Exception {
    Archive read = Archive.parse(archive.toBytes());

    assertThat(read).isEqualTo(archive).hasSameHashCodeAs(archive);
    assertThat(read.firstVersion()).isEqualTo(2);
    assertThat(read.lastVersion()).isEqualTo(5);
    assertThat(read.rootBefore()).isEqualTo(Samples.root(VERSIONS.get(0)));
    for (CommitObject one : VERSIONS.subList(1, 5)) {
      assertThat(read.objectOf(one.body().version())).contains(Blob.of(one.toBytes()));
    }
    assertThat(read.objectOf(1)).isEmpty();
    assertThat(read.objectOf(6)).isEmpty();
  }

  /**
   * What neighbours have in common (keyring, packs, jumps) costs once; what is sealed never
   * shrinks.
   */
  @Test
  void neighboursAreWrittenShorterThanTheyAre() {
    int plain = archive.objects().stream().mapToInt(Blob::sizeBytes).sum();

    assertThat(archive.toBytes()).hasSizeLessThan(plain * 9 / 10);
  }

  @Test
  void aFullOneFitsIntoItsCarrier() throws Exception {
    List<Blob> objects = new ArrayList<>();
    for (CommitObject one : Samples.chain(64).subList(1, 64)) {
      byte[] longest = new byte[Archive.MAX_OBJECT_BYTES];
      new Random(one.body().version()).nextBytes(longest);
      System.arraycopy(one.toBytes(), 0, longest, 0, one.sizeBytes());
      objects.add(Blob.of(longest));
    }
    byte[] bytes = new Archive(objects).toBytes();

    assertThat(bytes).hasSizeLessThan(Archive.MAX_BYTES);
    assertThat(Archive.parse(bytes).objects()).isEqualTo(objects);
  }

  @Test
  void theCarrierAndLaterOnesFindPacksInIt() throws Exception {
    CommitObject carrier = CommitObject.parse(VERSIONS.get(5).toBytes());
    Archive carried = Archive.requireOf(carrier);

    assertThat(carried).isEqualTo(archive);
    assertThat(packs(carrier.body().restoreSet(), carried)).containsExactly(2L, 3L, 4L, 5L);
    List<PackEntry> later = carrier.restoreSetSeenFromLater(Samples.root(carrier));
    assertThat(packs(later, carried)).containsExactly(2L, 3L, 4L, 5L);
    Location.Carried first = (Location.Carried) later.get(1).location();
    assertThat(first.carrierRoot()).isEqualTo(Samples.root(carrier));
    assertThat(first.carrierSizeBytes()).isEqualTo(carrier.sizeBytes());
    assertThat(later.get(5).location()).isInstanceOf(Location.Within.class);
    CommitObject next =
        CommitObject.parse(sign(Samples.next(carrier, Samples.root(carrier))).toBytes());
    assertThat(next.body().restoreSet().subList(0, 6)).isEqualTo(later);
    assertThat(Archive.of(next)).isEmpty();
    assertThatThrownBy(() -> Archive.requireOf(next))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("version 7 carries none");
  }

  /** Nobody repeats a root that the chain of versions or the pack before has. */
  @Test
  void packsOfInlinedVersionsTakeFewBytes() throws Exception {
    CommitObject last = CommitObject.parse(VERSIONS.get(4).toBytes());
    CommitObject stored = Samples.chain(5).get(4);

    assertThat(packs(last.body().restoreSet(), archive)).containsExactly(2L, 3L, 4L);
    assertThat(last.body().restoreSet().subList(1, 4))
        .extracting(PackEntry::location)
        .allMatch(place -> place instanceof Location.Carried carried && carried.isHere());
    assertThat(stored.sizeBytes() - last.sizeBytes()).isEqualTo(3 * 33);
    CommitObject after = CommitObject.parse(VERSIONS.get(6).toBytes());
    CommitObject afterStored = Samples.chain(7).get(6);
    assertThat(afterStored.sizeBytes() - after.sizeBytes()).isGreaterThan(3 * 30);
  }

  /** The versions whose packs are carried; each pack is what its version's object has there. */
  private static List<Long> packs(List<PackEntry> restoreSet, Archive archive) throws Exception {
    List<Long> found = new ArrayList<>();
    for (PackEntry pack : restoreSet) {
      if (pack.location() instanceof Location.Carried carried) {
        assertThat(archive.packOf(pack.producedBy(), carried, pack.sizeBytes()).readAll(300))
            .isEqualTo(Samples.bytes(pack.producedBy(), 300));
        found.add(pack.producedBy());
      }
    }
    return found;
  }

  @Test
  void refusesAPackThatIsNotInIt() {
    Location.Carried at = Location.Carried.here(100);
    int ends = archive.objectOf(5).orElseThrow().sizeBytes();

    assertThatThrownBy(() -> archive.packOf(6, at, 10))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("versions 2 to 5, and a pack of version 6");
    assertThatThrownBy(() -> archive.packOf(5, at, ends - 99))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void eachObjectIsNamedByTheOneAfterIt() throws Exception {
    assertThat(archive.namedRoots(VERSIONS.get(5).body()))
        .isEqualTo(VERSIONS.subList(1, 5).stream().map(Samples::root).toList());
  }

  @Test
  void isNotMadeOfWhatNobodyWouldRead() {
    List<Blob> objects = archive.objects();
    assertThatIllegalArgumentException().isThrownBy(() -> new Archive(List.of()));
    assertThatIllegalArgumentException()
        .as("one left out")
        .isThrownBy(() -> new Archive(List.of(objects.get(0), objects.get(2))));
    assertThatIllegalArgumentException()
        .as("the newest first")
        .isThrownBy(() -> new Archive(List.of(objects.get(1), objects.get(0))));
    assertThatIllegalArgumentException()
        .as("another database's")
        .isThrownBy(() -> new Archive(List.of(objects.get(0), elsewhere(objects.get(1)))));
    assertThatIllegalArgumentException()
        .as("no commit object")
        .isThrownBy(() -> new Archive(List.of(Blob.of(new byte[500]))));
    assertThatIllegalArgumentException()
        .as("one too long")
        .isThrownBy(
            () -> new Archive(List.of(Blob.of(Arrays.copyOf(objects.get(0).toBytes(), 8193)))));
  }

  private static Blob elsewhere(Blob object) {
    byte[] bytes = object.toBytes();
    bytes[CommitFormat.CONTEXT_OFFSET] ^= 1;
    return Blob.of(bytes);
  }

  @Test
  void refusesMoreObjectsThanThereMayBe() {
    ByteWriter many = new ByteWriter().varint(64);
    for (CommitObject one : Samples.chain(65).subList(1, 65)) {
      many.varint(one.sizeBytes()).bytes(one.toBytes());
    }

    assertRefused(written(many), "64 objects, at most 63");
    assertRefused(written(new ByteWriter().varint(0)), "has 0 objects");
  }

  @Test
  void refusesAnObjectLongerThanTheRegistryCarries() {
    byte[] longer = Arrays.copyOf(archive.objects().get(0).toBytes(), 8193);

    assertRefused(
        written(new ByteWriter().varint(1).varint(longer.length).bytes(longer)),
        "an object of 8193 bytes");
  }

  @Test
  void refusesBytesBehindItsObjects() {
    byte[] one = archive.objects().get(0).toBytes();

    assertRefused(
        written(new ByteWriter().varint(1).varint(one.length).bytes(one).u8(0)), "too many");
    byte[] bytes = archive.toBytes();
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "does not inflate");
    assertRefused(new byte[Archive.MAX_BYTES + 1], "at most 614400");
  }

  /** A few bytes that inflate to a gigabyte take no more room than was said. */
  @Test
  void aBombIsNotInflated() {
    byte[] bomb = Deflate.deflate(new byte[64 << 20]);

    assertRefused(
        new ByteWriter().u8(1).varint(64 << 20).bytes(bomb).toBytes(), "67108864 plain bytes");
    assertRefused(
        new ByteWriter().u8(1).varint(Archive.MAX_PLAIN_BYTES).bytes(bomb).toBytes(),
        "does not inflate to 516223 bytes");
  }

  @Test
  void aLaterFormatIsTooNew() {
    byte[] bytes = archive.toBytes();
    bytes[0] = 2;

    assertThatThrownBy(() -> Archive.parse(bytes)).isInstanceOf(FormatTooNewException.class);
  }

  @Test
  void refusesOneThatDoesNotEndRightBeforeItsCarrier() throws Exception {
    Archive shorter = new Archive(archive.objects().subList(0, 3));
    Archive others = new Archive(archive.objects().stream().map(ArchiveTest::elsewhere).toList());

    for (Archive wrong : List.of(shorter, others)) {
      CommitObject carrier = sign(Samples.carrying(wrong.toBytes()));
      assertThatThrownBy(() -> Archive.of(carrier))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("version 6 carries versions 2 to");
    }
    assertThat(Archive.of(VERSIONS.get(4))).isEmpty();
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed52() throws Exception {
    Random fuzz = new Random(52);
    byte[] bytes = archive.toBytes();
    ByteWriter whole = new ByteWriter().varint(archive.objects().size());
    archive.objects().forEach(one -> whole.varint(one.sizeBytes()).bytes(one.toBytes()));
    byte[] plain = whole.toBytes();
    for (int i = 0; i < 600; i++) {
      byte[] changed = (i % 2 == 0 ? bytes : plain).clone();
      changed[fuzz.nextInt(changed.length)] = (byte) fuzz.nextInt();
      byte[] given = i % 2 == 0 ? changed : written(new ByteWriter().bytes(changed));
      try {
        Archive.parse(given);
      } catch (InftException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private static void assertRefused(byte[] bytes, String says) {
    assertThatThrownBy(() -> Archive.parse(bytes))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining(says);
  }

  private static byte[] written(ByteWriter plain) {
    byte[] bytes = plain.toBytes();
    return new ByteWriter()
        .u8(Archive.FORMAT)
        .varint(bytes.length)
        .bytes(Deflate.deflate(bytes))
        .toBytes();
  }

  private static CommitObject sign(CommitBody body) {
    return CommitObject.sign(body, Samples.AUTHOR);
  }

  @Test
  void attachmentsAndPacksKnowTheirPlaces() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Attachment(
                    AttachmentType.ARCHIVE, 0, new Location.Own(Samples.digest("own")), 10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Attachment(AttachmentType.ARCHIVE, 1, new Location.Here(0), 10));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Attachment(
                    AttachmentType.ARCHIVE, 0, new Location.Here(0), Archive.MAX_BYTES + 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Attachment(AttachmentType.LOG, 0, Location.Carried.here(0), 10));
    assertThatIllegalArgumentException().isThrownBy(() -> Location.Carried.here(8192));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Location.Carried(Digest.ZERO, 100, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Location.Carried(Samples.digest("carrier"), 0, 0));
  }
}
