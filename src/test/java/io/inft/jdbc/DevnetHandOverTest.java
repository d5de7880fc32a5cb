package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.devnet.ChainTally;
import io.inft.failure.NotAuthorizedException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A database is sold on a chain, as its owners do it: with the driver and the commands. */
class DevnetHandOverTest extends OnDevnet {
  private static final String ID = "sold";
  private static final String ROWS = "select count(*) from memory";
  private static final Path PAGE = Path.of("src/site/markdown/hand-over.md");

  private SigningKey buyer;

  /**
   * A row of the page's table.
   *
   * @param numbers transactions and gas of the registry, of Flow, then blocks
   */
  private record Row(String step, List<Long> numbers) {
    static Row of(String step, ChainTally tally, SigningKey account, long from) throws Exception {
      ChainTally.Sum registry = tally.registry(account.address());
      ChainTally.Sum flow = tally.flow(account.address());
      return new Row(
          step,
          List.of(
              (long) registry.transactions(),
              registry.gas(),
              (long) flow.transactions(),
              flow.gas(),
              network.chain().blockNumber() - from));
    }

    static Row sum(String step, List<Row> rows) {
      List<Long> sums = new ArrayList<>();
      for (int i = 0; i < rows.get(0).numbers().size(); i++) {
        int column = i;
        sums.add(rows.stream().mapToLong(row -> row.numbers().get(column)).sum());
      }
      return new Row(step, sums);
    }

    static Optional<Row> read(String line, String step) {
      if (!line.startsWith("| " + step + " |")) {
        return Optional.empty();
      }
      List<Long> numbers = new ArrayList<>();
      for (String cell : line.substring(step.length() + 4).split("\\|", -1)) {
        if (!cell.isBlank()) {
          numbers.add(Long.valueOf(cell.strip().replace(",", "")));
        }
      }
      return Optional.of(new Row(step, numbers));
    }
  }

  private String file(String secret) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "secret", ""), secret).toString();
  }

  private Properties owned(String machine) {
    Properties properties = on(machine, network.devnet().rpc(), buyer);
    properties.remove("password");
    return properties;
  }

  /** What a command of an owner prints, which succeeds. */
  private JsonNode command(Properties owner, String... arguments) throws Exception {
    Properties properties = new Properties();
    properties.putAll(owner);
    properties.setProperty("privateKeyFile", file(owner.getProperty("privateKey")));
    properties.remove("privateKey");
    if (properties.remove("password") instanceof String password) {
      properties.setProperty("passwordFile", file(password));
    }
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    properties.forEach((name, value) -> all.add("-P" + name + "=" + value));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void aDatabaseIsSoldAndItsSellerShutOut() throws Exception {
    buyer = network.account();
    try (Connection connection = connect(ID, on("seller"))) {
      run(connection, "create table memory(text)");
      run(connection, "insert into memory values ('the seller knows this')");
    }
    Engines.endIdle();
    List<Row> rows = new ArrayList<>();

    ChainTally offering = ChainTally.begin(network);
    long began = network.chain().blockNumber();
    JsonNode offered =
        command(on("seller"), "hand-over", "offer", ID, "--to=" + buyer.publicKey(), "--yes");
    rows.add(Row.of("`offer`, the seller", offering, key, began));
    assertThat(offered.path("done")).hasSize(3);
    JsonNode seen = command(owned("buyer"), "hand-over", "inspect", ID);
    assertThat(seen.path("verdict").asText()).isEqualTo("VALID");
    assertThat(seen.path("tables").path("memory").path("rows").asInt()).isOne();
    Connection running = connect(ID, on("sellers-agent"));
    String root = "--root=" + seen.path("root").asText();
    String control = "--control-hash=" + seen.path("controlHash").asText();
    ChainTally accepting = ChainTally.begin(network);
    long between = network.chain().blockNumber();
    JsonNode sold = command(owned("buyer"), "hand-over", "accept", ID, root, control);
    rows.add(Row.of("`accept`, the buyer", accepting, buyer, between));

    assertThat(sold.path("finished").asBoolean()).isTrue();
    writesNothing(running);
    try (Connection connection = connect(ID, owned("buyer"))) {
      run(connection, "insert into memory values ('of the buyer')");
      assertThat(number(connection, ROWS)).isEqualTo(2);
    }
    Engines.endIdle();
    isShutOut(seen.path("version").asLong());
    rows.add(Row.sum("together", rows));
    rows.forEach(System.out::println);
    for (Row row : rows) {
      isOnThePage(row);
    }
  }

  private static void isOnThePage(Row measured) throws Exception {
    Row written =
        Files.readAllLines(PAGE).stream()
            .flatMap(line -> Row.read(line, measured.step()).stream())
            .findFirst()
            .orElseThrow();
    assertThat(written.numbers()).hasSameSizeAs(measured.numbers());
    for (int i = 0; i < written.numbers().size(); i++) {
      assertThat(written.numbers().get(i))
          .as(measured.toString())
          .isCloseTo(measured.numbers().get(i), withinPercentage(2));
    }
  }

  /** What the seller has open says that it may not, sends nothing, and keeps what it has. */
  private void writesNothing(Connection running) throws Exception {
    ChainTally tally = ChainTally.begin(network);
    assertThatThrownBy(() -> run(running, "insert into memory values ('too late')"))
        .hasFieldOrPropertyWithValue("SQLState", "42501")
        .hasCauseInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(running::close)
        .hasFieldOrPropertyWithValue("SQLState", "42501")
        .hasMessageContaining("stands on this machine and is not published");
    Engines.endIdle();
    assertThat(tally.registry(key.address()).transactions()).isZero();
    assertThat(tally.flow(key.address()).transactions()).isZero();
  }

  /** The seller's password and account open what he sold, and nothing that came after. */
  private void isShutOut(long inspected) throws Exception {
    List<Anchored> versions = registry(buyer).history(DatabaseId.parse(ID), 1, 99);
    assertThat(versions).last().matches(last -> last.version() > inspected);
    for (Anchored version : versions) {
      boolean before = version.version() <= inspected;
      assertThat(version.author()).isEqualTo(before ? key.address() : buyer.address());
      Properties properties = on("past-" + version.version());
      properties.setProperty("at", Long.toString(version.version()));
      if (before) {
        try (Connection connection = connect(ID, properties)) {
          assertThat(number(connection, "select inft_version()")).isEqualTo(version.version());
        }
      } else {
        isClosedTo(properties);
        properties.remove("password");
        isClosedTo(properties);
      }
      Engines.endIdle();
    }
    Properties elsewhere = on("elsewhere");
    assertThatThrownBy(() -> connect(ID, elsewhere))
        .hasFieldOrPropertyWithValue("SQLState", "42501")
        .hasMessageContaining("it has no WRITER right");
    elsewhere.setProperty("mode", "ro");
    isClosedTo(elsewhere);
  }

  private static void isClosedTo(Properties properties) {
    assertThatThrownBy(() -> connect(ID, properties))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "28000");
  }
}
