package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.TestPackages;
import io.inft.devnet.ZeroGContracts;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.StoreRefusedException;
import io.inft.store.Patterns;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Call data and events against vectors, and the real contract on a real EVM. */
class FlowContractTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode CALLDATA = Vectors.ALL.get("calldata");
  private static final Address ONES = Address.parse("0x" + "11".repeat(20));
  private static final Address ANY_FLOW = Address.parse("0x" + "22".repeat(20));

  /**
   * Takes the old submit, answers market() with its own address and pricePerSector() with 1, and
   * reverts without data on anything else.
   */
  private static final byte[] OLD_FLOW =
      HEX.parseHex(
          "6040600c60003960406000f3" // installs what follows
              + "60003560e01c" // the selector
              + "8063ef3e12dc14602957"
              + "806380f5560514602b57"
              + "806361ec508214603557"
              + "60006000fd"
              + "5b00"
              + "5b3060005260206000f3"
              + "5b600160005260206000f3");

  private static Anvil anvil;
  private static Chain chain;
  private static TransactionSender admin;
  private static ZeroGContracts contracts;

  @BeforeAll
  static void deploy() throws Exception {
    anvil = TestPackages.anvil();
    chain = new Chain(anvil.rpc(), DevnetFixture.chainSettings());
    admin = new TransactionSender(chain, account(BigInteger.TEN.pow(22)), new MemoryJournal());
    contracts = ZeroGContracts.deploy(admin, TestPackages.FOLDER, progress -> {});
  }

  @AfterAll
  static void stop() {
    anvil.close();
  }

  private static SigningKey account(BigInteger wei) throws Exception {
    SigningKey key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), wei);
    return key;
  }

  private static FlowContract flow() {
    return new FlowContract(chain, contracts.flow(), BigInteger.TEN.pow(18));
  }

  private static Submission.Content content(byte[] bytes) throws Exception {
    return Submission.Content.of(tree(bytes));
  }

  private static ObjectTree tree(byte[] bytes) throws Exception {
    return ObjectTree.of(ByteSource.of(bytes));
  }

  private static String expected(String name) {
    return CALLDATA.get(name).get("calldata").textValue();
  }

  private static String hex(byte[] bytes) {
    return "0x" + HEX.formatHex(bytes);
  }

  @Test
  void callDataIsThatOfThePeers() throws Exception {
    assertThat(hex(FlowContract.submitData(content(Patterns.b(257)), ONES)))
        .isEqualTo(expected("submit_B_257_tagsEmpty"));
    assertThat(hex(FlowContract.submitData(content(Patterns.a(1_572_867)), ONES)))
        .isEqualTo(expected("submit_A_1572867_tagsEmpty"));
    Address submitter =
        Address.parse(CALLDATA.get("submit_A_262145_tags1234").get("submitter").textValue());
    byte[] tagged =
        new AbiWriter()
            .tuple(
                FlowContract.submission(
                    content(Patterns.a(262_145)), submitter, HEX.parseHex("1234")))
            .call("submit(((uint256,bytes,(bytes32,uint256)[]),address))");
    assertThat(hex(tagged)).isEqualTo(expected("submit_A_262145_tags1234"));
    byte[] batch =
        new AbiWriter()
            .array(
                List.of(
                    FlowContract.submission(
                        content(Patterns.b(257)), ONES, HEX.parseHex("deadbeef")),
                    FlowContract.submission(
                        content(Patterns.b(262_145)), ONES, HEX.parseHex("deadbeef"))))
            .call("batchSubmit(((uint256,bytes,(bytes32,uint256)[]),address)[])");
    assertThat(hex(batch)).isEqualTo(expected("batchSubmit_B_257_and_262145_tagsDeadbeef"));
  }

  @Test
  void callDataOfEveryVectorHasTheRightHash() throws Exception {
    for (String pattern : List.of("filesPatternA", "filesPatternB")) {
      for (JsonNode file : Vectors.ALL.get(pattern)) {
        int size = file.get("size").intValue();
        if (size > 300_000) {
          continue; // the trees of larger ones are checked where roots are
        }
        ObjectTree tree = tree(pattern.endsWith("A") ? Patterns.a(size) : Patterns.b(size));

        assertThat(
                Digest.keccak256(FlowContract.submitData(Submission.Content.of(tree), ONES))
                    .toString())
            .isEqualTo(file.get("calldataKeccak_tagsEmpty_submitter0x11x20").textValue());
        assertThat(Submission.identity(tree.nodes()).toString())
            .isEqualTo(file.get("submitIdentityTopic").textValue());
      }
    }
  }

  private static Log logOf(JsonNode vector) {
    List<Digest> topics = new ArrayList<>();
    vector.get("emittedLogTopics").forEach(topic -> topics.add(Digest.parse(topic.textValue())));
    String data = vector.get("emittedLogData").textValue().substring(2);
    return new Log(ANY_FLOW, topics, Blob.of(HEX.parseHex(data)), 5, Digest.ZERO, Digest.ZERO, 0);
  }

  @Test
  void decodesAnEventOfTheRealContract() throws Exception {
    JsonNode vector = CALLDATA.get("submit_A_262145_tags1234");

    Submission submission = Submission.of(logOf(vector));

    JsonNode decoded = vector.get("decoded");
    assertThat(submission.txSeq()).isEqualTo(decoded.get("submissionIndex").longValue());
    assertThat(submission.startSector()).isEqualTo(decoded.get("startPos").longValue());
    assertThat(submission.sectors()).isEqualTo(decoded.get("length").longValue());
    assertThat(submission.isOf(tree(Patterns.a(262_145)))).isTrue();
    assertThat(submission.isOf(tree(Patterns.b(262_145)))).isFalse();
    assertThat(Submission.isOne(ANY_FLOW, logOf(vector))).isTrue();
    assertThat(Submission.isOne(ONES, logOf(vector))).isFalse();
  }

  @Test
  void refusesADamagedEvent() {
    Log good = logOf(CALLDATA.get("submit_A_262145_tags1234"));
    byte[] data = good.data().toBytes();
    for (int length = 0; length < data.length; length += 32) {
      Log cut = withData(good, java.util.Arrays.copyOf(data, length));
      assertThatThrownBy(() -> Submission.of(cut))
          .as("%d bytes", length)
          .isInstanceOf(CorruptObjectException.class);
    }
    byte[] giantOffset = data.clone();
    java.util.Arrays.fill(giantOffset, 96, 128, (byte) 0xff);
    assertThatThrownBy(() -> Submission.of(withData(good, giantOffset)))
        .isInstanceOf(CorruptObjectException.class);
  }

  private static Log withData(Log log, byte[] data) {
    return new Log(log.address(), log.topics(), Blob.of(data), 5, Digest.ZERO, Digest.ZERO, 0);
  }

  @Test
  void placesFilesInTheFlowWhereThePeersSawThem() throws Exception {
    SigningKey payer = account(BigInteger.TEN.pow(21));
    Chain fresh = chain;
    ZeroGContracts own =
        ZeroGContracts.deploy(
            new TransactionSender(fresh, payer, new MemoryJournal()),
            TestPackages.FOLDER,
            progress -> {});
    FlowContract flow = new FlowContract(fresh, own.flow(), BigInteger.TEN.pow(18));
    TransactionSender sender = new TransactionSender(fresh, payer, new MemoryJournal());
    long seq = 0;
    for (JsonNode vector : Vectors.ALL.get("flowPlacement").get("submissions")) {
      ObjectTree tree = tree(Patterns.a(vector.get("size").intValue()));
      Submission submission = flow.submit(sender, "file " + seq, List.of(tree)).get(0);

      assertThat(submission.txSeq()).isEqualTo(seq++);
      assertThat(submission.startSector()).isEqualTo(vector.get("startPos").longValue());
      assertThat(submission.sectors()).isEqualTo(vector.get("sectors").longValue());
    }
    assertThat(flow.submissions()).isEqualTo(seq);
    assertThat(chain.balance(own.flow())).as("overpaid").isZero();
  }

  @Test
  void paysForABatchExactlyAndReadsItsEventsInOrder() throws Exception {
    List<ObjectTree> trees =
        List.of(tree(Patterns.a(300)), tree(Patterns.b(5000)), tree(Patterns.b(1)));

    List<Submission> submissions = flow().submit(admin, "a batch", trees);

    assertThat(submissions).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(submissions.get(i).isOf(trees.get(i))).isTrue();
      assertThat(submissions.get(i).root()).isEqualTo(trees.get(i).root());
      assertThat(submissions.get(i).submitter()).isEqualTo(admin.account());
    }
    assertThat(chain.balance(contracts.flow())).as("overpaid").isZero();
    assertThat(flow().find(trees.get(1).nodes(), 5000)).contains(submissions.get(1));
    assertThat(flow().find(trees.get(1).nodes(), 5001)).isEmpty();
  }

  @Test
  void theFeeFollowsTheMarket() throws Exception {
    ObjectLayout layout = new ObjectLayout(4097);
    BigInteger before = flow().feeWei(layout);
    assertThat(before)
        .isEqualTo(ZeroGContracts.PRICE_PER_SECTOR_WEI.multiply(BigInteger.valueOf(18)));

    byte[] raise = new AbiWriter().uint(before).call("setPricePerSector(uint256)");
    admin.send("raise", "raise the price", Call.of(contracts.market(), raise));

    assertThat(flow().feeWei(layout)).isEqualTo(before.multiply(BigInteger.valueOf(18)));
    byte[] lower =
        new AbiWriter()
            .uint(ZeroGContracts.PRICE_PER_SECTOR_WEI)
            .call("setPricePerSector(uint256)");
    admin.send("lower", "lower the price", Call.of(contracts.market(), lower));
  }

  @Test
  void saysThatTheContractIsPaused() throws Exception {
    admin.send("pause", "pause", Call.of(contracts.flow(), AbiWriter.selector("pause()")));

    ObjectTree tree = tree(Patterns.a(10));
    assertThatThrownBy(() -> flow().submit(admin, "while paused", List.of(tree)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("paused");

    admin.send("unpause", "unpause", Call.of(contracts.flow(), AbiWriter.selector("unpause()")));
    assertThat(flow().submit(admin, "while paused", List.of(tree))).hasSize(1);
  }

  @Test
  void namesTheAmountsWhenTheAccountCannotPay() throws Exception {
    SigningKey poor = account(BigInteger.valueOf(1000));
    ObjectTree tree = tree(Patterns.b(100_000));

    assertThatThrownBy(
            () ->
                flow()
                    .submit(
                        new TransactionSender(chain, poor, new MemoryJournal()),
                        "too dear",
                        List.of(tree)))
        .isInstanceOf(InsufficientFundsException.class)
        .hasMessageContaining("0.000001 gwei there")
        .hasMessageContaining(poor.address().toString());
  }

  @Test
  void recognisesAContractOfBefore2026() throws Exception {
    Address legacy =
        admin
            .send("old flow", "deploy an old flow", Call.deploying(OLD_FLOW))
            .contract()
            .orElseThrow();
    ObjectTree tree = tree(Patterns.a(10));

    assertThatThrownBy(() -> new FlowContract(chain, legacy).submit(admin, "legacy", List.of(tree)))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("legacy ABI");
  }
}
