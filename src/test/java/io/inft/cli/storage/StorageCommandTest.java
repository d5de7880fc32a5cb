package io.inft.cli.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.cli.JsonPage;
import io.inft.devnet.DevNode;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.replica.Engines;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.zerog.FlowContract;
import io.inft.store.zerog.PeerKey;
import io.inft.store.zerog.ShardConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code inft storage} on a development network of one node. */
class StorageCommandTest {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;

  private static DevnetFixture network;
  private static DevNode node;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private SigningKey payer;
  private long paidBefore;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 1));
    node = network.devnet().nodes().get(0);
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @BeforeEach
  void makeAnAccount() throws Exception {
    payer = network.account();
    secret("payer", payer.revealHex());
    paidBefore = payments();
  }

  @AfterEach
  void behave() {
    network.behave();
  }

  private static long payments() throws Exception {
    return new FlowContract(network.chain(), network.devnet().contracts().flow()).submissions();
  }

  private long paid() throws Exception {
    return payments() - paidBefore;
  }

  private List<String> arguments(String... given) {
    List<String> all = new ArrayList<>(List.of("storage"));
    all.addAll(List.of(given));
    all.addAll(
        List.of(
            "--network",
            "custom",
            "--rpc",
            network.devnet().rpc().toString(),
            "--indexer",
            network.devnet().indexerAddress().toString(),
            "--home",
            folder.resolve("home").toString()));
    return all;
  }

  private List<String> paying(String... given) {
    List<String> all = arguments(given);
    all.addAll(List.of("--private-key-file", folder.resolve("payer").toString()));
    return all;
  }

  private int run(List<String> arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }

  private JsonNode succeed(List<String> arguments) throws Exception {
    List<String> asJson = new ArrayList<>(arguments);
    asJson.add("--json");
    assertThat(run(asJson)).as(err.toString()).isZero();
    JsonNode printed = new ObjectMapper().readTree(out.toString());
    assertThat(
            JsonPage.unnamed(
                arguments.get(0).equals("import") ? "inft import" : "inft storage put, get, info",
                printed))
        .isEmpty();
    return printed;
  }

  private String fail(List<String> arguments) {
    assertThat(run(arguments)).as(out.toString()).isNotZero();
    return err.toString();
  }

  private Path file(String name, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(name.hashCode()).nextBytes(bytes);
    return Files.write(folder.resolve(name), bytes);
  }

  private void secret(String name, String content) throws Exception {
    Path written = Files.writeString(folder.resolve(name), content);
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /**
   * Clients of the guide anchor for an id; what they name is fetched, held against it, imported.
   */
  @Test
  void aPointerOfTheGuidesClientsIsFollowedToItsObject() throws Exception {
    TransactionSender sender = new TransactionSender(network.chain(), payer, new MemoryJournal());
    Address registry = network.devnet().registry();
    String client = "inft_7_" + payer.address();
    OnchainRegistry.open(OnchainSettings.of(registry), network.chain(), sender)
        .register(DatabaseId.parse(client));
    Path snapshot = Path.of("src/test/resources/vectors/guide/py_fernet.bin");
    String root = succeed(paying("put", snapshot.toString())).path("root").asText();
    String checksum = Digest.sha256(Files.readAllBytes(snapshot)).hex();
    secret("old", "SdScJfWXhGIJ8Nkud3CrZOHHXpS0zmxQkmXuZxddKh4=");
    List<String> all = new ArrayList<>(List.of("import", "--as", "agent", "--network", "embedded"));
    all.addAll(List.of("--home", path("home"), "--embedded-dir", path("network")));
    all.addAll(List.of("--guide-key-file", path("old"), "--from-pointer", client));
    all.addAll(List.of("--pointer-rpc", network.devnet().rpc().toString()));
    all.addAll(List.of("--pointer-contract", registry.toString()));
    all.addAll(List.of("--pointer-indexer", network.devnet().indexerAddress().toString()));

    point(sender, registry, client, "0x" + "cd".repeat(32), checksum);
    assertThat(fail(all)).contains("no node of 0G Storage has the object", "cdcd", ".encrypted");
    point(sender, registry, client, root, "ab".repeat(32));
    assertThat(fail(all)).contains("ab".repeat(32), checksum, "SQLSTATE XX001");
    point(sender, registry, client, root, checksum);
    Path log =
        Files.writeString(
            folder.resolve("inft_7_events.jsonl"),
            "{\"timestamp\":\"2026-11-23T03:38:03.619Z\",\"event\":{\"type\":\"x\"}}\n");
    all.add(log.toString());
    JsonNode imported = succeed(all);

    assertThat(imported.path("format").asText()).isEqualTo("fernet");
    assertThat(imported.path("events").asInt()).isOne();
    Engines.endIdle();
    try (Stream<Path> left = Files.walk(folder.resolve("home"))) {
      assertThat(left).noneMatch(file -> file.toString().endsWith(".encrypted"));
    }
  }

  private static void point(
      TransactionSender sender, Address registry, String id, String hash, String checksum)
      throws Exception {
    byte[] call =
        new AbiWriter()
            .string(id)
            .string(hash)
            .string(checksum)
            .call("updateStoragePointer(string,string,string)");
    sender.send("point " + hash + checksum, "point", Call.of(registry, call));
  }

  @Test
  void storesAFileOnceAndFetchesItAndTellsAboutIt() throws Exception {
    Path file = file("plain", SEGMENT + 77);

    JsonNode put = succeed(paying("put", file.toString()));
    assertThat(succeed(paying("put", file.toString()))).isEqualTo(put);
    assertThat(paid()).isEqualTo(1);
    assertThat(put.path("bytes").asLong()).isEqualTo(SEGMENT + 77);

    String root = put.path("root").asText();
    JsonNode got = succeed(arguments("get", root, path("copy")));
    assertThat(folder.resolve("copy")).hasSameBinaryContentAs(file);
    assertThat(got.path("bytes").asLong()).isEqualTo(SEGMENT + 77);
    JsonNode info = succeed(arguments("info", root));
    assertThat(info.path(0).path("finalized").asBoolean()).isTrue();
    assertThat(info.path(0).path("of").asInt()).isEqualTo(2);
    assertThat(run(arguments("info", root))).isZero();
    assertThat(out.toString()).contains("txSeq").contains(root.substring(0, 8)).contains("0/1");
    assertThat(fail(arguments("get", root, path("copy")))).contains("exists already");
    assertThat(run(arguments("get", root, path("copy"), "--force"))).isZero();
    assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".part"));
  }

  @Test
  void encryptsWithAKeyAsTheOtherClientsDoAndRepeatsWithoutPayingAgain() throws Exception {
    Path file = file("secret", 5000);
    secret("key", "0x" + "5a".repeat(32) + "\n");

    JsonNode put = succeed(paying("put", file.toString(), "--key", path("key")));
    assertThat(err.toString()).contains("not authenticated");
    assertThat(succeed(paying("put", file.toString(), "--key", path("key")))).isEqualTo(put);

    assertThat(paid()).isEqualTo(1);
    String root = put.path("root").asText();
    succeed(arguments("get", root, path("opened"), "--key", path("key")));
    assertThat(folder.resolve("opened")).hasSameBinaryContentAs(file);
    succeed(arguments("get", root, path("closed")));
    assertThat(Files.readAllBytes(folder.resolve("closed"))).startsWith(1).hasSize(5000 + 17);
  }

  @Test
  void encryptsForTheOwnerOfAnAccount() throws Exception {
    Path file = file("letter", 3000);
    SigningKey reader = SigningKey.generate(new SecureRandom());
    String recipient = HexFormat.of().formatHex(PeerKey.publicKey(reader));
    secret("reader", reader.revealHex());

    JsonNode put = succeed(paying("put", file.toString(), "--recipient", recipient));
    assertThat(succeed(paying("put", file.toString(), "--recipient", "0x" + recipient)))
        .isEqualTo(put);

    assertThat(paid()).isEqualTo(1);
    String root = put.path("root").asText();
    succeed(arguments("get", root, path("one"), "--recipient-key-file", path("reader")));
    assertThat(folder.resolve("one")).hasSameBinaryContentAs(file);
    succeed(arguments("get", root, path("two"), "--decrypt", "--private-key-file", path("reader")));
    assertThat(folder.resolve("two")).hasSameBinaryContentAs(file);
    assertThat(fail(arguments("get", root, path("three"), "--key", path("reader"))))
        .contains("format 1 expected");
    assertThat(folder.resolve("three")).doesNotExist();
  }

  private Process child(List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Inft.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("child.log").toFile())
        .start();
  }

  /** Waits until something has happened, which it must. */
  private void await(java.util.concurrent.Callable<Boolean> happened, Process child)
      throws Exception {
    while (!happened.call()) {
      assertThat(child.isAlive()).as(Files.readString(folder.resolve("child.log"))).isTrue();
      Thread.sleep(20);
    }
  }

  @Test
  void aKilledPutGoesOnWithoutPayingAgain() throws Exception {
    Path file = file("killed put", 3 * SEGMENT);
    secret("key", "77".repeat(32));
    List<String> put = paying("put", file.toString(), "--key", path("key"));
    node.misbehaviour().start(Kind.BUSY);
    Process child = child(put);
    await(() -> paid() == 1, child);
    child.destroyForcibly().waitFor();
    network.behave();

    String root = succeed(put).path("root").asText();

    assertThat(paid()).isEqualTo(1);
    succeed(arguments("get", root, path("back"), "--key", path("key")));
    assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
  }

  private long partBytes() {
    java.io.File[] parts = folder.toFile().listFiles((dir, name) -> name.endsWith(".part"));
    return parts == null ? 0 : Arrays.stream(parts).mapToLong(java.io.File::length).sum();
  }

  @Test
  void aKilledGetGoesOnWhereItWasAndBelievesNothing() throws Exception {
    Path file = file("killed get", 40 * SEGMENT + 5);
    String root = succeed(paying("put", file.toString())).path("root").asText();
    node.misbehaviour().start(Kind.DELAY);
    Process child = child(arguments("get", root, path("copy")));
    await(() -> partBytes() >= 16L * SEGMENT, child);
    child.destroyForcibly().waitFor();
    network.behave();
    Path part;
    try (var entries = Files.list(folder)) {
      part = entries.filter(name -> name.toString().endsWith(".part")).findFirst().orElseThrow();
    }
    byte[] kept = Files.readAllBytes(part);
    long size = Files.size(file);
    node.tamper(Digest.parse(root), size, (index, bytes) -> index < 16 ? new byte[SEGMENT] : bytes);

    assertThat(run(arguments("get", root, path("copy")))).as(err.toString()).isZero();
    assertThat(folder.resolve("copy")).as("only the rest was fetched").hasSameBinaryContentAs(file);

    kept[99] ^= 1;
    Files.write(part, kept);
    Files.delete(folder.resolve("copy"));
    assertThat(fail(arguments("get", root, path("copy"))))
        .as("the damaged part is fetched again, from a node that has other bytes now")
        .contains("segment 0");
    assertThat(folder.resolve("copy")).doesNotExist();
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() throws Exception {
    Path file = file("x", 10);
    String unknown = "0x" + "12".repeat(32);
    secret("short", "1234");

    assertThat(fail(paying("put", path("nothing"))))
        .startsWith("inft: " + path("nothing") + " does not exist");
    assertThat(fail(paying("put", folder.toString()))).contains("is no regular file");
    assertThat(fail(paying("put", file("empty", 0).toString()))).contains("is empty");
    assertThat(fail(paying("put", file.toString(), "--replicas", "0"))).contains("1 to 64");
    assertThat(fail(paying("put", file.toString(), "--replicas", "2")))
        .contains("every segment 2 times")
        .contains("fewer replicas may do");
    assertThat(fail(paying("put", file.toString(), "--key", path("short"))))
        .contains("64 hex digits")
        .doesNotContain("1234'");
    assertThat(fail(paying("put", file.toString(), "--recipient", "0x" + "ab".repeat(20))))
        .contains("an address is not enough");
    assertThat(fail(paying("put", file.toString(), "--recipient", "02" + "ff".repeat(32))))
        .contains("is no secp256k1 public key");
    assertThat(fail(paying("put", file.toString(), "--key", "a", "--recipient", "b")))
        .contains("mutually exclusive");
    assertThat(fail(arguments("get", "0x12", path("y")))).contains("'0x12' is no root");
    assertThat(fail(arguments("get", unknown, path("y")))).contains(unknown);
    assertThat(fail(arguments("get", unknown, path("nowhere/y"))))
        .contains("there is no folder " + path("nowhere"));
    assertThat(fail(arguments("info", unknown))).contains(unknown);
    assertThat(folder.resolve("y")).doesNotExist();
    assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".part"));
    List<String> elsewhere = new ArrayList<>(paying("put", file.toString()));
    elsewhere.set(elsewhere.indexOf("custom"), "embedded");
    assertThat(fail(elsewhere)).contains("has no 0G Storage").contains("galileo");
    assertThat(paid()).isZero();
  }

  @Test
  void anEmptyAccountIsToldWhatItNeeds() throws Exception {
    SigningKey poor = SigningKey.generate(new SecureRandom());
    secret("payer", poor.revealHex());

    assertThat(fail(paying("put", file("z", 300).toString())))
        .contains(poor.address().toString())
        .contains("wei");
  }
}
