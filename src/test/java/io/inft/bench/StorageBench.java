package io.inft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.TypeScriptPeer;
import io.inft.evm.MemoryJournal;
import io.inft.store.MerkleRoot;
import io.inft.store.ObjectLayout;
import io.inft.store.ObjectRef;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * Uploads, downloads and hashes the same files with this client and the TypeScript SDK, on one
 * development network of two shards, one after the other. Run it on an idle machine:
 *
 * <pre>
 * mvn -q test-compile
 * mvn -q dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) io.inft.bench.StorageBench
 * </pre>
 *
 * Prints a table in MB/s (10^6 bytes); the median of the rounds for hashing, each round for
 * transfers. Our downloads verify every segment's proof; the SDK's verify nothing. Both sides start
 * cold: a JVM that has moved 1 MiB, and a fresh Node process whose start is not counted.
 */
public final class StorageBench {
  private static final int MIB = 1 << 20;

  private StorageBench() {}

  public static void main(String[] arguments) throws Exception {
    int[] sizes = {MIB, 10 * MIB, 64 * MIB};
    Path folder = Files.createTempDirectory("inft-bench");
    try (DevnetFixture network =
        DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2))) {
      System.out.println("| size | what | ours MB/s | TypeScript SDK MB/s | BouncyCastle MB/s |");
      System.out.println("|--:|---|--:|--:|--:|");
      transfer(network, folder, MIB, "warm-up", false);
      for (int size : sizes) {
        transfer(network, folder, size, "round 1", true);
        transfer(network, folder, size, "round 2", true);
      }
    }
    hash(folder, 64 * MIB);
    System.exit(0);
  }

  private static Path file(Path folder, int size, long seed) throws Exception {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return Files.write(folder.resolve(size + "-" + seed), bytes);
  }

  private static double rate(long bytes, double millis) {
    return bytes / 1e6 / (millis / 1e3);
  }

  private static void transfer(
      DevnetFixture network, Path folder, int size, String round, boolean isShown)
      throws Exception {
    Path ours = file(folder, size, System.nanoTime());
    Path theirs = file(folder, size, System.nanoTime());
    ZeroGSettings settings = ZeroGSettings.withIndexer(network.devnet().indexerAddress());
    double upload;
    double download;
    ObjectRef ref;
    try (ZeroGStore store = network.store(settings, network.account(), new MemoryJournal());
        FileSource source = FileSource.open(ours)) {
      long start = System.nanoTime();
      ref = store.put(source, TransferListener.NONE);
      upload = rate(size, (System.nanoTime() - start) / 1e6);
    }
    try (ZeroGStore store = network.store(settings, network.account(), new MemoryJournal())) {
      long start = System.nanoTime();
      byte[] read = store.open(ref).readAll(size);
      Files.write(folder.resolve("ours.out"), read);
      download = rate(size, (System.nanoTime() - start) / 1e6);
    }
    Map<String, Object> job = new HashMap<>();
    job.put("id", "upload");
    job.put("op", "upload");
    job.put("file", theirs.toString());
    job.put("indexer", network.devnet().indexerAddress().toString());
    job.put("rpc", network.devnet().rpc().toString());
    job.put("key", "0x" + network.account().revealHex());
    JsonNode uploaded = TypeScriptPeer.run(1, List.of(job)).get("upload");
    Map<String, Object> get = new HashMap<>(job);
    get.put("id", "download");
    get.put("op", "download");
    get.put("root", ref.root().toString());
    get.put("file", folder.resolve("out-" + System.nanoTime()).toString()); // must not exist
    JsonNode downloaded = TypeScriptPeer.run(1, List.of(get)).get("download");
    if (isShown) {
      String row = "| %d | %s, %s | %.1f | %.1f | |%n";
      System.out.printf(
          row, size, "upload", round, upload, rate(size, uploaded.get("millis").asDouble()));
      System.out.printf(
          row, size, "download", round, download, rate(size, downloaded.get("millis").asDouble()));
    }
  }

  private static void hash(Path folder, int size) throws Exception {
    Path path = file(folder, size, 1);
    byte[] bytes = Files.readAllBytes(path);
    List<Double> ours = new ArrayList<>();
    List<Double> bouncyCastle = new ArrayList<>();
    List<Double> oursPerCpu = new ArrayList<>();
    List<Double> bouncyCastlePerCpu = new ArrayList<>();
    List<Double> typeScript = new ArrayList<>();
    for (int round = 0; round < 11; round++) {
      long start = System.nanoTime();
      long cpu = cpuNanos();
      Digest root = MerkleRoot.of(ByteSource.of(bytes));
      ours.add(rate(size, (System.nanoTime() - start) / 1e6));
      oursPerCpu.add(rate(size, (cpuNanos() - cpu) / 1e6));
      start = System.nanoTime();
      cpu = cpuNanos();
      Digest plain = plainLoop(bytes);
      bouncyCastle.add(rate(size, (System.nanoTime() - start) / 1e6));
      bouncyCastlePerCpu.add(rate(size, (cpuNanos() - cpu) / 1e6));
      if (!root.equals(plain)) {
        throw new IllegalStateException("the two roots differ");
      }
    }
    for (int round = 0; round < 3; round++) {
      JsonNode result =
          TypeScriptPeer.run(1, List.of(Map.of("id", "r", "op", "root", "file", path.toString())))
              .get("r");
      typeScript.add(rate(size, result.get("millis").asDouble()));
    }
    System.out.printf(
        "| %d | Merkle root, median | %.0f | %.0f | %.0f |%n",
        size, median(ours), median(typeScript), median(bouncyCastle));
    System.out.printf(
        "| %d | the same by second of CPU, median | %.0f | | %.0f |%n",
        size, median(oursPerCpu), median(bouncyCastlePerCpu));
  }

  /** Time all threads of this process were computing, whatever else the machine does. */
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** One thread, BouncyCastle's digest, a whole level at a time; the size is a power of two. */
  private static Digest plainLoop(byte[] bytes) {
    KeccakDigest keccak = new KeccakDigest(256);
    int count = bytes.length / ObjectLayout.CHUNK_BYTES;
    byte[] level = new byte[count * 32];
    for (int i = 0; i < count; i++) {
      keccak.update(bytes, i * ObjectLayout.CHUNK_BYTES, ObjectLayout.CHUNK_BYTES);
      keccak.doFinal(level, i * 32);
    }
    for (int width = count; width > 1; width /= 2) {
      for (int i = 0; i < width / 2; i++) {
        keccak.update(level, i * 64, 64);
        keccak.doFinal(level, i * 32);
      }
    }
    return Digest.of(java.util.Arrays.copyOf(level, 32));
  }
}
