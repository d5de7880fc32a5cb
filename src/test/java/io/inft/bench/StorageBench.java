package io.inft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.inft.bytes.ByteSource;
import io.inft.bytes.FileSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.TypeScriptPeer;
import io.inft.evm.Chain;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.faults.ChildJvm;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Uploads, downloads and hashes with this client and the TypeScript SDK, by turns and in rounds, on
 * one development network of two shards, which is a process of its own. Run it on an idle machine:
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.inft.bench.StorageBench
 * </pre>
 *
 * Prints medians in MB/s (10^6 bytes), how often ours was ahead, and MB by second of the client's
 * CPU time, which other work on the machine changes less. Our downloads verify every segment's
 * proof; the SDK's verify nothing. Both sides are warm: ours has moved 64 MiB several times before,
 * which Java's compiler needs; the SDK is measured in a Node process that has downloaded the same
 * object, or uploaded 1 MiB, before.
 */
public final class StorageBench {
  private static final int MIB = 1 << 20;
  private static final int ROUNDS = Integer.getInteger("rounds", 7);
  private static final int WARM_UPS = 5;
  private static final int STEP_BYTES = 16 * ObjectLayout.SEGMENT_BYTES;

  private final Path folder;
  private final Chain chain;
  private final URI rpc;
  private final SigningKey account;
  private final ZeroGSettings settings;

  private StorageBench(Path folder, URI rpc, URI indexer, SigningKey account) {
    this.folder = folder;
    this.rpc = rpc;
    this.account = account;
    this.chain = new Chain(JsonRpc.at(rpc, RpcSettings.STANDARD), DevnetFixture.chainSettings());
    this.settings = ZeroGSettings.withIndexer(indexer);
  }

  /** What one transfer took. */
  private record Cost(double millis, double cpuMillis) {
    /** MB by second. */
    double rate(long bytes) {
      return bytes / 1e3 / millis;
    }

    double ratePerCpu(long bytes) {
      return bytes / 1e3 / cpuMillis;
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      serve();
      return;
    }
    Path folder = Files.createTempDirectory("inft-bench");
    try (ChildJvm network =
        ChildJvm.start(List.of("-XX:TieredStopAtLevel=4"), StorageBench.class, "network")) {
      StorageBench bench =
          new StorageBench(
              folder,
              URI.create(network.awaitLine("rpc")),
              URI.create(network.awaitLine("indexer")),
              SigningKey.parse(network.awaitLine("key")));
      System.out.println(
          "| bytes | what | ours MB/s | SDK MB/s | ratio | ours ahead | ours MB by CPU s | SDK |");
      System.out.println("|--:|---|--:|--:|--:|--:|--:|--:|");
      ObjectRef warm = bench.put(bench.file(64 * MIB));
      for (int i = 0; i < WARM_UPS; i++) {
        bench.get(warm);
      }
      for (int size : new int[] {MIB, 10 * MIB, 64 * MIB}) {
        bench.transfers(size);
      }
      network.tell("end");
      network.exit();
    }
    hash(folder, 64 * MIB);
    System.exit(0);
  }

