package io.inft.cli.database;

import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft forks}. */
@Command(
    name = "forks",
    mixinStandardHelpOptions = true,
    description = {
      "What was put aside on this machine.",
      "",
      "A commit that was acknowledged here and lost against another writer, or a database file that"
          + " was changed from outside, is never published by itself and never deleted. It lies in"
          + " a folder of its own until you do something with it. It is listed as pending, and"
          + " warned of, until it is acknowledged."
    },
    subcommands = {ForksList.class, ForksShow.class, ForksAcknowledge.class, ForksExport.class},
    footer = {
      "",
      "Examples:",
      "  inft forks agent-1 --network embedded",
      "  inft forks show agent-1 gen-000003",
      "  inft forks export agent-1 gen-000003 -o lost.db",
      "  inft forks acknowledge agent-1 gen-000003"
    })
public final class ForksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "<id>",
      description = "The same as inft forks list <id>.")
  private @Nullable String id;

  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    if (id == null) {
      spec.commandLine().usage(spec.commandLine().getOut());
      return 0;
    }
    return ForksList.print(
        Target.of(id, network.reading(), false), false, output, spec.commandLine().getOut());
  }
}
