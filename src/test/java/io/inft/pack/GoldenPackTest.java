package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.pack.Samples.Database;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
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
  @ValueSource(strings = {".", "written", "../pack-3", "../pack-3/written"})
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

  @ParameterizedTest(name = "in folder \"{0}\"")
  @ValueSource(strings = {"../pack-3", "../pack-3/written"})
  void aSnapshotWithTopPagesHasThemInItsTail(String folder) throws Exception {
    byte[] bytes = file(folder + "/many-1.pack");
    Database read = new Database(PAGE);
    PackReader pack = Samples.open(bytes);
    Samples.apply(pack, read);
    PackRoundTripTest.assertSame(read, many());
    PackReader directory = PackReader.openDirectory(ByteSource.of(bytes), key(StateRoot.CHUNKS));
    int last = directory.blocks() - 1;
    for (long number = 1; number <= 70; number++) {
      int block = directory.place(number).orElseThrow().block();
      assertThat(block == last).isEqualTo(MANY_TOP.contains(number));
    }
    assertThat(directory.blockStart(last)).isEqualTo(bytes.length - directory.tailBytes());
  }

  private static final List<Long> MANY_TOP = List.of(41L, 20L, 1L);

  private static Database many() {
    Database many = new Database(PAGE);
    many.resize(70);
    many.pages.replaceAll((number, zeros) -> page(number));
    return many;
  }

  /** Writes the packs of version 3 that are not there yet, as this build does. */
  public static void main(String[] arguments) throws Exception {
    List<String> names =
        List.of("snapshot-1", "delta-1-2", "delta-2-3", "cut-3-4", "noise-4-5", "moved-5-6");
    StateKey key = key(StateRoot.CHUNKS);
    for (int version = 1; version <= 6; version++) {
      byte[] pack =
          version == 1
              ? Samples.snapshot(key, version(1), 1)
              : Samples.delta(
                  key,
                  version(version - 1),
                  version(version),
                  version - 1,
                  version,
                  version % 2 == 0);
      write(names.get(version - 1), pack);
    }
    Database many = many();
    for (long number : MANY_TOP) {
      assertThat(many.pages.get(number)[0]).isEqualTo(page(number)[0]);
    }
    PackHeader header = new PackHeader(PackType.SNAPSHOT, PAGE, 70, 0, 1, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DirectoryIndexWriter index = new DirectoryIndexWriter(header, Codec.of(1));
    StateTree tree = new StateTree(key, PAGE);
    out.write(index.head());
    try (Codec.Compressor compressor = Codec.of(1).compressor()) {
      ByteWriter block = new ByteWriter();
      for (long number = 1; number <= 70; number++) {
        if (!MANY_TOP.contains(number)) {
          block.bytes(page(number));
          Digest leaf = tree.leaf(number, page(number));
          index.entry(new PageEntry(number, 0, leaf, PageForm.WHOLE, 0));
        }
      }
      byte[] frame = compressor.compress(block.toBytes());
      out.write(frame);
      index.block(frame.length, 67);
    }
    List<TopPages.Page> top =
        MANY_TOP.stream()
            .map(number -> new TopPages.Page(number, page(number), tree.leaf(number, page(number))))
            .toList();
    index.finish(out, top);
    write("many-1", out.toByteArray());
  }

  private static void write(String name, byte[] pack) throws Exception {
    Path file = Path.of("src/test/resources/golden/pack-3/written/" + name + ".pack");
    if (!Files.exists(file)) {
      Files.write(file, pack);
    }
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
