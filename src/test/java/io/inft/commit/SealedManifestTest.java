package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.pack.PackHeader;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealedManifestTest {
  private static final CommitBody BODY = Samples.chain(2).get(1).body();
  private static final SealedManifest.MadeAt AT = SealedManifest.MadeAt.of(BODY);
  private static final Digest BEFORE = Samples.digest("events before");

  private final Manifest manifest = Samples.manifest();

  @Test
  void readsWhatItWrote() throws Exception {
    List<Event> own = List.of(committed(57));
    List<Event> others = new ArrayList<>(Samples.events(40, 17));
    others.add(committed(57));
    for (Optional<EventBatch> events :
        List.of(
            Optional.<EventBatch>empty(),
            Optional.of(EventBatch.of(BEFORE, own)),
            Optional.of(EventBatch.of(BEFORE, others.subList(0, 17))),
            Optional.of(EventBatch.of(BEFORE, others)))) {
      for (Optional<TransactionLog> log :
          List.of(Optional.<TransactionLog>empty(), Optional.of(CommitGoldenTest.log()))) {
        SealedManifest made = laden(events, log);

        assertThat(SealedManifest.parse(made.toBytes(AT), BODY)).isEqualTo(made);
      }
    }
  }

  private SealedManifest laden(Optional<EventBatch> events, Optional<TransactionLog> log) {
    long sequence = events.map(EventBatch::lastSequence).orElse(57L);
    return new SealedManifest(
        Samples.ending(manifest, sequence, events.map(EventBatch::after).orElse(BEFORE)),
        events,
        log);
  }

  private Event committed(long sequence) {
    return DriverEvent.committed(AT.version(), manifest.transactions())
        .at(sequence, AT.timeMillis());
  }

  /** One row, one commit, no event table: what an ordinary publish brings. */
  @Test
  void whatFollowsFromTheVersionIsNotTold() {
    EventBatch own = EventBatch.of(BEFORE, List.of(committed(57)));
    Manifest young =
        new Manifest(
            4096,
            1234,
            manifest.stateNonce(),
            manifest.stateRoot(),
            manifest.stateKey(),
            17,
            manifest.firstCommitTimeMillis(),
            manifest.lastCommitTimeMillis(),
            0,
            Blob.of(new byte[Manifest.LINEAGE_BYTES]),
            57,
            own.after());
    SealedManifest made = new SealedManifest(young, Optional.of(own), Optional.empty());

    assertThat(made.toBytes(AT)).hasSizeBetween(125, 140);
    assertThat(made.isLaden(AT)).isFalse();
    assertThat(made.isLaden(new SealedManifest.MadeAt(AT.version() + 1, AT.timeMillis()))).isTrue();
    assertThat(laden(Optional.empty(), Optional.of(CommitGoldenTest.log())).isLaden(AT)).isTrue();
  }

  @Test
  void anEventThatOnlyLooksLikeItsOwnIsTold() throws Exception {
    for (Event other :
        List.of(
            DriverEvent.committed(AT.version(), 18).at(57, AT.timeMillis()),
            DriverEvent.committed(AT.version() + 1, 17).at(57, AT.timeMillis()),
            DriverEvent.committed(AT.version(), 17).at(57, AT.timeMillis() + 1))) {
      SealedManifest made =
          laden(Optional.of(EventBatch.of(BEFORE, List.of(other))), Optional.empty());

      assertThat(made.isLaden(AT)).isTrue();
      assertThat(SealedManifest.parse(made.toBytes(AT), BODY)).isEqualTo(made);
    }
  }

  @Test
  void aLongBatchStaysBeside() {
    List<Event> many = new ArrayList<>();
    for (long sequence = 1; sequence <= 200; sequence++) {
      many.add(Samples.applicationEvent(sequence, "{\"order\":" + sequence + "}"));
    }
    EventBatch batch = EventBatch.of(BEFORE, many);

    assertThat(SealedManifest.canCarry(batch)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> laden(Optional.of(batch), Optional.empty()));
    assertThat(SealedManifest.canCarry(EventBatch.of(BEFORE, many.subList(0, 50)))).isTrue();
  }

  @Test
  void theLongestOneIsRead() throws Exception {
    List<TransactionRecord> records = new ArrayList<>();
    for (int i = 0; i < TransactionLog.MAX_RECORDS; i++) {
      long time = i % 2 == 0 ? 0 : 1L << 61;
      records.add(new TransactionRecord(time, 1L << 48, 1L << 48, (1L << 61) - time));
    }
    byte[] noise = Samples.bytes(9, 8000);
    StringBuilder text = new StringBuilder();
    for (byte one : noise) {
      text.append((char) (' ' + (one & 63)));
    }
    EventBatch batch =
        EventBatch.of(BEFORE, List.of(Samples.applicationEvent(57, text.toString())));
    SealedManifest made = laden(Optional.of(batch), Optional.of(TransactionLog.of(records)));

    assertThat(made.toBytes(AT)).hasSizeLessThan(SealedManifest.MAX_BYTES);
    assertThat(SealedManifest.parse(made.toBytes(AT), BODY)).isEqualTo(made);
  }

  @Test
  void doesNotEndElsewhereThanItsEvents() {
    EventBatch batch = EventBatch.of(BEFORE, List.of(committed(57)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SealedManifest(manifest, Optional.of(batch), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SealedManifest(
                    Samples.ending(manifest, 58, batch.after()),
                    Optional.of(batch),
                    Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> laden(Optional.empty(), Optional.of(TransactionLog.EMPTY)));
  }

  /** Else two batches could be shown, and which one counts would be the reader's guess. */
  @Test
  void refusesEventsInItAndBesideIt() {
    SealedManifest events =
        laden(Optional.of(EventBatch.of(BEFORE, List.of(committed(57)))), Optional.empty());
    SealedManifest log = laden(Optional.empty(), Optional.of(CommitGoldenTest.log()));

    assertRefused(CorruptObjectException.class, events.toBytes(AT), with(AttachmentType.EVENTS));
    assertRefused(CorruptObjectException.class, log.toBytes(AT), with(AttachmentType.LOG));
  }

  private static CommitBody with(AttachmentType type) {
    return BodyEditor.edited(
        BODY,
        body -> {
          List<Attachment> attachments = new ArrayList<>(body.attachments);
          attachments.add(new Attachment(type, 0, new Location.Own(Samples.digest("own")), 100));
          body.attachments = attachments;
        });
  }

  @Test
  void refusesWhatIsNone() {
    byte[] bytes = SealedManifest.alone(manifest).toBytes(AT);
    for (int length = 0; length < bytes.length; length++) {
      assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, length), BODY);
    }
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length + 1), BODY);
    assertRefused(FormatTooNewException.class, with(bytes, 0, 4), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, 0, 0), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, 1, 8), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, 1, 17), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, bytes.length - 3, 4), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, bytes.length - 3, 1), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, bytes.length - 2, 58), BODY);
  }

  private Manifest ofChunks() {
    return Samples.withKey(manifest, new StateKey(StateRoot.CHUNKS, manifest.stateKey().key()));
  }

  /** The kind of state root is all that its format tells, and it is bound with everything else. */
  @Test
  void theKindOfStateRootIsTheFormat() throws Exception {
    byte[] second = SealedManifest.alone(manifest).toBytes(AT);
    byte[] third = SealedManifest.alone(ofChunks()).toBytes(AT);

    assertThat(third).isEqualTo(with(second, 0, 3));
    assertThat(SealedManifest.parse(third, BODY).manifest()).isEqualTo(ofChunks());
    assertThat(SealedManifest.parse(second, BODY).manifest()).isEqualTo(manifest);
    assertThat(ofChunks().differsFrom(manifest)).isPresent();
  }

  @Test
  void areasThatNobodyKnowsAreSkippedInTheThirdFormatOnly() throws Exception {
    byte[] second = SealedManifest.alone(manifest).toBytes(AT);
    byte[] third = SealedManifest.alone(ofChunks()).toBytes(AT);
    byte[] areas = {99, 0, 100, 2, 42, 43};

    assertThat(SealedManifest.parse(join(third, areas), BODY).manifest()).isEqualTo(ofChunks());
    assertRefused(CorruptObjectException.class, join(second, areas), BODY);
    for (byte[] wrong :
        List.of(
            new byte[] {99},
            new byte[] {0, 0},
            new byte[] {99, 1},
            new byte[] {99, 0, 99, 0},
            new byte[] {99, 0, 98, 0},
            new byte[] {99, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7},
            new byte[] {(byte) 0xe3, (byte) 0x80, 0, 0})) {
      assertRefused(CorruptObjectException.class, join(third, wrong), BODY);
    }
  }

  @Test
  void endsOfPacksAreToldInTheThirdFormat() throws Exception {
    List<PackEnd> ends = List.of(end(0, 50_000), end(3, 0), end(15, 8));
    SealedManifest told = new SealedManifest(ofChunks(), Optional.empty(), Optional.empty(), ends);
    byte[] alone = SealedManifest.alone(ofChunks()).toBytes(AT);
    byte[] bytes = told.toBytes(AT);

    assertThat(SealedManifest.parse(bytes, BODY)).isEqualTo(told);
    assertThat(bytes).hasSize(alone.length + 2 + 3 * 33).startsWith(alone);
    assertThat(told.isLaden(AT)).isFalse();
    assertThat(SealedManifest.parse(join(bytes, new byte[] {3, 1, 42}), BODY)).isEqualTo(told);
    byte[] area = Arrays.copyOfRange(bytes, alone.length + 2, bytes.length);
    for (byte[] wrong :
        List.of(
            new byte[0],
            Arrays.copyOf(area, area.length - 1),
            with(area, 0, 3), // the second one's place
            with(area, 0, 4),
            with(area, 66, 16),
            with(area, 17, 0x80),
            join(area, area))) {
      byte[] framed = join(new byte[] {1, (byte) wrong.length}, wrong);
      if (wrong.length > 127) {
        framed = join(new byte[] {1, (byte) (wrong.length | 0x80), 1}, wrong);
      }
      assertRefused(CorruptObjectException.class, join(alone, framed), BODY);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SealedManifest(manifest, Optional.empty(), Optional.empty(), ends));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SealedManifest(
                    ofChunks(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(ends.get(1), end(3, 0))));
  }

  @Test
  void partsOfPacksAreToldBesideTheirEnds() throws Exception {
    PackEnd first = end(0, 50_000).withPart(Optional.of(Samples.digest("first")));
    PackEnd last = end(15, 8).withPart(Optional.of(Samples.digest("last")));
    SealedManifest told = ofEnds(first, end(3, 0), last);
    byte[] without = ofEnds(end(0, 50_000), end(3, 0), end(15, 8)).toBytes(AT);
    byte[] bytes = told.toBytes(AT);

    assertThat(SealedManifest.parse(bytes, BODY)).isEqualTo(told);
    assertThat(bytes).hasSize(without.length + 2 + 2 * 33).startsWith(without);
    assertThat(told.isLaden(AT)).isFalse();
    byte[] area = Arrays.copyOfRange(bytes, without.length + 2, bytes.length);
    for (byte[] wrong :
        List.of(
            new byte[0],
            Arrays.copyOf(area, area.length - 1),
            Arrays.copyOf(area, area.length + 1),
            with(area, 0, 1), // its end is not told
            with(area, 33, 0), // twice
            with(area, 33, 16),
            join(area, area))) {
      byte[] length =
          wrong.length > 127
              ? new byte[] {(byte) (wrong.length | 0x80), 1}
              : new byte[] {(byte) wrong.length};
      byte[] framed = join(join(new byte[] {2}, length), wrong);
      assertRefused(CorruptObjectException.class, join(without, framed), BODY);
    }
    byte[] alone = SealedManifest.alone(ofChunks()).toBytes(AT);
    assertRefused(CorruptObjectException.class, join(alone, join(new byte[] {2, 66}, area)), BODY);
    assertThat(first.at(4)).isEqualTo(end(4, 50_000).withPart(first.part()));
  }

  private SealedManifest ofEnds(PackEnd... ends) {
    return new SealedManifest(ofChunks(), Optional.empty(), Optional.empty(), List.of(ends));
  }

  /** Its directory always comes whole; of a pack that has fewer top pages no more than it has. */
  @ParameterizedTest
  @CsvSource({
    "100, 0, 100",
    "100, 32767, 32867",
    "100, 32768, 32868",
    "100, 9000000, 32868",
    "9000000, 40000, 9032768"
  })
  void aPartHasTheDirectoryAndSomeTopPages(long directory, long top, long part) {
    assertThat(new PackEnd(0, Blob.of(new byte[16]), 0, directory, top).partBytes())
        .isEqualTo(part);
  }

  static PackEnd end(int place, long paddingBytes) {
    byte[] salt = new byte[16];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) i;
    }
    return new PackEnd(place, Blob.of(salt), paddingBytes, 2600, 32_768);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @Test
  void refusesWhatFormatOneCouldNotBe() throws Exception {
    byte[] bytes = FixedWidth.bytes(manifest);
    assertThat(SealedManifest.parse(bytes, BODY)).isEqualTo(SealedManifest.alone(manifest));
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length - 1), BODY);
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length + 1), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, 4, 1), BODY);
    assertRefused(CorruptObjectException.class, with(bytes, 5, 0x80), BODY);
    assertThat(Manifest.MAX_PAGES).isEqualTo(PackHeader.MAX_PAGES);
    assertRefused(CorruptObjectException.class, with(bytes, 9, 0x02), BODY);
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed53() {
    Random fuzz = new Random(53);
    List<Event> events = new ArrayList<>(Samples.events(40, 17));
    events.add(committed(57));
    byte[] bytes =
        laden(Optional.of(EventBatch.of(BEFORE, events)), Optional.of(CommitGoldenTest.log()))
            .toBytes(AT);
    for (int i = 0; i < 5000; i++) {
      byte[] changed = bytes.clone();
      changed[fuzz.nextInt(bytes.length)] = (byte) fuzz.nextInt();
      changed[100 + fuzz.nextInt(bytes.length - 100)] = (byte) fuzz.nextInt();
      try {
        SealedManifest.parse(changed, BODY);
      } catch (InftException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static void assertRefused(
      Class<? extends InftException> as, byte[] bytes, CommitBody body) {
    assertThatThrownBy(() -> SealedManifest.parse(bytes, body)).isInstanceOf(as);
  }
}
