package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.Solidity;
import io.inft.devnet.TestPackages;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.registry.onchain.RegistryCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code inft registry} where it costs something: on a chain. */
class RegistryOnChainTest {
  private static Anvil anvil;
  private static Chain chain;
  private static SigningKey owner;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
    chain = new Chain(anvil.rpc(), ChainSettings.STANDARD);
    owner = SigningKey.generate(new SecureRandom());
    anvil.fund(owner.address(), BigInteger.TEN.pow(19));
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  private int run(SigningKey key, String... arguments) throws Exception {
    Path file = folder.resolve(key.address() + ".key");
    Files.writeString(file, key.revealHex());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
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
            "custom",
            "-P",
            "rpc=" + anvil.address(),
            "--home",
            folder.resolve("home").toString(),
            "--private-key-file",
            file.toString()));
    return line.execute(all.toArray(String[]::new));
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void deploysARegistryAndChangesItAfterSayingWhatThatCosts() throws Exception {
    long before = chain.minedNonce(owner.address());
    assertThat(run(owner, "deploy", "--json")).isEqualTo(1);
    assertThat(json().path("done").asBoolean()).isFalse();
    BigDecimal likely = new BigDecimal(json().path("price").path("likely0G").asText());
    assertThat(chain.minedNonce(owner.address())).as("nothing was sent").isEqualTo(before);

    assertThat(run(owner, "deploy", "--yes", "--json")).as(err.toString()).isZero();
    String contract = json().path("contract").asText();
    assertThat(chain.hasCode(io.inft.bytes.Address.parse(contract))).isTrue();
    JsonNode transaction = json().path("transactions").path(0);
    assertThat(chain.receipt(Digest.parse(transaction.path("hash").asText()))).isPresent();
    assertThat(transaction.path("gas").asLong()).as("contracts/README.md").isEqualTo(3_884_991);
    assertThat(new BigDecimal(transaction.path("fee0G").asText()))
        .isPositive()
        .isLessThanOrEqualTo(likely.multiply(new BigDecimal("1.3")));

    String at = "contract=" + contract;
    assertThat(run(owner, "register", "agent-1", "-P", at)).isEqualTo(1);
    assertThat(out.toString())
        .contains("This will register 'agent-1'")
        .contains(" gas at 2 gwei), at most ");
    assertThat(run(owner, "register", "agent-1", "-P", at, "--yes")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("  transaction 0x").endsWith("Done.\n");
    assertThat(run(owner, "owner", "agent-1", "-P", at, "--json")).as(err.toString()).isZero();
    assertThat(json().path("owner").asText()).isEqualTo(owner.address().toString());

    String agent = "0x" + "22".repeat(20);
    assertThat(run(owner, "grant", "agent-1", agent, "-P", at, "--yes")).isZero();
    assertThat(run(owner, "owner", "agent-1", "--account", agent, "-P", at, "--json")).isZero();
    assertThat(json().path("mayWrite").asBoolean()).isTrue();
  }

  @Test
  void whatTheContractWouldRefuseIsRefusedBeforeItCostsAnything() throws Exception {
    assertThat(run(owner, "deploy", "--yes", "--json")).as(err.toString()).isZero();
    String at = "contract=" + json().path("contract").asText();
    assertThat(run(owner, "register", "agent-2", "-P", at, "--yes")).isZero();
    SigningKey stranger = SigningKey.generate(new SecureRandom());
    anvil.fund(stranger.address(), BigInteger.TEN.pow(18));

    assertThat(run(stranger, "freeze", "agent-2", "-P", at, "--yes")).isEqualTo(1);

    assertThat(err.toString()).contains("SQLSTATE 42501");
    assertThat(chain.minedNonce(stranger.address())).isZero();
  }

  @Test
  void theDatabaseOfAnNftBelongsToWhoeverOwnsTheNft() throws Exception {
    assertThat(run(owner, "deploy", "--yes", "--json")).as(err.toString()).isZero();
    String at = "contract=" + json().path("contract").asText();
    TransactionSender sender = new TransactionSender(chain, owner, new MemoryJournal());
    Address collection =
        sender
            .send("collection", "deploy", Call.deploying(Solidity.creationCode("Collectible")))
            .contract()
            .orElseThrow();
    sender.send(
        "mint",
        "mint",
        Call.of(
            collection,
            new AbiWriter()
                .address(owner.address())
                .uint(BigInteger.valueOf(7))
                .call("mint(address,uint256)")));
    String nft = collection + "/7";
    String id = "eip155:" + Anvil.CHAIN_ID + "/erc721:" + collection + "/7";
    SigningKey buyer = SigningKey.generate(new SecureRandom());
    anvil.fund(buyer.address(), BigInteger.TEN.pow(19));
    Thread blocks = new Thread(RegistryOnChainTest::mineBlocks, "blocks");
    blocks.start();
    try {
      assertThat(run(owner, "register", "--nft", collection + "/8", "-P", at, "--yes"))
          .as("nobody owns it")
          .isEqualTo(1);
      assertThat(run(owner, "register", "--nft", nft, "-P", at, "--yes", "--json"))
          .as(err.toString())
          .isZero();
      assertThat(json().path("what").asText()).startsWith("register '" + id + "'");
      assertThat(ownerOf(nft, at)).isEqualTo(owner.address().toString());
      assertThat(run(buyer, "freeze", "--nft", nft, "-P", at, "--yes")).isEqualTo(1);

      sender.send(
          "sale",
          "sell",
          Call.of(
              collection,
              new AbiWriter()
                  .address(owner.address())
                  .address(buyer.address())
                  .uint(BigInteger.valueOf(7))
                  .call("safeTransferFrom(address,address,uint256)")));
      assertThat(run(owner, "freeze", "--nft", nft, "-P", at, "--yes"))
          .as("at once, though the registry has not heard of it")
          .isEqualTo(1);
      assertThat(run(buyer, "accept", "--nft", nft, "-P", at, "--yes")).as(err.toString()).isZero();
      assertThat(run(buyer, "accept", "--nft", nft, "-P", at, "--yes")).as(err.toString()).isZero();
      assertThat(ownerOf(nft, at)).isEqualTo(buyer.address().toString());
      assertThat(run(buyer, "freeze", "--nft", nft, "-P", at, "--yes")).as(err.toString()).isZero();
    } finally {
      blocks.interrupt();
      blocks.join();
    }
  }

  /** Contracts that call themselves NFTs and are none, and what this one says of itself. */
  @Test
  void aContractWithoutOwnersOfTokensBeginsNothing() throws Exception {
    TransactionSender sender = new TransactionSender(chain, owner, new MemoryJournal());
    Address registry = RegistryCode.deploy(sender);
    String at = "contract=" + registry;
    String[][] wrong = {
      {"0x" + "0e".repeat(20), "nothing lies there"},
      {registry.toString(), "it has no ownerOf(uint256)"},
      {deployed(sender, "60016000f3"), "it answers one byte"},
      {deployed(sender, "60206000f3"), "the owner is nobody"},
      {deployed(sender, "7f" + "ff".repeat(32) + "60005260206000f3"), "the owner is no address"},
      {deployed(sender, "5b600056"), "it never comes back"},
    };
    for (String[] one : wrong) {
      assertThat(run(owner, "register", "--nft", one[0] + "/1", "-P", at, "--yes"))
          .as(one[1])
          .isEqualTo(1);
      assertThat(err.toString()).as(one[1]).contains("/erc721:" + one[0] + "/1'");
    }
    for (String claim : List.of("ee5a526e", "5762046c", "2afbede9", "80ac58cd", "ffffffff")) {
      byte[] asked = HexFormat.of().parseHex("01ffc9a7" + claim + "00".repeat(28));
      assertThat(new AbiReader("claim", chain.call(registry, asked)).bool("supported"))
          .as("an NFT, of ERC-7857 or any other kind: %s", claim)
          .isFalse();
    }
  }

  /** A contract that does the same whatever it is asked. */
  private static String deployed(TransactionSender sender, String code) throws Exception {
    int length = code.length() / 2;
    String creation = String.format("60%02x600c60003960%02x6000f3", length, length) + code;
    return sender
        .send("deploy " + code, "deploy", Call.deploying(HexFormat.of().parseHex(creation)))
        .contract()
        .orElseThrow()
        .toString();
  }

  /** Nobody runs it, and nobody's money is ever in it. */
  @Test
  void theContractHasNoAdministratorAndTakesNoMoney() throws Exception {
    JsonNode abi =
        new ObjectMapper().readTree(Path.of("contracts/out/InftStorageRegistry.abi.json").toFile());
    for (JsonNode entry : abi) {
      assertThat(entry.path("type").asText()).isIn("function", "event", "error");
      assertThat(entry.path("stateMutability").asText()).isNotEqualTo("payable");
      assertThat(entry.path("name").asText())
          .doesNotContainIgnoringCase("withdraw")
          .doesNotContainIgnoringCase("pause")
          .doesNotContainIgnoringCase("upgrade")
          .doesNotContainIgnoringCase("admin");
    }
    TransactionSender sender = new TransactionSender(chain, owner, new MemoryJournal());
    Address registry = RegistryCode.deploy(sender);
    for (String data : List.of("", "01ffc9a7", "69a4540f")) {
      assertThatThrownBy(
              () ->
                  sender.send(
                      "gift " + data,
                      "give",
                      Call.paying(registry, BigInteger.ONE, HexFormat.of().parseHex(data))))
          .isInstanceOf(InftException.class);
    }
    assertThat(chain.balance(registry)).isZero();
  }

  private String ownerOf(String nft, String at) throws Exception {
    assertThat(run(owner, "owner", "--nft", nft, "-P", at, "--json")).as(err.toString()).isZero();
    return json().path("owner").asText();
  }

  /** Observing an owner takes blocks, and this chain makes none by itself. */
  private static void mineBlocks() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        anvil.control("evm_mine");
        Thread.sleep(400); // slower than the commands follow each other
      }
    } catch (InterruptedException | InftException ended) {
      // the test is over
    }
  }

  @Test
  void theEmbeddedNetworkHasItsRegistryAlready() throws Exception {
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));

    assertThat(line.execute("registry", "deploy", "--network", "embedded")).isEqualTo(64);

    assertThat(err.toString()).contains("network=embedded is on no chain");
  }
}
