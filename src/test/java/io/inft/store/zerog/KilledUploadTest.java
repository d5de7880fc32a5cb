package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.Chain;
import io.inft.evm.FileJournal;
import io.inft.evm.Log;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.io.BufferedReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that store an object are killed at random; it is always finished and paid for once. */
@Tag("processes")
class KilledUploadTest {
  private static final int SIZE = 6 * ObjectLayout.SEGMENT_BYTES + 123;

  private static DevnetFixture network;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @Test
  void fourKillsAtRandomCostNothing() throws Exception {
    kill(4, 20261123);
  }

  @Test
  @Tag("heavy")
  void twoHundredKillsAtRandomCostNothing() throws Exception {
    kill(200, System.nanoTime());
  }

  private void kill(int times, long seed) throws Exception {
    Random random = new Random(seed);
    long window = Math.max(300, millisOfAWholeUpload(seed));
    int interrupted = 0;
    for (int i = 1; i <= times; i++) {
      long objectSeed = seed + i;
      SigningKey payer = network.account();
      Path journal = folder.resolve("journal-" + i);
      long delay = random.nextLong(window);
      if (runAndKill(payer, journal, objectSeed, delay)) {
        window = Math.max(50, delay); // too late; the machine is faster than it was
      } else {
        interrupted++;
      }

      String name = "seed " + seed + ", kill " + i + " after " + delay + " ms";
      byte[] object = UploadVictim.object(objectSeed, SIZE);
      try (ZeroGStore store = network.store(network.settings(), payer, FileJournal.open(journal))) {
        ObjectRef ref = store.put(ByteSource.of(object), TransferListener.NONE);
        assertThat(store.open(ref).readAll(SIZE)).as(name).isEqualTo(object);
      }
      assertThat(network.chain().minedNonce(payer.address())).as(name).isEqualTo(1);
      assertThat(submissions(object)).as(name).hasSize(1);
      assertThat(FileJournal.open(journal).all()).as(name).isEmpty();
    }
    assertThat(network.chain().balance(network.devnet().contracts().flow()))
        .as("paid too much, seed %d", seed)
        .isEqualTo(BigInteger.ZERO);
    assertThat(interrupted).as("kills that hit, seed %d", seed).isPositive();
  }

  private static List<Log> submissions(byte[] object) throws Exception {
    Chain chain = network.chain();
    ObjectTree tree = ObjectTree.of(ByteSource.of(object));
    return chain.logs(
        network.devnet().contracts().flow(),
        Arrays.asList(Submission.TOPIC, null, Submission.identity(tree.nodes())),
        0,
        Long.MAX_VALUE);
  }

  private long millisOfAWholeUpload(long seed) throws Exception {
    Process process = start(network.account(), folder.resolve("journal-0"), seed);
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("go");
      long begin = System.nanoTime();
      assertThat(output.readLine()).isEqualTo("done");
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Whether it was done before it was killed. */
  private static boolean runAndKill(SigningKey payer, Path journal, long seed, long delayMillis)
      throws Exception {
    Process process = start(payer, journal, seed);
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("go");
      boolean ended = process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
      return ended && "done".equals(output.readLine());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process start(SigningKey payer, Path journal, long seed) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            UploadVictim.class.getName(),
            network.devnet().rpc().toString(),
            network.devnet().indexerAddress().toString(),
            payer.revealHex(),
            journal.toString(),
            String.valueOf(seed),
            String.valueOf(SIZE))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