  /** The network, until a line comes. */
  private static void serve() throws Exception {
    try (DevnetFixture network =
        DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2))) {
      System.out.println("rpc " + network.devnet().rpc());
      System.out.println("indexer " + network.devnet().indexerAddress());
      System.out.println("key 0x" + network.account().revealHex());
      int end = System.in.read();
      if (end < 0) {
        System.out.println("nobody is there any more");
      }
    }
    System.exit(0);
  }

  private void transfers(int size) throws Exception {
    List<Cost> ourPuts = new ArrayList<>();
    List<Cost> theirPuts = new ArrayList<>();
    List<Cost> ourGets = new ArrayList<>();
    List<Cost> theirGets = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Path ours = file(size);
      Path theirs = file(size);
      Cost start = now();
      ObjectRef ref = put(ours);
      ourPuts.add(since(start));
      theirPuts.add(upload(theirs));
      if (round % 2 == 0) {
        theirGets.add(download(ref));
      }
      start = now();
      get(ref);
      ourGets.add(since(start));
      if (round % 2 == 1) {
        theirGets.add(download(ref));
      }
      Files.delete(ours);
      Files.delete(theirs);
    }
    print(size, "upload", ourPuts, theirPuts);
    print(size, "download", ourGets, theirGets);
  }

  private static void print(int size, String what, List<Cost> ours, List<Cost> theirs) {
    int ahead = 0;
    for (int i = 0; i < ours.size(); i++) {
      ahead += ours.get(i).millis() < theirs.get(i).millis() ? 1 : 0;
    }
    double mine = median(ours.stream().map(cost -> cost.rate(size)).toList());
    double other = median(theirs.stream().map(cost -> cost.rate(size)).toList());
    System.out.printf(
        "| %d | %s | %.1f | %.1f | %.2f | %d of %d | %.0f | %.0f |%n",
        size,
        what,
        mine,
        other,
        mine / other,
        ahead,
        ours.size(),
        median(ours.stream().map(cost -> cost.ratePerCpu(size)).toList()),
        median(theirs.stream().map(cost -> cost.ratePerCpu(size)).toList()));
  }

  private Path file(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(System.nanoTime()).nextBytes(bytes);
    return Files.write(Files.createTempFile(folder, "in", ""), bytes);
  }

  private ZeroGStore store() {
    return ZeroGStore.open(
        settings, chain, new TransactionSender(chain, account, new MemoryJournal()));
  }

  private ObjectRef put(Path file) throws Exception {
    try (ZeroGStore store = store();
        FileSource source = FileSource.open(file)) {
      return store.put(source, TransferListener.NONE);
    }
  }

  /** As {@code inft storage get} does, but like the SDK without forcing the file to disk. */
  private void get(ObjectRef ref) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    try (ZeroGStore store = store();
        FileChannel channel = FileChannel.open(out, StandardOpenOption.WRITE)) {
      ByteSource source = store.open(ref);
      for (long at = 0; at < ref.sizeBytes(); at += STEP_BYTES) {
        byte[] bytes = source.read(at, (int) Math.min(STEP_BYTES, ref.sizeBytes() - at));
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
    }
    Files.delete(out);
  }

  private Cost upload(Path file) throws Exception {
    Path warmUp = file(MIB);
    return peer("upload", Map.of("file", warmUp.toString()), Map.of("file", file.toString()));
  }

  private Cost download(ObjectRef ref) throws Exception {
    String root = ref.root().toString();
    Path warmUp = folder.resolve("warm-up"); // neither may exist
    Path out = folder.resolve("out");
    Cost cost =
        peer(
            "download",
            Map.of("root", root, "file", warmUp.toString()),
            Map.of("root", root, "file", out.toString()));
    Files.delete(warmUp);
    Files.delete(out);
    return cost;
  }

  private Cost peer(String operation, Map<String, Object> warmUp, Map<String, Object> measured)
      throws Exception {
    JsonNode result =
        TypeScriptPeer.run(
                1, List.of(job("warm-up", operation, warmUp), job("job", operation, measured)))
            .get("job");
    return new Cost(result.get("millis").asDouble(), result.get("cpuMillis").asDouble());
  }

  private Map<String, Object> job(String id, String operation, Map<String, Object> more) {
    Map<String, Object> job = new HashMap<>(more);
    job.put("id", id);
    job.put("op", operation);
    job.put("indexer", settings.indexer().orElseThrow().toString());
    job.put("rpc", rpc.toString());
    job.put("key", "0x" + account.revealHex());
    return job;
  }

  private static void hash(Path folder, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    Path path = Files.write(folder.resolve("hashed"), bytes);
    List<Cost> ours = new ArrayList<>();
    List<Double> typeScript = new ArrayList<>();
    for (int round = 0; round < 11; round++) {
      Cost start = now();
      MerkleRoot.of(ByteSource.of(bytes));
      ours.add(since(start));
    }
    for (int round = 0; round < 3; round++) {
      JsonNode result =
          TypeScriptPeer.run(1, List.of(Map.of("id", "r", "op", "root", "file", path.toString())))
              .get("r");
      typeScript.add(size / 1e3 / result.get("millis").asDouble());
    }
    System.out.printf("%n| Merkle root of %d bytes | MB/s | MB by CPU s |%n|---|--:|--:|%n", size);
    printHash("ours, all cores", ours, size);
    System.out.printf("| TypeScript SDK | %.0f | |%n", median(typeScript));
  }

  private static void printHash(String what, List<Cost> costs, int size) {
    System.out.printf(
        "| %s | %.0f | %.0f |%n",
        what,
        median(costs.stream().map(cost -> cost.rate(size)).toList()),
        median(costs.stream().map(cost -> cost.ratePerCpu(size)).toList()));
  }

  /** Time now, and time all threads of this process were computing. */
  private static Cost now() {
    long cpu = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    return new Cost(System.nanoTime() / 1e6, cpu / 1e6);
  }

  private static Cost since(Cost start) {
    Cost end = now();
    return new Cost(end.millis() - start.millis(), end.cpuMillis() - start.cpuMillis());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
