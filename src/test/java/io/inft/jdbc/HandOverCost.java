package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.inft.bytes.SigningKey;
import io.inft.devnet.ChainTally;
import io.inft.devnet.DevnetFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of the page's table.
 *
 * @param numbers transactions and gas of the registry, of Flow, then blocks
 */
record HandOverCost(String step, List<Long> numbers) {
  private static final Path PAGE = Path.of("src/site/markdown/hand-over.md");

  /** It depends on what was submitted before. */
  private static final int FLOW_GAS = 3;

  static HandOverCost of(
      DevnetFixture network, String step, ChainTally tally, SigningKey account, long from)
      throws Exception {
    ChainTally.Sum registry = tally.registry(account.address());
    ChainTally.Sum flow = tally.flow(account.address());
    return new HandOverCost(
        step,
        List.of(
            (long) registry.transactions(),
            registry.gas(),
            (long) flow.transactions(),
            flow.gas(),
            network.chain().blockNumber() - from));
  }

  static HandOverCost sum(String step, List<HandOverCost> rows) {
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < rows.get(0).numbers().size(); i++) {
      int column = i;
      sums.add(rows.stream().mapToLong(row -> row.numbers().get(column)).sum());
    }
    return new HandOverCost(step, sums);
  }

  void isOnThePage() throws Exception {
    HandOverCost written =
        Files.readAllLines(PAGE).stream()
            .flatMap(line -> read(line, step).stream())
            .findFirst()
            .orElseThrow(() -> new AssertionError("the page lacks " + this));
    assertThat(written.numbers()).hasSameSizeAs(numbers);
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(written.numbers().get(i))
          .as(toString())
          .isCloseTo(numbers.get(i), withinPercentage(i == FLOW_GAS ? 20 : 2));
    }
  }

  private static Optional<HandOverCost> read(String line, String step) {
    if (!line.startsWith("| " + step + " |")) {
      return Optional.empty();
    }
    List<Long> numbers = new ArrayList<>();
    for (String cell : line.substring(step.length() + 4).split("\\|", -1)) {
      if (!cell.isBlank()) {
        numbers.add(Long.valueOf(cell.strip().replace(",", "")));
      }
    }
    return Optional.of(new HandOverCost(step, numbers));
  }
}
