package io.inft.cli.database;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft forks acknowledge}. */
@Command(
    name = "acknowledge",
    mixinStandardHelpOptions = true,
    description = {
      "Take note of what was put aside: it is not listed as pending any more.",
      "The data stays where it is; delete the folder yourself when nothing of it is needed."
    },
    footer = {"", "Example:", "  inft forks acknowledge agent-1 gen-000003 --network embedded"})
final class ForksAcknowledge implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<generation>", description = "As inft forks list has it.")
  private String generation = "";

  @Override
  public Integer call() throws Exception {
    output.object(
        spec.commandLine().getOut(), ForkJson.of(database.reading(false).acknowledge(generation)));
    return 0;
  }
}
