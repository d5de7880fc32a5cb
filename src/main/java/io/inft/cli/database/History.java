package io.inft.cli.database;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.DatabaseJson;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "All versions of a database, newest first.",
    footer = {"", "Example:", "  inft history agent-1 --network embedded --json"})
public final class History implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    Target target = database.reading(false);
    output.array(
        spec.commandLine().getOut(),
        DatabaseJson.history(Databases.history(target.settings(), target.network())),
        List.of("version", "time", "kind", "sizeBytes", "author", "root"));
    return 0;
  }
}
