package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A format document under {@code src/site/markdown}: its tables and hex dumps, to compare with. */
public final class FormatDocument {
  private static final Path FOLDER = Path.of("src/site/markdown");

  private final String name;
  private final List<String> lines;

  public FormatDocument(String name) {
    this.name = name;
    try {
      lines = Files.readAllLines(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of it. */
  public String text() {
    return String.join("\n", lines);
  }

  /** The rows below the one table whose first cells are these; cells without backticks. */
  public List<List<String>> table(String... header) {
    List<List<String>> rows = new ArrayList<>();
    int found = 0;
    boolean inside = false;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        inside = false;
        continue;
      }
      List<String> cells = cells(line);
      if (cells.size() >= header.length
          && cells.subList(0, header.length).equals(List.of(header))) {
        inside = true;
        found++;
      } else if (inside && !cells.get(0).matches(":?-+:?")) {
        rows.add(cells);
      }
    }
    assertThat(found).as("tables %s in %s", List.of(header), name).isEqualTo(1);
    return rows;
  }

  /** Two columns of such a table, the first naming the rows. */
  public Map<String, String> map(String key, String value) {
    Map<String, String> map = new LinkedHashMap<>();
    for (List<String> row : table(key, value)) {
      assertThat(map.put(row.get(0), row.get(1))).as("%s twice in %s", row, name).isNull();
    }
    return map;
  }

  /**
   * The bytes of the block that begins with {@code ```hex title}; what follows {@code #} is a
   * remark.
   */
  public byte[] hex(String title) {
    StringBuilder digits = new StringBuilder();
    int begin = lines.indexOf("```hex " + title);
    assertThat(begin).as("block %s in %s", title, name).isNotNegative();
    for (int i = begin + 1; !lines.get(i).startsWith("```"); i++) {
      digits.append(lines.get(i).replaceAll("#.*", "").replaceAll("\\s", ""));
    }
    return HexFormat.of().parseHex(digits);
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
      cells.add(cell.strip().replace("`", ""));
    }
    return cells;
  }
}
