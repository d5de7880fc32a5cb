package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.SpendLimitException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpendCapTest {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);
  private static final Address SOMEBODY = Address.parse("00".repeat(19) + "aa");

  /** A payment needs 21,000 gas, and 50,000 more are reserved, at 2 gwei and some wei. */
  private static final BigInteger PAYMENT = GWEI.multiply(BigInteger.valueOf(42_000));

  private static final BigInteger RESERVED = GWEI.multiply(BigInteger.valueOf(142_100));

  private static Anvil anvil;

  @TempDir Path folder;
  private SigningKey key;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void fundAnAccount() throws Exception {
    key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(18));
  }

  /** Another one of this account was there first, is mined and its journal entry is gone. */
  @Test
  void whatIsNotTakenHidesNothingThatWasSpentBefore() throws Exception {
    BigInteger one = BigInteger.valueOf(100);
    SpendCap cap = SpendCap.of(one, folder, Clock.fixed(now, ZoneOffset.UTC));
    cap.reserve(7, BigInteger.ZERO, BigInteger.valueOf(90));

    cap.takeBack(7, cap.reserve(7, BigInteger.ZERO, BigInteger.valueOf(20)));

    assertThatThrownBy(() -> cap.reserve(8, BigInteger.ZERO, BigInteger.valueOf(20)))
        .isInstanceOf(SpendLimitException.class);
    cap.takeBack(8, cap.reserve(8, BigInteger.ZERO, BigInteger.TEN));
    cap.reserve(9, BigInteger.ZERO, BigInteger.TEN);
  }

  /** As a process that has just started. */
  private TransactionSender sender(BigInteger cap) throws Exception {
    Chain chain =
        new Chain(
            anvil.rpc(),
            ChainSettings.STANDARD.withTimes(
                Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20)));
    return new TransactionSender(
        chain,
        key,
        FileJournal.open(folder.resolve("journal")),
        SpendCap.of(cap, folder, Clock.fixed(now, ZoneOffset.UTC)));
  }

  private static Call payment(long wei) {
    return Call.paying(SOMEBODY, BigInteger.valueOf(wei), new byte[0]);
  }

  @Test
  void boundsWhatIsSpentInAnHourOverRestarts() throws Exception {
    BigInteger cap = RESERVED.add(PAYMENT);
    sender(cap).send("1", "pay", payment(1));
    sender(cap).send("2", "pay", payment(1));

    assertThatThrownBy(() -> sender(cap).send("3", "pay", payment(1)))
        .isInstanceOf(SpendLimitException.class)
        .hasMessageContaining("maxFeePerHour")
        .hasMessageContaining("84000 gwei");
    assertThat(sender(cap).hashes("3")).isEmpty();

    now = now.plusSeconds(3599);
    assertThatThrownBy(() -> sender(cap).send("3", "pay", payment(1)))
        .isInstanceOf(SpendLimitException.class);
    now = now.plusSeconds(2);
    sender(cap).send("3", "pay", payment(1));
  }

  @Test
  void whatIsPaidAlongCounts() throws Exception {
    BigInteger cap = RESERVED.multiply(BigInteger.TWO);

    assertThatThrownBy(
            () ->
                sender(cap)
                    .send("1", "pay", payment(RESERVED.longValue() + 200 * GWEI.longValue())))
        .isInstanceOf(SpendLimitException.class);
    sender(cap).send("1", "pay", payment(RESERVED.longValue() / 2));
    assertThatThrownBy(() -> sender(cap).send("2", "pay", payment(RESERVED.longValue() / 2)))
        .isInstanceOf(SpendLimitException.class);
  }

  @Test
  void whatItDidCostTakesThePlaceOfWhatItMightHaveCost() throws Exception {
    TransactionSender sender = sender(RESERVED.multiply(BigInteger.TEN));
    Receipt receipt;
    BigInteger metered;
    try (Meter meter = Meter.open()) {
      receipt = sender.send("1", "pay", payment(5));
      sender.send("1", "pay", payment(5));
      assertThat(meter.mined()).hasSize(1);
      Meter.Cost cost = meter.mined().get(receipt.transactionHash());
      assertThat(cost)
          .isEqualTo(new Meter.Cost(receipt.gasUsed(), receipt.feeWei(), BigInteger.valueOf(5)));
      metered = cost.feeWei().add(cost.valueWei());
    }
    AccountBook book =
        AccountBook.of(
            folder, FileJournal.open(folder.resolve("journal")), Clock.fixed(now, ZoneOffset.UTC));
    assertThat(book.lastHour()).isEqualTo(metered);
    sender.send("2", "pay", payment(5));
    assertThat(book.lastHour()).isEqualTo(metered.multiply(BigInteger.TWO));
  }

  @Test
  void aDamagedListIsNotTakenForAnEmptyOne() throws Exception {
    Files.writeString(folder.resolve("spent"), "what?\n");

    assertThatThrownBy(() -> sender(RESERVED).send("1", "pay", payment(1)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("spent");
  }
}
