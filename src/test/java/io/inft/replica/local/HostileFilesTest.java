package io.inft.replica.local;

import io.inft.GoldenFolder;
import io.inft.bytes.Digest;
import io.inft.faults.Inflated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside a working copy, whole by its checksum and with any number in it. */
class HostileFilesTest {
  private static final int CONSTANT = 512 << 10;
  private static final int PER_BYTE = 60;

  @TempDir Path folder;

  private static Inflated file(String name) {
    return Inflated.of(name, new GoldenFolder("working-copy/with-magic").read(name))
        .repaired(HostileFilesTest::checksummed);
  }

  private static byte[] checksummed(byte[] bytes) {
    byte[] content = Arrays.copyOf(bytes, bytes.length - Digest.BYTES);
    byte[] made = Arrays.copyOf(content, bytes.length);
    System.arraycopy(Digest.sha256(content).toBytes(), 0, made, content.length, Digest.BYTES);
    return made;
  }

  @Test
  void theRememberedHead() throws Exception {
    file("head").costAtMost(CONSTANT, PER_BYTE, SeenHead::parse);
  }

  @Test
  void theStateOfTheWriter() throws Exception {
    file("state").costAtMost(CONSTANT, PER_BYTE, WriterStateFormat::read);
  }

  @Test
  void theVersionsThatAreNotFinal() throws Exception {
    file("settling")
        .looks(100)
        .costAtMost(
            CONSTANT,
            PER_BYTE,
            bytes -> {
              Files.write(folder.resolve("settling"), bytes);
              UnfinalizedVersions.open(folder);
            });
  }
}
