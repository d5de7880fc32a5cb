package io.inft.cli.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.inft.cli.console.DatabaseOptions;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.StoredValue;
import io.inft.proof.tables.TableRow;
import io.inft.replica.proving.RowProofs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft prove}. */
@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    description =
        "A small file that proves one row, or that there is none, to somebody without keys.",
    footer = {
      "",
      "It shows the row and the parts of pages that lead to it, in pieces of 512 bytes; what that",
      "reveals beside the row is printed. inft check-proof judges it. The version is restored for",
      "it. A key is a JSON array with a value a column of the primary key; of a blob, an object"
          + " with",
      "its digits as \"hex\".",
      "",
      "Examples:",
      "  inft prove agent-1 --table notes --rowid 12 -o note-12.proof",
      "  inft prove agent-1 --table settings --key '[\"theme\"]' --at 7 -o theme.proof"
    })
public final class ProveCommand implements Callable<Integer> {
  /** What stands behind a value is a mistake, and not another key's row is proved for it. */
  private static final ObjectReader WHOLE =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private ProofOptions proof = new ProofOptions();

  @Option(names = "--table", paramLabel = "<name>", required = true, description = "Its table.")
  private String table = "";

  @Option(names = "--rowid", paramLabel = "<n>", description = "Its number.")
  private @Nullable Long rowid;

  @Option(
      names = "--key",
      paramLabel = "<json>",
      description = "Its primary key, where the table is WITHOUT ROWID.")
  private @Nullable String key;

  @Option(
      names = "--absent-table",
      description = "If there is no such table, prove that; it reveals the names of all others.")
  private boolean absentTable;

  @Option(
      names = "--at",
      description = "A version, a time like 2026-01-31T12:00:00Z, or a root (default: the newest).")
  private @Nullable String at;

  @Override
  public Integer call() throws Exception {
    if (rowid != null && key != null) {
      throw wrong("give either --rowid or --key");
    }
    if (rowid == null && key == null && !absentTable) {
      throw wrong("give --rowid, or --key where the table is WITHOUT ROWID");
    }
    proof.check();
    List<StoredValue> values = key == null ? List.of() : values(key);
    RowSearch.Sought sought = new RowSearch.Sought(table, rowid == null ? 0 : rowid, values);
    RowProof made =
        database
            .reading(true)
            .at(Optional.ofNullable(at))
            .prove(new RowProofs.Order(sought, absentTable, proof.to(), proof.signed()));
    boolean found = made.read().flatMap(TableRow::cells).isPresent();
    proof.write(
        made,
        about -> {
          about.put("bytesOfPages", made.shownBytes());
          about.put("table", made.sought().table());
          about.put("found", found);
        });
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<StoredValue> values(String text) {
    JsonNode array;
    try {
      array = WHOLE.readTree(text);
    } catch (JsonProcessingException e) {
      throw wrong("--key is no JSON: " + e.getOriginalMessage());
    }
    if (!array.isArray() || array.isEmpty()) {
      throw wrong("--key is a JSON array, a value a column: --key '[\"theme\"]'");
    }
    List<StoredValue> values = new ArrayList<>();
    for (JsonNode value : array) {
      values.add(value(value));
    }
    return values;
  }

  private StoredValue value(JsonNode value) {
    if (value.canConvertToLong() && value.isIntegralNumber()) {
      return StoredValue.of(value.longValue());
    }
    if (value.isIntegralNumber()) {
      throw wrong("a key has whole numbers of 64 bits, or reals like 1e20, not " + value);
    }
    if (value.isNumber()) {
      return StoredValue.of(value.doubleValue());
    }
    if (value.isTextual()) {
      return StoredValue.text(value.textValue(), StandardCharsets.UTF_8);
    }
    try {
      return StoredValue.blob(HexFormat.of().parseHex(value.path("hex").asText("none")));
    } catch (IllegalArgumentException e) {
      throw wrong("a key has numbers, texts and objects with hex digits, not " + value);
    }
  }
}
