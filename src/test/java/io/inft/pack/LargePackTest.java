package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.FileSource;
import io.inft.pack.state.Pages;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of a gibibyte is packed, read and named in a small heap. */
@Tag("heavy")
class LargePackTest {
  private static final int PAGE = 4096;
  private static final long PAGES = (1L << 30) / PAGE + 2;

  @TempDir Path folder;

  @Test
  void aGibibyteFitsAHeapOf256Megabytes() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LargePackTest.class.getName(),
                    folder.resolve("large.pack").toString()))
            .inheritIO()
            .start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  /** Half of every page is noise, so that the pack itself is larger than the heap. */
  private static byte[] page(long number) {
    byte[] page = new byte[PAGE];
    byte[] noise = new byte[PAGE / 2];
    new Random(number).nextBytes(noise);
    System.arraycopy(noise, 0, page, 0, noise.length);
    ByteBuffer.wrap(page).putLong(PAGE - 8, number);
    return page;
  }

  /** Runs in the small heap. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    StateTree tree = new StateTree(new StateKey(StateRoot.NEWEST, Blob.of(new byte[32])), PAGE);
    tree.resize(PAGES);
    PackHeader header = new PackHeader(PackType.SNAPSHOT, PAGE, PAGES, 0, 1, false);
    try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(file));
        PackWriter writer = new PackWriter(header, Samples.OLD, to)) {
      for (long number = 1; number <= PAGES; number++) {
        if (number != Pages.lockPage(PAGE)) {
          byte[] page = page(number);
          writer.add(number, page, null);
          tree.set(number, tree.leaf(number, page));
        }
      }
      writer.finish();
    }
    Digest root = tree.root();
    StateTree read = new StateTree(new StateKey(StateRoot.NEWEST, Blob.of(new byte[32])), PAGE);
    read.resize(PAGES);
    try (FileSource source = FileSource.open(file)) {
      PackReader pack = PackReader.open(source, Samples.NEW);
      for (int block = 0; block < pack.blocks(); block++) {
        pack.block(
            block,
            (entry, content) ->
                read.set(entry.pageNumber(), read.leaf(entry.pageNumber(), content)));
      }
      if (pack.pages() != PAGES - 1 || !read.root().equals(root)) {
        throw new IllegalStateException("what was read is not what was written");
      }
    }
  }
}
