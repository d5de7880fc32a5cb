package io.inft.cli.database;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.replica.local.Fork;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft forks export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write what was put aside to a SQLite file of its own.",
      "The file has all commits and needs no log beside it; only its owner may read it. To make it"
          + " the newest version as it is: inft push."
    },
    footer = {
      "",
      "Example:",
      "  inft forks export agent-1 gen-000003 -o lost.db --network embedded"
    })
final class ForksExport implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<generation>", description = "As inft forks list has it.")
  private String generation = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "<file>",
      description = "Where to write it.")
  private Path file = Path.of("");

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    Fork fork = database.reading(false).exportFork(generation, file.toAbsolutePath(), force);
    ObjectNode json = ForkJson.of(fork);
    json.put("file", file.toAbsolutePath().toString());
    output.object(spec.commandLine().getOut(), json);
    return 0;
  }
}
