package io.inft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.DurableFiles;
import io.inft.cli.console.CommandHome;
import io.inft.cli.console.Output;
import io.inft.devnet.Anvil;
import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import io.inft.failure.InftException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft devnet}: runs until it is told to stop. */
@Command(
    name = "devnet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Run a whole 0G on this machine: chain, contracts, storage nodes, indexer.",
      "The first start fetches anvil and the contracts' bytecode with npm, about 30 MB."
    },
    footer = {
      "",
      "Prints the environment by which the driver and other 0G clients find it, and runs until",
      "Ctrl-C. All keys own play money only. The next start goes on where this one stopped.",
      "",
      "Examples:",
      "  inft devnet                                a network in ~/.inft/devnet",
      "  . ~/.inft/devnet/environment               (in another terminal) use it",
      "  inft devnet --folder /tmp/net --block-time 2 --nodes 4 --shards 2",
      "  inft devnet --rpc-port 8545 --json"
    })
final class RunDevnet implements Callable<Integer> {
  private static final int MAX_BLOCK_SECONDS = 3600;
  private static final int SECONDS_TO_STOP = 1;

  @Spec private CommandSpec spec;
  @Mixin private Output output = new Output();

  @Option(
      names = "--folder",
      paramLabel = "<folder>",
      description = "Keeps the network between two starts (default: devnet in the home).")
  private @Nullable Path folder;

  @Option(
      names = "--home",
      paramLabel = "<folder>",
      description = "Where fetched packages are kept too (default: $INFT_HOME or ~/.inft).")
  private @Nullable Path home;

  @Option(
      names = "--block-time",
      paramLabel = "<seconds>",
      description = "A block every so many seconds instead of one for every transaction.")
  private int blockSeconds;

  @Option(
      names = "--nodes",
      paramLabel = "<number>",
      description = "Storage nodes, a multiple of --shards (default: one a shard).")
  private int nodes;

  @Option(
      names = "--shards",
      paramLabel = "<number>",
      description = "Parts the data is divided into, a power of two (default: 2).")
  private int shards;

  @Option(
      names = "--discovered",
      paramLabel = "<sound,silent,slow,lying>",
      split = ",",
      description = "Discovered nodes that the indexer lists, how many of each kind.")
  private int[] discovered = {};

  @Option(
      names = "--lag",
      paramLabel = "<blocks>",
      description = "Nodes see a block so many blocks later; wants --block-time.")
  private int lag;

  @Option(
      names = "--rpc-port",
      paramLabel = "<port>",
      description = "Port of the chain (default for all: the last one if free, else a free one).")
  private int rpcPort;

  @Option(names = "--indexer-port", paramLabel = "<port>", description = "Port of the indexer.")
  private int indexerPort;

  @Option(
      names = "--node-port",
      paramLabel = "<port>",
      description = "Port of the first node; the others take those behind it.")
  private int nodePort;

  @Override
  public Integer call() throws Exception {
    Path root = home == null ? CommandHome.folder() : home.toAbsolutePath();
    Path state = folder == null ? root.resolve("devnet") : folder.toAbsolutePath();
    DevnetOptions options = options(root.resolve("packages"));
    CountDownLatch stopping = new CountDownLatch(1);
    Devnet devnet;
    try (Steps steps = Steps.on(spec.commandLine().getErr(), output.asJson())) {
      devnet = Devnet.open(state, options, steps::next);
    }
    Path environment = state.resolve("environment");
    Thread onExit =
        new Thread(
            () -> {
              stopping.countDown();
              stop(devnet, environment, state);
            },
            "inft-devnet-exit");
    Runtime.getRuntime().addShutdownHook(onExit);
    DurableFiles.replace(environment, exports(devnet).getBytes(StandardCharsets.UTF_8));
    print(devnet, state);
    if (devnet.awaitEnd() || stopping.await(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
      return 0;
    }
    throw new IOException(
        "the chain ended by itself or was killed; start again to go on where it stopped");
  }

  private DevnetOptions options(Path packages) throws InftException {
    if (blockSeconds < 0 || blockSeconds > MAX_BLOCK_SECONDS) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(),
          "--block-time " + blockSeconds + " is not possible; expected 1 to " + MAX_BLOCK_SECONDS);
    }
    DevnetOptions options = DevnetOptions.standard(packages);
    try {
      options = options.withPorts(rpcPort, indexerPort, nodePort);
    } catch (IllegalArgumentException e) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), e.getMessage() + "; expected 1 to 65535", e);
    }
    options = crowded(options);
    if (nodes != 0 || shards != 0) {
      int parts = shards == 0 ? Math.min(nodes, 2) : shards;
      options = options.withNodes(nodes == 0 ? parts : nodes, parts);
    }
    List<String> anvil = new ArrayList<>();
    if (blockSeconds > 0) {
      anvil.addAll(List.of("--block-time", String.valueOf(blockSeconds)));
    }
    return options.withAnvilOptions(anvil.toArray(String[]::new));
  }

  private DevnetOptions crowded(DevnetOptions options) {
    if ((discovered.length != 0 && discovered.length != 4) || (lag > 0 && blockSeconds == 0)) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(),
          discovered.length % 4 == 0
              ? "--lag needs --block-time: otherwise the last blocks are never seen"
              : "--discovered takes four numbers, such as 30,50,10,10");
    }
    try {
      DevnetOptions late = options.withLag(lag);
      return discovered.length == 0
          ? late
          : late.withCrowd(
              new DevnetOptions.Crowd(discovered[0], discovered[1], discovered[2], discovered[3]));
    } catch (IllegalArgumentException e) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void print(Devnet devnet, Path state) throws InftException {
    PrintWriter out = spec.commandLine().getOut();
    if (output.asJson()) {
      ObjectNode json = new ObjectMapper().createObjectNode();
      json.put("folder", state.toString());
      json.put("chainId", Anvil.CHAIN_ID);
      json.put("rpc", devnet.rpc().toString());
      json.put("indexer", devnet.indexerAddress().toString());
      ArrayNode list = json.putArray("nodes");
      devnet
          .nodes()
          .forEach(
              node ->
                  list.addObject()
                      .put("url", node.address().toString())
                      .put("shard", node.shard().toString()));
      json.put("flow", devnet.contracts().flow().toString());
      json.put("market", devnet.contracts().market().toString());
      json.put("account", devnet.key().address().toString());
      ObjectNode variables = json.putObject("environment");
      devnet.environment().forEach(variables::put);
      out.println(json);
    } else {
      out.print(exports(devnet));
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    err.println("running; Ctrl-C stops it");
    err.flush();
  }

  private static String exports(Devnet devnet) throws InftException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> variable : devnet.environment().entrySet()) {
      text.append("export ").append(variable.getKey()).append('=').append(variable.getValue());
      text.append('\n');
    }
    return text.toString();
  }

  private void stop(Devnet devnet, Path environment, Path state) {
    PrintWriter err = spec.commandLine().getErr();
    try {
      DurableFiles.deleteIfExists(environment);
      devnet.close();
      err.println("stopped; its state is in " + state);
    } catch (InftException e) {
      err.println("inft: " + e.getMessage());
    }
    err.flush();
  }
}
