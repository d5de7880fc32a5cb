package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandRun;
import io.inft.replica.publish.policy.Budget;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.publish.policy.Prices;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  @Test
  void watchingGivesALineForEachReadingUntilItIsInterrupted() throws Exception {
    CommandRun run = new CommandRun();
    Thread watching =
        new Thread(
            () ->
                run.runOn(
                    folder.resolve("home"),
                    folder.resolve("network"),
                    List.of(),
                    "status",
                    "agent-1",
                    "--watch",
                    "--interval",
                    "0.1",
                    "--json"));
    watching.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (run.out().lines().count() < 3 && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    watching.interrupt();
    watching.join(60_000);

    assertThat(watching.isAlive()).isFalse();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(3);
    for (String line : lines) {
      JsonNode reading = new ObjectMapper().readTree(line);
      assertThat(reading.path("id").asText()).isEqualTo("agent-1");
      assertThat(reading.path("registered").asBoolean(true)).isFalse();
      assertThat(reading.has("time")).isTrue();
    }
  }

  private static BigInteger wei(String amount) {
    return new BigDecimal(amount).scaleByPowerOfTen(18).toBigIntegerExact();
  }

  private static Money money(boolean payable, Instant next, boolean byInterval) {
    return new Money(
        "0xabc",
        NOON.minus(Duration.ofHours(12)),
        wei("0.0123"),
        Optional.of(
            new Prices.Paid(
                false,
                1024,
                new Prices.Price(
                    BigInteger.valueOf(230_000), wei("0.00092"), wei("0.00000015366")))),
        Optional.of(wei("0.093")),
        Optional.of(Duration.ofHours(44)),
        Optional.of(
            new Money.Planned(
                new Budget(wei("0.05"), Budget.Period.DAY),
                wei("0.0377"),
                wei("0.0014"),
                payable ? 39 : 0,
                NOON.plus(Duration.ofHours(12)),
                payable,
                Duration.ofMinutes(18),
                next,
                byInterval,
                Duration.ofMinutes(5))));
  }

  @Test
  void whatIsSpentIsSaidWithUnits() {
    assertThat(MoneyText.of(money(true, NOON.plusSeconds(100), false), true, NOON))
        .containsExactly(
            "budget 0.05/day: spent 0.0123 0G, left 0.0377 0G (0.0014 0G of that laid aside) until"
                + " 2026-03-02T00:00:00Z",
            "39 publishes left, one about every 18 min, slower than maxLag (5 min)",
            "next publish at 2026-03-01T12:01:40Z, for the budget: what is left is spread over the"
                + " rest of the day",
            "last publish 0.000920154 0G: 230000 gas at 4 gwei, 153.66 gwei for storage, 1024 bytes"
                + " stored",
            "account 0xabc has 0.093 0G, enough for 44 h though always something is to publish");
  }

  @Test
  void whyItWaitsIsSaid() {
    assertThat(MoneyText.of(money(true, NOON.plusSeconds(100), true), true, NOON).get(2))
        .isEqualTo("next publish at 2026-03-01T12:01:40Z, for syncInterval");
    assertThat(MoneyText.of(money(true, NOON, false), true, NOON).get(2))
        .isEqualTo("next publish at 2026-03-01T12:00:00Z");
    assertThat(MoneyText.of(money(false, NOON.plusSeconds(9), false), true, NOON).get(2))
        .endsWith("for the next day: what is left does not pay a publish");
    assertThat(MoneyText.of(money(true, NOON, false), false, NOON))
        .as("nothing waits")
        .noneMatch(line -> line.contains("next publish"));
  }
}
