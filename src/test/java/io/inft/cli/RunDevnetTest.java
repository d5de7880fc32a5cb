package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.faults.Interruptible;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code inft devnet} as a process of its own, told to stop as Ctrl-C and service managers do. */
@Tag("processes")
class RunDevnetTest {
  @TempDir Path home;

  private final List<Process> started = new ArrayList<>();

  /** What tests fetch from npm is fetched once. */
  @BeforeEach
  void linkPackages() throws IOException {
    Files.createDirectories(TestPackages.FOLDER);
    Files.createSymbolicLink(home.resolve("packages"), TestPackages.FOLDER);
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : started) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly().waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>(Interruptible.prefix());
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Inft.class.getName(),
            "devnet",
            "--home",
            home.toString()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static JsonNode readJson(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new AssertionError(
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    return new ObjectMapper().readTree(line);
  }

  private static ZeroGStore store(JsonNode network) {
    JsonNode variables = network.get("environment");
    URI rpc = URI.create(variables.get("ZERO_G_RPC").asText());
    Chain chain =
        new Chain(
            JsonRpc.at(rpc, RpcSettings.STANDARD),
            ChainSettings.STANDARD.withExpectedChainId(variables.get("ZERO_G_CHAIN_ID").asLong()));
    SigningKey key = SigningKey.parse(variables.get("ZERO_G_PRIVATE_KEY").asText());
    return ZeroGStore.open(
        ZeroGSettings.withIndexer(URI.create(variables.get("ZERO_G_INDEXER").asText())),
        chain,
        new TransactionSender(chain, key, new MemoryJournal()));
  }

  /** Sends a signal, as Ctrl-C (INT) and service managers (TERM) do. */
  private static void stop(Process process, String signal) throws Exception {
    List<ProcessHandle> children = process.descendants().toList();
    assertThat(children).as("the chain").isNotEmpty();
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void keepsWhatWasStoredAndItsAddressesAcrossATerminationAndAKill() throws Exception {
    byte[] object = {1, 2, 3};
    Process first = start("--json", "--nodes", "1", "--shards", "1");
    JsonNode network = readJson(first);
    assertThat(JsonPage.unnamed("inft devnet", network)).isEmpty();
    ObjectRef ref;
    try (ZeroGStore store = store(network)) {
      ref = store.put(ByteSource.of(object), TransferListener.NONE);
    }
    Path environment = home.resolve("devnet").resolve("environment");
    assertThat(environment)
        .content()
        .contains("export INFT_NETWORK=custom\n")
        .contains("export ZERO_G_STORAGE_CONTRACT=0x")
        .contains("export ZERO_G_RPC=" + network.get("rpc").asText())
        .contains("export INFT_ENCRYPTION_PASSWORD=");
    stop(first, "TERM");
    assertThat(environment).doesNotExist();

    Process second = start("--json");
    JsonNode resumed = readJson(second);
    for (String name :
        List.of("ZERO_G_STORAGE_CONTRACT", "ZERO_G_PRIVATE_KEY", "INFT_ENCRYPTION_PASSWORD")) {
      assertThat(resumed.get("environment").get(name))
          .isEqualTo(network.get("environment").get(name));
    }
    assertThat(Stream.of("rpc", "indexer", "nodes"))
        .as("ports are the same, but another program may have taken one meanwhile")
        .filteredOn(name -> resumed.get(name).equals(network.get(name)))
        .hasSizeGreaterThanOrEqualTo(2);
    List<ProcessHandle> orphans = second.descendants().toList();
    second.destroyForcibly().waitFor();
    assertThat(orphans).isNotEmpty().allMatch(ProcessHandle::isAlive);

    JsonNode afterKill = readJson(start("--json"));
    assertThat(orphans).as("the chain that the killed run left").noneMatch(ProcessHandle::isAlive);
    try (ZeroGStore store = store(afterKill)) {
      assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    }
  }

  private String failure(String... options) {
    StringWriter err = new StringWriter();
    CommandLine line = Inft.commandLine();
    line.setErr(new PrintWriter(err, true));
    List<String> arguments = new ArrayList<>(List.of("devnet", "--home", home.toString()));
    arguments.addAll(List.of(options));
    assertThat(line.execute(arguments.toArray(String[]::new))).as(err.toString()).isNotZero();
    return err.toString();
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() throws Exception {
    assertThat(failure("--shards", "3")).contains("'shards': 3 is not possible");
    assertThat(failure("--nodes", "3", "--shards", "2")).contains("multiple of the 2 shards");
    assertThat(failure("--rpc-port", "70000")).contains("70000").contains("65535");
    assertThat(failure("--block-time", "-1")).contains("--block-time -1");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(failure("--rpc-port", String.valueOf(taken.getLocalPort())))
          .contains("rpc-port")
          .contains(String.valueOf(taken.getLocalPort()))
          .contains("choose another port");
    }

    Process running = start("--json", "--block-time", "1");
    readJson(running);
    assertThat(failure())
        .contains("runs on")
        .contains("process " + running.pid())
        .contains("name another folder");
    stop(running, "INT");
    assertThat(failure("--nodes", "4")).contains("0/2 1/2").contains("name another folder");
  }
}
