package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.pack.Samples.Database;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every build opens what earlier builds, and a stranger with the documents, have written. */
class GoldenPackTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/pack");
  private static final int PAGE = 512;

  static StateKey key(StateRoot kind) {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    return new StateKey(kind, Blob.of(key));
  }

  static byte[] page(long number) {
    return page(number, PAGE);
  }

  static byte[] page(long number, int pageSize) {
    byte[] page = new byte[pageSize];
    for (int i = 0; i < pageSize; i++) {
      page[i] = (byte) ((i / 7 + 13 * number) % 251);
    }
    return page;
  }

  private static byte[] touched(long number, int version) {
    byte[] page = page(number);
    page[100] = (byte) (200 + version);
    return page;
  }

  static Database version(int version) {
    Database database = new Database(PAGE);
    database.resize(List.of(6, 8, 4, 2, 2, 3).get(version - 1));
    database.pages.replaceAll((number, zeros) -> page(number));
    if (version >= 2) {
      database.pages.computeIfPresent(2L, (number, page) -> touched(number, 2));
      database.pages.computeIfPresent(5L, (number, page) -> touched(number, 2));
    }
    if (version >= 3) {
      database.pages.put(1L, touched(1, 3));
    }
    byte[] rows = new byte[3 * PAGE];
    if (version >= 5) {
      for (long number = 1; number <= 2; number++) {
        System.arraycopy(
            noise(number), 0, rows, (int) (number - 1) * PAGE + (version - 5) * 3, PAGE);
      }
      database.pages.replaceAll(
          (number, old) ->
              Arrays.copyOfRange(rows, (number.intValue() - 1) * PAGE, number.intValue() * PAGE));
    }
    return database;
  }

  private static byte[] noise(long number) {
    ByteWriter noise = new ByteWriter();
    for (int i = 0; i < PAGE / Digest.BYTES; i++) {
      noise.digest(Digest.sha256(new ByteWriter().u32(number).u32(i).toBytes()));
    }
    return noise.toBytes();
  }

  private static byte[] file(String name) throws Exception {
    return Files.readAllBytes(FOLDER.resolve(name));
  }

  static StateTree tree(StateRoot kind, Database database) {
    StateTree tree = new StateTree(key(kind), PAGE);
    tree.resize(database.pageCount);
    database.pages.forEach((number, page) -> tree.set(number, tree.leaf(number, page)));
    return tree;
  }

  @ParameterizedTest(name = "in folder \"{0}\"")
  @ValueSource(strings = {".", "written"})
  void everyPackLeadsToItsVersion(String folder) throws Exception {
    Database database = new Database(PAGE);
    int version = 1;
    for (String name :
        List.of("snapshot-1", "delta-1-2", "delta-2-3", "cut-3-4", "noise-4-5", "moved-5-6")) {
      PackReader pack = Samples.open(file(folder + "/" + name + ".pack"));
      assertThat(pack.header().toVersion()).isEqualTo(version);
      Samples.apply(pack, database);
      PackRoundTripTest.assertSame(database, version(version));
      version++;
    }
    assertThat(Samples.open(file(folder + "/delta-1-2.pack")).entries())
        .extracting(PageEntry::form)
        .containsExactly(PageForm.DIFFERENCE, PageForm.DIFFERENCE, PageForm.WHOLE, PageForm.WHOLE);
    assertThat(Samples.open(file(folder + "/moved-5-6.pack")).entries())
        .extracting(PageEntry::form)
        .containsExactly(PageForm.AGAINST, PageForm.AGAINST, PageForm.BESIDE);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "version-2.tree, PAGES",
    "written/version-2.tree, PAGES",
    "version-2-chunks.tree, CHUNKS"
  })
  void theTreeIsTheOneOfItsVersion(String name, StateRoot kind) throws Exception {
    byte[] file = file(name);
    StateTree read = StateTree.readFrom(new ByteArrayInputStream(file), key(kind));
    assertThat(read.root()).isEqualTo(tree(kind, version(2)).root());
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    read.writeTo(written);
    assertThat(written.toByteArray()).isEqualTo(file);
  }

  @ParameterizedTest
  @EnumSource
  void everyStateRootIsTheOneAStrangerComputed(StateRoot kind) throws Exception {
    String file = kind == StateRoot.PAGES ? "roots.txt" : "roots-2.txt";
    Map<String, String> roots =
        Files.readAllLines(FOLDER.resolve(file)).stream()
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toMap(words -> words[1], words -> words[2]));
    assertThat(roots).hasSize(6);
    for (int version = 1; version <= 6; version++) {
      assertThat(tree(kind, version(version)).root())
          .as("version %s", version)
          .isEqualTo(Digest.parse(roots.get(String.valueOf(version))));
    }
  }
}
