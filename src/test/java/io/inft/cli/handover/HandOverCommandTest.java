package io.inft.cli.handover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.cli.JsonPage;
import io.inft.replica.Engines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HandOverCommandTest {
  private static final SigningKey SELLER = SigningKey.parse("61".repeat(32));
  private static final SigningKey BUYER = SigningKey.parse("62".repeat(32));

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void publish() throws Exception {
    Files.writeString(folder.resolve("seller"), SELLER.revealHex());
    Files.writeString(folder.resolve("buyer"), BUYER.revealHex());
    Files.writeString(folder.resolve("data"), "5b".repeat(32));
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home-seller").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("privateKeyFile", folder.resolve("seller").toString());
    properties.setProperty("encryptionKeyFile", folder.resolve("data").toString());
    try (Connection connection = DriverManager.getConnection("jdbc:inft:agent-1", properties);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE \"the memory\"(x)");
      statement.execute("INSERT INTO \"the memory\" VALUES (1)");
    }
    Engines.endIdle();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private int run(String who, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--network=embedded", "--json", "--home=" + folder.resolve("home-" + who)));
    all.add("--embedded-dir=" + folder.resolve("network"));
    all.add("--private-key-file=" + folder.resolve(who));
    if (who.equals("seller")) {
      all.add("--encryption-key-file=" + folder.resolve("data"));
    }
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }

  private JsonNode json(String who, String... arguments) throws Exception {
    assertThat(run(who, arguments)).as(err.toString()).isZero();
    JsonNode printed = new ObjectMapper().readTree(out.toString());
    if (arguments[0].equals("hand-over")) {
      assertThat(JsonPage.unnamed("inft hand-over", printed)).isEmpty();
    }
    return printed;
  }

  @Test
  void aDatabaseIsSoldFromTheCommandLine() throws Exception {
    String key = "--to=" + BUYER.publicKey();
    assertThat(run("seller", "hand-over", "offer", "agent-1", key)).isEqualTo(2);
    assertThat(err.toString()).contains(BUYER.address().toString(), "for ever", "add --yes");
    assertThat(json("seller", "keys", "list", "agent-1").path("slots")).hasSize(1);
    assertThat(run("seller", "hand-over", "offer", "agent-1", "--to=" + BUYER.address()))
        .isEqualTo(64);
    assertThat(err.toString()).contains("an address is not enough");

    JsonNode offered = json("seller", "hand-over", "offer", "agent-1", key, "--yes");

    assertThat(offered.path("offeredTo").asText()).isEqualTo(BUYER.address().toString());
    assertThat(offered.has("lockedUntil")).isTrue();
    assertThat(offered.path("done")).hasSize(3);
    JsonNode seen = json("buyer", "hand-over", "inspect", "agent-1", "--since=1");
    assertThat(seen.path("offeredToYou").asBoolean()).isTrue();
    assertThat(seen.path("verdict").asText()).isEqualTo("VALID");
    assertThat(err.toString())
        .contains(
            "inft hand-over accept agent-1 --root "
                + seen.path("root").asText()
                + " --control-hash "
                + seen.path("controlHash").asText());
    JsonNode table = seen.path("tables").path("the memory");
    assertThat(table.path("rows").asInt()).isEqualTo(1);
    assertThat(table.path("rowsBefore").asInt()).isLessThanOrEqualTo(1);
    String root = "--root=" + seen.path("root").asText();
    String control = "--control-hash=" + seen.path("controlHash").asText();
    assertThat(run("buyer", "hand-over", "accept", "agent-1", root)).isEqualTo(64);

    JsonNode sold = json("buyer", "hand-over", "accept", "agent-1", root, control);

    assertThat(sold.path("finished").asBoolean()).isTrue();
    assertThat(sold.path("owner").asText()).isEqualTo(BUYER.address().toString());
    assertThat(sold.path("slots")).hasSize(1);
    assertThat(run("seller", "keys", "check", "agent-1")).isEqualTo(1);
    assertThat(run("seller", "hand-over", "offer", "agent-1", key, "--yes")).isEqualTo(1);
    assertThat(err.toString()).contains("belongs to " + BUYER.address(), "SQLSTATE 42501");
    assertThat(run("seller", "hand-over", "accept", "agent-1", root, control)).isEqualTo(1);
    assertThat(err.toString()).contains("it is offered to nobody");
  }
}
