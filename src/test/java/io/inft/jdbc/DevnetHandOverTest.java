package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainTally;
import io.inft.devnet.Solidity;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.failure.NotAuthorizedException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A database is sold on a chain, as its owners do it: with the driver and the commands. */
@Tag("processes")
class DevnetHandOverTest extends OnDevnet {
  private static final String ID = "sold";
  private static final BigInteger TOKEN = BigInteger.valueOf(7);
  private static final String ROWS = "select count(*) from memory";

  private SigningKey buyer;

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
    return command(0, owner, arguments);
  }

  private JsonNode command(int exitCode, Properties owner, String... arguments) throws Exception {
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
    int code = line.execute(all.toArray(String[]::new));
    assertThat(code).as(err.toString()).isEqualTo(exitCode);
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
    List<HandOverCost> rows = new ArrayList<>();

    ChainTally offering = ChainTally.begin(network);
    long began = network.chain().blockNumber();
    JsonNode offered =
        command(on("seller"), "hand-over", "offer", ID, "--to=" + buyer.publicKey(), "--yes");
    rows.add(HandOverCost.of(network, "`offer`, the seller", offering, key, began));
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
    rows.add(HandOverCost.of(network, "`accept`, the buyer", accepting, buyer, between));

    assertThat(sold.path("finished").asBoolean()).isTrue();
    writesNothing(running);
    try (Connection connection = connect(ID, owned("buyer"))) {
      run(connection, "insert into memory values ('of the buyer')");
      assertThat(number(connection, ROWS)).isEqualTo(2);
    }
    Engines.endIdle();
    isShutOut(ID, seen.path("version").asLong());
    rows.add(HandOverCost.sum("together", rows));
    rows.forEach(System.out::println);
    for (HandOverCost row : rows) {
      row.isOnThePage();
    }
  }

  /** As a marketplace sells it: whatever it does, a token moves. */
  private static Address mint(SigningKey minter, SigningKey owner) throws Exception {
    Address collection =
        sender(minter)
            .send("collection", "deploy", Call.deploying(Solidity.creationCode("Collectible")))
            .contract()
            .orElseThrow();
    byte[] mint =
        new AbiWriter().address(owner.address()).uint(TOKEN).call("mint(address,uint256)");
    sender(minter).send("mint", "mint", Call.of(collection, mint));
    return collection;
  }

  private void sell(Address collection) throws Exception {
    byte[] sale =
        new AbiWriter()
            .address(key.address())
            .address(buyer.address())
            .uint(TOKEN)
            .call("safeTransferFrom(address,address,uint256)");
    sender(key).send("sale", "sell", Call.of(collection, sale));
  }

  /** Blocks that the others of the chain would make. */
  private static void pass(int blocks) throws Exception {
    for (int i = 0; i < blocks; i++) {
      network.devnet().anvil().control("evm_mine");
    }
  }

  /** Registering waits for blocks, and this chain makes none by itself. */
  private void begin(String id) throws Exception {
    Thread blocks =
        new Thread(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  pass(1);
                  Thread.sleep(300);
                }
              } catch (Exception ended) {
                Thread.currentThread().interrupt();
              }
            });
    blocks.start();
    try (Connection connection = connect(id, on("seller"))) {
      run(connection, "create table memory(text)");
      run(connection, "insert into memory values ('the seller knows this')");
    } finally {
      blocks.interrupt();
      blocks.join();
      Engines.endIdle();
    }
  }

  @Test
  void aTokenIsSoldAndItsDatabaseGoesAlong() throws Exception {
    buyer = network.account();
    Address collection = mint(network.account(), key);
    String id = "eip155:" + Anvil.CHAIN_ID + "/erc721:" + collection + "/" + TOKEN;
    begin(id);
    List<HandOverCost> rows = new ArrayList<>();

    ChainTally offering = ChainTally.begin(network);
    long began = network.chain().blockNumber();
    JsonNode offered =
        command(on("seller"), "hand-over", "offer", id, "--to=" + buyer.publicKey(), "--yes");
    rows.add(HandOverCost.of(network, "`offer` of an NFT's, the seller", offering, key, began));
    String sealedKey = offered.path("sealedKey").asText();
    assertThat(sealedKey).hasSize(2 + 2 * 129);
    opensBySealedKey(id, sealedKey);
    JsonNode seen = command(owned("buyer"), "hand-over", "inspect", id);
    assertThat(seen.path("verdict").asText()).isEqualTo("VALID");
    assertThat(seen.path("sealedKey").asText()).isEqualTo(sealedKey);
    String[] accept = {
      "hand-over",
      "accept",
      id,
      "--root=" + seen.path("root").asText(),
      "--control-hash=" + seen.path("controlHash").asText()
    };
    Connection running = connect(id, on("sellers-agent"));

    sell(collection);
    ChainTally accepting = ChainTally.begin(network);
    long between = network.chain().blockNumber();
    command(2, owned("buyer"), accept);
    pass(2);
    JsonNode observed = command(2, owned("buyer"), accept);
    assertThat(observed.path("owner").asText()).isEqualTo(buyer.address().toString());
    assertThat(observed.path("needsRotation").asBoolean()).isTrue();
    assertThat(observed.has("rotationFrom")).isTrue();
    writesNothing(running);
    network.devnet().anvil().control("evm_increaseTime", 3601);
    pass(1);
    JsonNode sold = command(owned("buyer"), accept);
    rows.add(
        HandOverCost.of(network, "`accept` of an NFT's, the buyer", accepting, buyer, between));

    assertThat(sold.path("finished").asBoolean()).isTrue();
    assertThat(sold.path("slots")).hasSize(1);
    try (Connection connection = connect(id, owned("buyer"))) {
      run(connection, "insert into memory values ('of the buyer')");
      assertThat(number(connection, ROWS)).isEqualTo(2);
    }
    Engines.endIdle();
    Properties late = owned("late");
    late.setProperty("sealedKey", sealedKey);
    late.setProperty("mode", "ro");
    isClosedTo(id, late);
    isShutOut(id, seen.path("version").asLong());
    rows.add(HandOverCost.sum("together, of an NFT's", rows));
    rows.forEach(System.out::println);
    for (HandOverCost row : rows) {
      row.isOnThePage();
    }
  }

  /** By nothing but the key that was handed over, and only with the account it was sealed to. */
  private void opensBySealedKey(String id, String sealedKey) throws Exception {
    Properties properties = owned("by-sealed-key");
    properties.setProperty("sealedKey", sealedKey);
    properties.setProperty("mode", "ro");
    try (Connection connection = connect(id, properties)) {
      assertThat(number(connection, ROWS)).isOne();
    }
    Engines.endIdle();
    properties.setProperty("privateKey", key.revealHex());
    assertThatThrownBy(() -> connect(id, properties))
        .hasFieldOrPropertyWithValue("SQLState", "28000")
        .hasMessageContaining("it was not sealed to " + key.address());
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
  private void isShutOut(String id, long inspected) throws Exception {
    List<Anchored> versions = registry(buyer).history(DatabaseId.parse(id), 1, 99);
    assertThat(versions).last().matches(last -> last.version() > inspected);
    for (Anchored version : versions) {
      boolean before = version.version() <= inspected;
      assertThat(version.author()).isEqualTo(before ? key.address() : buyer.address());
      Properties properties = on("past-" + version.version());
      properties.setProperty("at", Long.toString(version.version()));
      if (before) {
        try (Connection connection = connect(id, properties)) {
          assertThat(number(connection, "select inft_version()")).isEqualTo(version.version());
        }
      } else {
        isClosedTo(id, properties);
        properties.remove("password");
        isClosedTo(id, properties);
      }
      Engines.endIdle();
    }
    Properties elsewhere = on("elsewhere");
    assertThatThrownBy(() -> connect(id, elsewhere))
        .hasFieldOrPropertyWithValue("SQLState", "42501")
        .hasMessageContaining("it has no WRITER right");
    elsewhere.setProperty("mode", "ro");
    isClosedTo(id, elsewhere);
  }

  private static void isClosedTo(String id, Properties properties) {
    assertThatThrownBy(() -> connect(id, properties))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "28000");
  }
}
