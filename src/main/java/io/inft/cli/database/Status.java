package io.inft.cli.database;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What the registry says of a database, and what lies on this machine.",
    footer = {"", "Example:", "  inft status agent-1 --network embedded"})
public final class Status implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    Target target = database.target(false);
    output.object(
        spec.commandLine().getOut(), Databases.status(target.settings(), target.network()));
    return 0;
  }
}
