package io.inft.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.cli.console.Accounts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code inft registry} on the embedded network. */
class RegistryCommandTest {
  private static final SigningKey OWNER = SigningKey.parse("11".repeat(32));
  private static final SigningKey AGENT = SigningKey.parse("22".repeat(32));

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(SigningKey key, String... arguments) throws Exception {
    Path file = folder.resolve(key.address() + ".key");
    if (!Files.exists(file)) {
      Files.writeString(file, key.revealHex());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("registry"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--network",
            "embedded",
            "--home",
            folder.resolve("home").toString(),
            "--embedded-dir",
            folder.resolve("network").toString(),
            "--private-key-file",
            file.toString()));
    return line.execute(all.toArray(String[]::new));
  }

  private JsonNode owner(SigningKey key, String... id) throws Exception {
    List<String> all = new ArrayList<>(List.of("owner"));
    all.addAll(Arrays.asList(id));
    all.add("--json");
    assertThat(run(key, all.toArray(String[]::new))).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void saysWhatItWouldDoAndDoesNothingUnlessTold() throws Exception {
    assertThat(run(OWNER, "register", "agent-1")).isEqualTo(1);

    assertThat(out.toString())
        .contains("This will register 'agent-1'; whoever registers such a name first owns it.")
        .contains("account   " + OWNER.address())
        .contains("cost      nothing on this network");
    assertThat(err.toString()).contains("nothing was done; add --yes to do it");
    assertThat(run(OWNER, "owner", "agent-1")).isEqualTo(1);
    assertThat(err.toString()).contains("SQLSTATE 3D000");
  }

  @Test
  void registersGrantsFreezesAndRevokes() throws Exception {
    String agent = AGENT.address().toString();
    assertThat(run(OWNER, "register", "agent-1", "--yes")).as(err.toString()).isZero();
    assertThat(out.toString()).endsWith("Done.\n");
    assertThat(run(OWNER, "register", "agent-1", "--yes")).isEqualTo(1);
    assertThat(err.toString()).contains("SQLSTATE 42P04");

    assertThat(
            run(
                OWNER,
                "grant",
                "agent-1",
                agent,
                "--role",
                "writer,guardian",
                "--for",
                "30d",
                "--yes"))
        .as(err.toString())
        .isZero();
    JsonNode granted = owner(AGENT, "agent-1");
    assertThat(granted.path("owner").asText()).isEqualTo(OWNER.address().toString());
    assertThat(granted.path("mayWrite").asBoolean()).isTrue();
    assertThat(granted.path("mayFreeze").asBoolean()).isTrue();
    assertThat(granted.path("mayRotate").asBoolean()).isFalse();
    assertThat(granted.path("until").asText()).isNotEmpty();

    assertThat(run(AGENT, "freeze", "agent-1", "--yes")).isZero();
    assertThat(owner(OWNER, "agent-1").path("status").asText()).isEqualTo("frozen");
    assertThat(run(AGENT, "unfreeze", "agent-1", "--yes")).isEqualTo(1);
    assertThat(err.toString()).contains("SQLSTATE 42501");
    assertThat(run(OWNER, "unfreeze", "agent-1", "--yes")).isZero();

    assertThat(run(OWNER, "revoke", "agent-1", agent, "--yes")).isZero();
    assertThat(owner(AGENT, "agent-1").path("mayWrite").asBoolean()).isFalse();
    assertThat(run(OWNER, "revoke", "agent-1", "--all", "--yes", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("operation").asText()).isEqualTo("revokeAll");
    assertThat(json.path("done").asBoolean()).isTrue();
  }

  @Test
  void anOfferIsAcceptedOnlyAsItWasInspected() throws Exception {
    String agent = AGENT.address().toString();
    run(OWNER, "register", "agent-1", "--yes");
    assertThat(run(OWNER, "transfer", "agent-1", agent, "--yes")).isZero();
    assertThat(run(OWNER, "transfer", "agent-1", "--cancel", "--yes")).isZero();
    assertThat(run(AGENT, "accept", "agent-1", "--yes")).isEqualTo(1);
    assertThat(run(OWNER, "transfer", "agent-1", agent, "--yes")).isZero();
    String inspected = owner(AGENT, "agent-1").path("controlHash").asText();
    run(OWNER, "grant", "agent-1", "0x" + "33".repeat(20), "--yes");

    assertThat(run(AGENT, "accept", "agent-1", "--control-hash", inspected, "--yes")).isEqualTo(1);
    assertThat(err.toString()).contains("inspected");
    assertThat(run(AGENT, "accept", "agent-1", "--yes")).isZero();
    assertThat(owner(AGENT, "agent-1").path("isOwner").asBoolean()).isTrue();
  }

  @Test
  void anNftIsNamedByItsContractAndNumber() throws Exception {
    String nft = "0x" + "17".repeat(20) + "/5";
    assertThat(run(OWNER, "register", "--nft", nft, "--yes")).as(err.toString()).isZero();

    JsonNode json = owner(OWNER, "--nft", nft);

    assertThat(json.path("id").asText()).isEqualTo("eip155:452395009/erc721:" + nft);
    assertThat(json.path("isOwner").asBoolean()).isTrue();
    assertThat(run(OWNER, "transfer", "--nft", nft, AGENT.address().toString(), "--yes"))
        .isEqualTo(64);
    assertThat(err.toString()).contains("belongs to whoever owns the NFT");
    assertThat(run(OWNER, "accept", "--nft", nft, "--yes")).isZero();
    assertThat(run(OWNER, "register", "--nft", "5", "--yes")).isEqualTo(64);
  }

  @Test
  void aMistypedAccountIsRefused() throws Exception {
    String right = "0x" + Accounts.checksummed(Address.parse("5a" + "eb".repeat(19)));
    assertThat(Accounts.parse(right)).isEqualTo(Address.parse(right));
    int letter = 2;
    while (!Character.isUpperCase(right.charAt(letter))) {
      letter++;
    }
    String wrong =
        right.substring(0, letter)
            + Character.toLowerCase(right.charAt(letter))
            + right.substring(letter + 1);

    assertThat(run(OWNER, "grant", "agent-1", wrong, "--yes")).isEqualTo(64);
    assertThat(err.toString()).contains("mistyped");
    assertThat(run(OWNER, "grant", "agent-1", "0x12", "--yes")).isEqualTo(64);
    assertThat(run(OWNER, "grant", "agent-1", "--yes")).isEqualTo(64);
    assertThat(err.toString()).contains("expected: <id> <account>");
    assertThat(run(OWNER, "grant", "a", right, "--for", "soon", "--yes")).isEqualTo(64);
  }

  @Test
  void knowsTheChecksumOfTheStandardsOwnExamples() {
    for (String example :
        List.of(
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")) {
      assertThat(Accounts.checksummed(Address.parse(example))).isEqualTo(example);
    }
  }
}
