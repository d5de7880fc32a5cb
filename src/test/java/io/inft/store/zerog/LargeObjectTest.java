package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.FileSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.Chain;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of 1 GiB is stored by a process whose heap has 64 MiB beyond what it is idle with. */
@Tag("heavy")
class LargeObjectTest {
  private static final long SIZE = 1L << 30;
  private static final long ALLOWED_BYTES = 64L << 20;
  private static final long HEAP_BYTES = 70L << 20;

  @TempDir Path folder;

  @Test
  void storesOneGibibyteInLittleMemory() throws Exception {
    Path file = folder.resolve("large");
    writeRandom(file);
    try (DevnetFixture network = DevnetFixture.start(new ShardConfig(0, 1))) {
      Process process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-XX:+UseSerialGC",
                  "-Xmx70m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Child.class.getName(),
                  network.devnet().rpc().toString(),
                  network.devnet().indexerAddress().toString(),
                  network.account().revealHex(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      long idle = Long.parseLong(output.strip().replaceAll("(?s).*idle: ", ""));
      assertThat(HEAP_BYTES - idle).as("left for storing").isLessThanOrEqualTo(ALLOWED_BYTES);
    }
  }

  private static void writeRandom(Path file) throws IOException {
    Random random = new Random(1);
    byte[] block = new byte[1 << 20];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long written = 0; written < SIZE; written += block.length) {
        random.nextBytes(block);
        channel.write(ByteBuffer.wrap(block));
      }
    }
  }

  /** Prints the heap that is used before; ends well if what is left of its heap is enough. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      Chain chain =
          new Chain(
              JsonRpc.at(URI.create(arguments[0]), RpcSettings.STANDARD),
              DevnetFixture.chainSettings());
      TransactionSender sender =
          new TransactionSender(chain, SigningKey.parse(arguments[2]), new MemoryJournal());
      ZeroGSettings settings = ZeroGSettings.withIndexer(URI.create(arguments[1]));
      try (ZeroGStore store = ZeroGStore.open(settings, chain, sender);
          FileSource source = FileSource.open(Path.of(arguments[3]))) {
        store.put(ByteSource.of(new byte[] {1, 2, 3}), TransferListener.NONE);
        System.gc();
        long idle = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        store.put(source, TransferListener.NONE);
        System.out.println("idle: " + idle);
      }
    }
  }
}
