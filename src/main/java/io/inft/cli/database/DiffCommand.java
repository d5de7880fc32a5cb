package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Judging;
import io.inft.cli.console.Output;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffJson;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft diff}. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "What differs between two states of a database: tables and rows added (+), changed (~) and"
          + " removed (-), by primary key, and the schema.",
      "",
      "A state is a version, a time like 2026-01-31T12:00:00Z, a root, 'head', what was put aside"
          + " on this machine (gen-000003, as inft forks lists it), or a SQLite file."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:nothing differs",
      "1:something differs",
      "2:they could not be compared",
      "64:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  inft diff agent-1 41 42",
      "  inft diff agent-1 2026-01-31T12:00:00Z --stat",
      "  inft diff agent-1 head gen-000003 --table notes --limit 1000 --json",
      "  inft diff agent-1 head ./exported.db"
    })
public final class DiffCommand implements Callable<Integer>, Judging {
  private static final int IMPOSSIBLE = 2;
  private static final Pattern GENERATION = Pattern.compile("gen-[0-9]+");
  private static final Pattern VERSION_OR_ROOT =
      Pattern.compile("[0-9]{1,18}|(0x)?[0-9a-fA-F]{64}|" + DiffState.Version.HEAD);

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<from>", description = "The state to come from.")
  private String from = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "<to>",
      description = "The state to go to (default: head).")
  private String to = DiffState.Version.HEAD;

  @Option(names = "--stat", description = "Count rows, and show none.")
  private boolean stat;

  @Option(
      names = "--table",
      paramLabel = "<name>",
      description = "Only the rows of this table; of a virtual table's own ones too.")
  private @Nullable String table;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      description = "Show at most so many rows of each table (default: ${DEFAULT-VALUE}).")
  private long limit = 50;

  @Override
  public Integer call() throws Exception {
    if (limit < 0) {
      throw new ParameterException(spec.commandLine(), "--limit cannot be negative");
    }
    DiffState left = state(from);
    DiffState right = state(to);
    DiffOptions options = new DiffOptions(Optional.ofNullable(table), stat ? 0 : limit);
    PrintWriter out = spec.commandLine().getOut();
    DatabaseDiff diff;
    if (output.asJson()) {
      DiffJson json = new DiffJson(out, true, left, right);
      diff = database.reading(true).diff(left, right, options, json);
      json.end(diff.isSame());
      out.println();
    } else {
      DiffText text = new DiffText(out, options);
      diff = database.reading(true).diff(left, right, options, text);
      text.end(left, right, diff);
    }
    return diff.isSame() ? 0 : Output.FAILED;
  }

  private DiffState state(String text) {
    if (VERSION_OR_ROOT.matcher(text).matches() || isTime(text)) {
      return new DiffState.Version(text);
    }
    if (GENERATION.matcher(text).matches()) {
      return new DiffState.PutAside(text);
    }
    if (Files.isRegularFile(Path.of(text))) {
      return new DiffState.Local(Path.of(text).toAbsolutePath());
    }
    throw new ParameterException(
        spec.commandLine(),
        "'"
            + text
            + "' is no state: give a version, a time like 2026-01-31T12:00:00Z, a root, 'head', a"
            + " generation as inft forks lists it, or a file that is there");
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  @Override
  public int impossible() {
    return IMPOSSIBLE;
  }

  @Override
  public String impossible(String message, Optional<String> state) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", database.id());
    json.put("left", from);
    json.put("right", to);
    json.put("error", message);
    state.ifPresent(known -> json.put("sqlState", known));
    return json.toString();
  }
}
