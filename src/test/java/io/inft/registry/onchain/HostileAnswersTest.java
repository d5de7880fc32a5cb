package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.evm.AbiWriter;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.faults.Inflated;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an endpoint says that the contract says: whatever stands in it, it is bounded. */
class HostileAnswersTest {
  private static final int WORD = 32;
  private static final int CONSTANT = 512 << 10;
  private static final int PER_BYTE = 40;

  private static byte[] words(long... numbers) {
    ByteWriter words = new ByteWriter(numbers.length * WORD);
    for (long number : numbers) {
      words.bytes(new AbiWriter().uint(number).encode());
    }
    return words.toBytes();
  }

  private static Log log(Digest event, byte[] topicsThenData) {
    List<Digest> topics =
        List.of(
            event,
            Digest.ZERO,
            Digest.of(Arrays.copyOfRange(topicsThenData, 0, WORD)),
            Digest.of(Arrays.copyOfRange(topicsThenData, WORD, 2 * WORD)));
    byte[] data = Arrays.copyOfRange(topicsThenData, 2 * WORD, topicsThenData.length);
    return new Log(Address.ZERO, topics, Blob.of(data), 5, Digest.ZERO, Digest.ZERO, 0);
  }

  @Test
  void anAnchoredEvent() throws Exception {
    // Version and author; roots and hashes; size, key epoch and kind.
    byte[] event = words(1, 7, 0, 1, 2, 3, 4, 1L << 48 | 1);
    event[7 * WORD + 22] = 1; // the kind
    assertThat(RegistryEvents.anchored(log(RegistryEvents.ANCHORED, event)).number()).isOne();
    Inflated.of("event", event)
        .costAtMost(
            CONSTANT,
            PER_BYTE,
            bytes -> RegistryEvents.anchored(log(RegistryEvents.ANCHORED, bytes)));
  }

  @Test
  void aControlEvent() throws Exception {
    // Sequence and code; actor, where the data begin, hash, block, time; three words of data.
    byte[] event = words(1, 1, 7, 5 * WORD, 3, 4, 5, 3 * WORD, 1, 2, 3);
    Inflated.of("event", event)
        .costAtMost(
            CONSTANT,
            PER_BYTE,
            bytes -> RegistryEvents.control(log(RegistryEvents.CONTROL, bytes)));
  }

  @Test
  void aRejection() throws Exception {
    byte[] event = words(0, 0, 1, 2, 3 * WORD, 4, 5);
    Inflated.of("event", event)
        .costAtMost(
            CONSTANT,
            PER_BYTE,
            bytes -> RegistryEvents.rejected(log(RegistryEvents.REJECTED, bytes)));
  }

  @Test
  void theStateOfARecord() throws Exception {
    byte[] answer = words(new long[22]);
    Inflated.of("state", answer)
        .costAtMost(CONSTANT, PER_BYTE, bytes -> RecordState.parse("state", Blob.of(bytes)));
  }

  /** Places of numbers that a cast made another number of, or to which one more was added. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8, 16, 17, 21})
  void aNumberOfTheRecordThatTheContractCannotHoldIsRefused(int word) {
    long[] numbers = new long[22];
    numbers[word] = (1L << 48) + 1;
    assertThatThrownBy(() -> RecordState.parse("state", Blob.of(words(numbers))))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void aRejectionOfAnItemBeyondEveryBatchIsNotThatOfTheFirst() {
    byte[] event = words(0, 0, 1, 1L << 32, 3 * WORD, 0);
    assertThatThrownBy(() -> RegistryEvents.rejected(log(RegistryEvents.REJECTED, event)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("index");
  }
}
