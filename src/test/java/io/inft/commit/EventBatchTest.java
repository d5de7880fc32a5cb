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
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBatchTest {
  private static final Digest GENESIS = EventChain.genesis(Samples.CONTEXT);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 1000})
  void readsWhatItWrote(int count) throws Exception {
    EventBatch batch = EventBatch.of(GENESIS, Samples.events(1, count));

    EventBatch read = EventBatch.parse(batch.toBytes());

    assertThat(read).isEqualTo(batch).hasSameHashCodeAs(batch);
    assertThat(read.events()).isEqualTo(Samples.events(1, count));
    assertThat(read.firstSequence()).isEqualTo(1);
    assertThat(read.lastSequence()).isEqualTo(count);
    assertThat(read.before()).isEqualTo(GENESIS);
  }

  @Test
  void isDeflatedWhenThatMakesItShorter() {
    byte[] one = EventBatch.of(GENESIS, List.of(event("{\"kQ8z\":\"Wm3fXa0\"}"))).toBytes();
    byte[] hundred = EventBatch.of(GENESIS, Samples.events(1, 100)).toBytes();

    assertThat(one[EventBatchFormat.ENCODING_OFFSET]).isZero();
    assertThat(hundred[EventBatchFormat.ENCODING_OFFSET]).isEqualTo((byte) 1);
    assertThat(hundred.length).isLessThan(3000);
  }

  private static Event event(String payload) {
    return new Event(
        1, 1_800_000_000_123L, Event.Source.DRIVER, "restored", payload, 0, Blob.EMPTY);
  }

  @Test
  void chainsEveryFieldOfEveryEvent() {
    Event event = Samples.applicationEvent(3, "{}");
    Digest hash = EventChain.next(GENESIS, event);

    List<Event> others =
        List.of(
            change(event, 4, event.timeMillis(), "order.placed", "{}", 3, Samples.LINEAGE),
            change(event, 3, 5, "order.placed", "{}", 3, Samples.LINEAGE),
            change(event, 3, event.timeMillis(), "order.place", "{}", 3, Samples.LINEAGE),
            change(event, 3, event.timeMillis(), "order.placed", "{ }", 3, Samples.LINEAGE),
            change(event, 3, event.timeMillis(), "order.placed", "{}", 4, Samples.LINEAGE),
            change(event, 3, event.timeMillis(), "order.placed", "{}", 3, Blob.of(new byte[16])),
            new Event(
                3, event.timeMillis(), Event.Source.DRIVER, "order.placed", "{}", 0, Blob.EMPTY));

    assertThat(others).allSatisfy(o -> assertThat(EventChain.next(GENESIS, o)).isNotEqualTo(hash));
    assertThat(EventChain.next(hash, event)).isNotEqualTo(hash);
    assertThat(EventChain.genesis(Samples.digest("another"))).isNotEqualTo(GENESIS);
  }

  private static Event change(
      Event event, long sequence, long time, String type, String payload, long row, Blob lineage) {
    return new Event(sequence, time, event.source(), type, payload, row, lineage);
  }

  @Test
  void goesOnWhereTheBatchBeforeEnded() {
    EventBatch whole = EventBatch.of(GENESIS, Samples.events(1, 20));
    EventBatch head = EventBatch.of(GENESIS, Samples.events(1, 7));
    EventBatch tail = EventBatch.of(head.after(), Samples.events(8, 13));

    assertThat(tail.after()).isEqualTo(whole.after());
    assertThat(tail.firstSequence()).isEqualTo(head.lastSequence() + 1);
  }

  @Test
  void splitsWhatIsTooMuchForOneBatch() throws Exception {
    String large = "x".repeat(Event.MAX_PAYLOAD_BYTES);
    List<Event> events = new ArrayList<>();
    for (long sequence = 1; sequence <= 20; sequence++) {
      events.add(Samples.applicationEvent(sequence, large));
    }

    List<EventBatch> batches = EventBatch.split(GENESIS, events);

    assertThat(batches).hasSize(3);
    Digest reached = GENESIS;
    long sequence = 0;
    for (EventBatch batch : batches) {
      EventBatch read = EventBatch.parse(batch.toBytes());
      assertThat(read).isEqualTo(batch);
      assertThat(read.before()).isEqualTo(reached);
      assertThat(read.firstSequence()).isEqualTo(sequence + 1);
      reached = read.after();
      sequence = read.lastSequence();
    }
    assertThat(sequence).isEqualTo(20);
    assertThatIllegalArgumentException().isThrownBy(() -> EventBatch.of(GENESIS, events));
    assertThat(EventBatch.split(GENESIS, List.of())).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> EventBatch.of(GENESIS, List.of()));
  }

  @Test
  void refusesEventsThatSkipASequence() {
    List<Event> events = List.of(Samples.driverEvent(3), Samples.driverEvent(5));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventBatch.of(GENESIS, events))
        .withMessageContaining("event 5 does not follow 3");
  }

  @Test
  void takesNoEventThatItCouldNotGiveBack() {
    String half = "\ud83d";
    assertThatIllegalArgumentException().isThrownBy(() -> event(half));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> event("x".repeat(Event.MAX_PAYLOAD_BYTES + 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> typed(""));
    assertThatIllegalArgumentException().isThrownBy(() -> typed("\u00fc".repeat(128)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Event(1, 1, Event.Source.DRIVER, "t", "{}", 1, Samples.LINEAGE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Event(1, 1, Event.Source.APPLICATION, "t", "{}", 1, Blob.EMPTY));
  }

  private static Event typed(String type) {
    return new Event(1, 1, Event.Source.DRIVER, type, "{}", 0, Blob.EMPTY);
  }

  @Test
  void refusesWhatDoesNotLeadFromHashToHash() {
    EventBatch batch = EventBatch.of(GENESIS, Samples.events(1, 5));
    List<Event> reordered = new ArrayList<>(batch.events());
    Event second = reordered.get(1);
    reordered.set(
        1,
        new Event(
            2,
            second.timeMillis() + 1,
            second.source(),
            second.type(),
            second.payloadJson(),
            second.applicationSequence(),
            second.lineage()));

    for (EventBatch forged :
        List.of(
            new EventBatch(GENESIS, batch.after(), reordered),
            new EventBatch(GENESIS, batch.after(), batch.events().subList(0, 4)),
            new EventBatch(batch.after(), batch.after(), batch.events()),
            new EventBatch(GENESIS, GENESIS, batch.events()))) {
      assertThatThrownBy(() -> EventBatch.parse(forged.toBytes()))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("lead to hash");
    }
  }

  @Test
  void refusesEveryFlippedBitOfAPlainBatch() {
    byte[] bytes = EventBatch.of(GENESIS, List.of(event("{\"kQ8z\":\"Wm3fXa0\"}"))).toBytes();
    assertThat(bytes[1]).isZero();

    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> EventBatch.parse(changed))
          .as("bit %s of byte %s", bit % 8, bit / 8)
          .isInstanceOf(
              bit / 8 == 0 && changed[0] != 0
                  ? FormatTooNewException.class
                  : CorruptObjectException.class);
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] bytes = CommitGoldenTest.plainBatch().toBytes();
    bytes[bytes.length - 3] = (byte) 0xff;

    assertThatThrownBy(() -> EventBatch.parse(bytes))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("payload is not UTF-8");
  }

  @Test
  void refusesEveryPrefixAndWhatFollows() {
    for (int count : new int[] {1, 30}) {
      byte[] bytes = EventBatch.of(GENESIS, Samples.events(1, count)).toBytes();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> EventBatch.parse(cut))
            .as("the first %s bytes", length)
            .isInstanceOf(CorruptObjectException.class);
      }
      assertThatThrownBy(() -> EventBatch.parse(Arrays.copyOf(bytes, bytes.length + 1)))
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void inflatesNoMoreThanWasDeclared() {
    byte[] bomb = fourGibibytesOfZeros();
    for (int declared : new int[] {0, 1, 1000, EventBatch.MAX_PLAIN_BYTES}) {
      byte[] bytes = withBody(declared, bomb);
      assertThatThrownBy(() -> EventBatch.parse(bytes))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("does not inflate to " + declared);
    }
    assertThatThrownBy(() -> EventBatch.parse(withBody(EventBatch.MAX_PLAIN_BYTES + 1, bomb)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("at most");
  }

  /**
   * More than an array can hold: one flushed mebibyte again and again, then an empty last block.
   */
  private static byte[] fourGibibytesOfZeros() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[1 << 20]);
    byte[] mebibyte = new byte[4096];
    int length = deflater.deflate(mebibyte, 0, mebibyte.length, Deflater.FULL_FLUSH);
    deflater.end();
    ByteWriter bomb = new ByteWriter(4096 * length);
    for (int i = 0; i < 4096; i++) {
      bomb.bytes(mebibyte, 0, length);
    }
    return bomb.u8(3).u8(0).toBytes();
  }

  private static byte[] withBody(int declared, byte[] deflated) {
    return new ByteWriter()
        .u8(1)
        .u8(1)
        .u64(1)
        .u32(1)
        .digest(GENESIS)
        .digest(GENESIS)
        .u32(declared)
        .bytes(deflated)
        .toBytes();
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed81() {
    Random fuzz = new Random(81);
    byte[] plain = EventBatch.of(GENESIS, List.of(event("{\"kQ8z\":\"Wm3fXa0\"}"))).toBytes();
    byte[] deflated = EventBatch.of(GENESIS, Samples.events(1, 30)).toBytes();
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = (i % 2 == 0 ? plain : deflated).clone();
      for (int edits = 1 + fuzz.nextInt(4); edits > 0; edits--) {
        changed[1 + fuzz.nextInt(changed.length - 1)] = (byte) fuzz.nextInt();
      }
      try {
        EventBatch.parse(changed);
      } catch (InftException expected) {
        assertThat(expected).isInstanceOf(CorruptObjectException.class);
      }
    }
  }
}
