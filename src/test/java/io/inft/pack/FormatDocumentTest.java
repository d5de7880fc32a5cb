package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.pack.state.Pages;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.pack.state.TreeConstants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the format documents say is what the code does. */
class FormatDocumentTest {
  private static final Path PACK = Path.of("src/site/markdown/page-pack.md");
  private static final Path ROOT = Path.of("src/site/markdown/state-root.md");

  /** The rows of the first table behind a heading, cells trimmed. */
  private static List<List<String>> table(Path document, String heading) throws Exception {
    List<String> lines = Files.readAllLines(document);
    int at = lines.indexOf(heading);
    assertThat(at).as(heading).isNotNegative();
    while (!lines.get(at).startsWith("|")) {
      at++;
    }
    List<List<String>> rows = new ArrayList<>();
    for (at += 2; at < lines.size() && lines.get(at).startsWith("|"); at++) {
      rows.add(List.of(lines.get(at).split("\\|", -1)).stream().skip(1).map(String::trim).toList());
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  /** Checks that fields follow each other without a gap; answers offset by field. */
  private static Map<String, Integer> layout(Path document, String heading) throws Exception {
    int expected = 0;
    Map<String, Integer> offsets = new java.util.LinkedHashMap<>();
    for (List<String> row : table(document, heading)) {
      assertThat(Integer.parseInt(row.get(0))).as(heading + ": " + row).isEqualTo(expected);
      offsets.put(row.get(2).split("[,:;(`]", -1)[0].trim(), expected);
      expected += row.get(1).isEmpty() ? 0 : Integer.parseInt(row.get(1));
    }
    return offsets;
  }

  @Test
  void theLayoutTablesAreTheConstants() throws Exception {
    Map<String, Integer> header = layout(PACK, "### Header");
    assertThat(header).containsEntry("end", PackFormat.HEADER_BYTES);
    assertThat(header).containsEntry("format version", PackFormat.MAGIC_BYTES);
    assertThat(layout(PACK, "### Block record"))
        .containsEntry("end", PackFormat.BLOCK_RECORD_BYTES);
    Map<String, Integer> entry = layout(PACK, "### Page entry");
    assertThat(entry).containsEntry("end", PackFormat.FORM_ENTRY_BYTES);
    assertThat(entry).containsEntry("form", PackFormat.WHOLE_ENTRY_BYTES);
    assertThat(layout(PACK, "### Footer")).containsEntry("end", PackFormat.FOOTER_BYTES);
    assertThat(layout(PACK, "**Footer**:")).containsEntry("end", PackFormat.DIRECTORY_FOOTER_BYTES);
    assertThat(Files.readString(PACK))
        .contains("format version above " + PackFormat.NEWEST_VERSION)
        .contains("a codec above " + Codec.NEWEST)
        .contains("magic `" + PackFormat.MAGIC_HEX + "` and u16 " + PackFormat.VERSION_DIRECTORY);
    assertThat(layout(ROOT, "## The page tree as a file"))
        .containsEntry("end", TreeConstants.HEADER_BYTES);
  }

  @Test
  void magicsVersionsAndCodesAreTheConstants() throws Exception {
    List<List<String>> header = table(PACK, "### Header");
    assertThat(header.get(0).get(2)).isEqualTo("magic `" + PackFormat.MAGIC_HEX + "`");
    assertThat(header.get(1).get(2))
        .isEqualTo(
            "format version, %s or %s"
                .formatted(PackFormat.VERSION_ALONE, PackFormat.VERSION_AGAINST));
    assertThat(header.get(2).get(2))
        .isEqualTo(
            "kind: %s snapshot, %s delta"
                .formatted(PackType.SNAPSHOT.code(), PackType.DELTA.code()));
    assertThat(header.get(4).get(2))
        .isEqualTo(
            "page size as a power of two, %s (512) to %s (65536)"
                .formatted(Pages.SMALLEST_SIZE_LOG2, Pages.LARGEST_SIZE_LOG2));
    assertThat(table(PACK, "### Page entry").get(2).get(2))
        .isEqualTo(
            "form: %s whole, %s difference, %s against, %s beside; 2 and 3 in version 2 only"
                .formatted(
                    PageForm.WHOLE.code(),
                    PageForm.DIFFERENCE.code(),
                    PageForm.AGAINST.code(),
                    PageForm.BESIDE.code()));
    List<List<String>> tree = table(ROOT, "## The page tree as a file");
    assertThat(tree.get(0).get(2)).isEqualTo("magic `" + TreeConstants.MAGIC_HEX + "`");
    assertThat(tree.get(1).get(2)).isEqualTo("format version, " + TreeConstants.VERSION);
  }

  @Test
  void theLimitsAreTheConstants() throws Exception {
    assertThat(table(PACK, "## Limits"))
        .extracting(row -> Integer.parseInt(row.get(1)))
        .containsExactly(
            Pages.MAX_PAGES,
            PackFormat.MAX_BLOCK_BYTES,
            PackFormat.MAX_STORED_BLOCK_BYTES,
            PackFormat.targetBlockBytes(false),
            PackFormat.targetBlockBytes(true),
            PackFormat.PREFIX_ZEROS + PackFormat.MAX_BLOCK_BYTES,
            PackFormat.NEAR_PAGES,
            PackFormat.MAX_TOP_BYTES,
            PackFormat.DIRECTORY_ROOM_BYTES);
    assertThat(Files.readString(ROOT))
        .contains("more than " + StateTree.MAX_PAGES + " has no")
        .contains("of " + TreeConstants.CHUNK_BYTES + " bytes");
  }

  @Test
  void theExampleIsTheGoldenFile() throws Exception {
    byte[] golden = Files.readAllBytes(Path.of("src/test/resources/golden/pack/delta-2-3.pack"));
    String hex = HexFormat.of().formatHex(golden);
    String example =
        Files.readString(PACK)
            .split("## Example", -1)[1]
            .split("```", -1)[1]
            .lines()
            .map(line -> line.split(" {2,}", -1)[0].replace(" ", "").split("…", -1)[0])
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("|"));
    int at = 0;
    for (String part : example.split("\\|", -1)) {
      at = hex.indexOf(part, at);
      assertThat(at).as(part).isNotNegative();
      at += part.length();
    }
    assertThat(example.split("\\|", -1)).hasSize(5);
  }

  @Test
  void theTestVectorsOfTheStateRootHold() throws Exception {
    for (List<String> row : table(ROOT, "## Test vector")) {
      int pageSize = Integer.parseInt(row.get(0));
      int count = Integer.parseInt(row.get(1));
      for (StateRoot kind : StateRoot.values()) {
        StateTree tree = new StateTree(GoldenPackTest.key(kind), pageSize);
        tree.resize(count);
        for (long number = 1; number <= count; number++) {
          tree.set(number, tree.leaf(number, GoldenPackTest.page(number, pageSize)));
        }
        assertThat(tree.root())
            .as("%s pages of %s, %s", count, pageSize, kind)
            .isEqualTo(Digest.parse(row.get(1 + kind.code()).replace("`", "")));
      }
    }
  }
}
