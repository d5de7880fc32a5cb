package io.inft.cli.database;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.local.Fork;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft forks list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "What was put aside: why, when, how much, where.",
      "Needs no secret and takes no lock. Tables and rows: inft forks show."
    },
    footer = {"", "Example:", "  inft forks list agent-1 --network embedded --json"})
final class ForksList implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--all", description = "Also what was acknowledged.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    return print(database.reading(false), all, output, spec.commandLine().getOut());
  }

  static int print(Target target, boolean all, Output output, PrintWriter out) throws Exception {
    List<Fork> forks = target.forks().stream().filter(fork -> all || fork.isPending()).toList();
    if (!output.asJson() && forks.isEmpty()) {
      out.println("nothing was put aside" + (all ? "" : ", or all of it was acknowledged"));
      return 0;
    }
    output.array(
        out,
        ForkJson.of(forks),
        List.of("generation", "kind", "at", "commits", "told", "database"));
    return 0;
  }
}
