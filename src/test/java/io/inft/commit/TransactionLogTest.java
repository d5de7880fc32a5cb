package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransactionLogTest {
  @Test
  void keepsEveryCommitWhileThereAreFew() throws Exception {
    List<TransactionRecord> records =
        IntStream.range(0, TransactionLog.MAX_RECORDS)
            .mapToObj(i -> TransactionRecord.of(1000 + i, i))
            .toList();

    TransactionLog log = TransactionLog.of(records);

    assertThat(log.records()).isEqualTo(records);
    assertThat(TransactionLog.parse(FixedWidth.bytes(log))).isEqualTo(log).hasSameHashCodeAs(log);
    assertThat(TransactionLog.parse(FixedWidth.bytes(TransactionLog.EMPTY)))
        .isEqualTo(TransactionLog.EMPTY);
  }

  @Test
  void staysShortAndLosesNoCountWhenThereAreMany() throws Exception {
    TransactionLog log = TransactionLog.EMPTY;
    for (int i = 0; i < 10_000; i++) {
      log = log.plus(TransactionRecord.of(1000 + i, 3));
      assertThat(log.records().size()).isLessThanOrEqualTo(TransactionLog.MAX_RECORDS);
    }

    assertThat(log.transactions()).isEqualTo(10_000);
    assertThat(log.records().stream().mapToLong(TransactionRecord::pages).sum()).isEqualTo(30_000);
    assertThat(log.records().get(0).timeMillis()).isEqualTo(1000);
    TransactionRecord last = log.records().get(log.records().size() - 1);
    assertThat(last).isEqualTo(TransactionRecord.of(10_999, 3));
    assertThat(TransactionLog.parse(FixedWidth.bytes(log))).isEqualTo(log);
  }

  @Test
  void refusesWhatIsNone() {
    byte[] bytes = FixedWidth.bytes(TransactionLog.of(List.of(TransactionRecord.of(1, 2))));
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length + 1));
    assertRefused(CorruptObjectException.class, new byte[0]);
    assertRefused(CorruptObjectException.class, new byte[] {1, 1, 1});
    assertRefused(CorruptObjectException.class, new byte[] {0, 0, 0});
    assertRefused(FormatTooNewException.class, new byte[] {2, 0, 0});
    byte[] noTransactions = bytes.clone();
    noTransactions[3 + 23] = 0;
    assertRefused(CorruptObjectException.class, noTransactions);
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed71() {
    Random fuzz = new Random(71);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = new byte[fuzz.nextInt(200)];
      fuzz.nextBytes(bytes);
      if (bytes.length > 3) {
        bytes[0] = 1;
        bytes[1] = 0;
        bytes[2] = (byte) ((bytes.length - 3) / 32);
      }
      try {
        TransactionLog.parse(bytes);
      } catch (InftException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  private static void assertRefused(Class<? extends InftException> as, byte[] bytes) {
    assertThatThrownBy(() -> TransactionLog.parse(bytes)).isInstanceOf(as);
  }
}
