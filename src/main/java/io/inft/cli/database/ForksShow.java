package io.inft.cli.database;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.local.Fork;
import io.inft.replica.local.ForkTable;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft forks show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "The tables of what was put aside, and the rows that only it has.",
      "Compares with the version it is based on, if a secret is at hand. Changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  inft forks show agent-1 gen-000003 --network embedded",
      "  inft forks show agent-1 gen-000003 --against head --json"
    })
final class ForksShow implements Callable<Integer> {
  private static final String HEAD = "head";
  private static final String NOTHING = "nothing";

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<generation>", description = "As inft forks list has it.")
  private String generation = "";

  @Option(
      names = "--against",
      paramLabel = "<version>",
      description = "Compare with this version, with 'head', or with 'nothing'.")
  private @Nullable String against;

  @Override
  public Integer call() throws Exception {
    Target target = database.readingWithSecretAtHand();
    Fork fork = target.fork(generation);
    Optional<String> version = version(target, fork);
    List<ForkTable> tables = target.forkTables(generation, version);
    PrintWriter out = spec.commandLine().getOut();
    ObjectNode json = ForkJson.of(fork);
    json.put("comparedWith", version.orElse(NOTHING));
    ArrayNode rows = ForkJson.tables(tables);
    if (output.asJson()) {
      json.set("tables", rows);
      output.object(out, json);
      return 0;
    }
    output.object(out, json);
    out.println();
    output.array(out, rows, List.of("table", "rows", "onlyHere", "onlyThere"));
    for (ForkTable table : tables) {
      table.examples().forEach(row -> out.println(table.name() + " only here: " + row));
    }
    return 0;
  }

  /** The base, unless told otherwise; nothing before the first version, or without a secret. */
  private Optional<String> version(Target target, Fork fork) throws SQLException {
    if (against == null) {
      boolean possible = fork.baseVersion() > 0 && target.settings().secret().isPresent();
      return possible ? Optional.of(Long.toString(fork.baseVersion())) : Optional.empty();
    }
    return switch (against) {
      case NOTHING -> Optional.empty();
      case HEAD -> Optional.of(Long.toString(target.newest().version()));
      default -> Optional.of(against);
    };
  }
}
