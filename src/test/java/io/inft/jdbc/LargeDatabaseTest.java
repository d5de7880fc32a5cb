package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases much larger than the heap are published, vacuumed and restored page for page. */
@Tag("processes")
class LargeDatabaseTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "-Xmx{0}m, {1} MiB of random rows and {2} of zeros")
  @CsvSource({"40,64,0"})
  void fitsIntoASmallHeap(int heap, int random, int zeros) throws Exception {
    publishVacuumRestore(heap, random, zeros);
  }

  /** The last ones are larger than 1 GiB, so SQLite's lock page is within them. */
  @Tag("heavy")
  @ParameterizedTest(name = "-Xmx{0}m, {1} MiB of random rows and {2} of zeros")
  @CsvSource({"64,240,0", "256,120,1100", "256,1200,0"})
  void alsoWhenItIsLarge(int heap, int random, int zeros) throws Exception {
    publishVacuumRestore(heap, random, zeros);
  }

  private void publishVacuumRestore(int heap, int random, int zeros) throws Exception {
    // Hashing and sealing so much wants the compiler that children go without otherwise.
    List<String> options = List.of("-Xmx" + heap + "m", "-XX:TieredStopAtLevel=4");
    try (ChildJvm child =
        ChildJvm.start(
            options,
            LargeDatabaseChild.class,
            folder.toString(),
            Integer.toString(random),
            Integer.toString(zeros))) {
      int all = random + zeros;
      int left =
          all - (int) java.util.stream.IntStream.range(0, all).filter(n -> n % 16 == 3).count();
      assertThat(Long.parseLong(child.awaitLine("rows"))).isEqualTo(left);
      assertThat(Long.parseLong(child.awaitLine("bytes"))).isEqualTo((left - 1L) << 20);
      child.awaitLine("done");
      assertThat(child.exit()).isZero();
      child.said().stream().filter(line -> line.startsWith("time")).forEach(System.out::println);
    }
    Path here = database("here");
    assertThat(Files.mismatch(here, database("there"))).as("the same, byte for byte").isEqualTo(-1);
  }

  private Path database(String machine) throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve(machine))) {
      return files
          .filter(file -> file.getFileName().toString().equals("database.sqlite"))
          .findFirst()
          .orElseThrow();
    }
  }
}
