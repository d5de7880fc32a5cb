package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import io.inft.replica.Session;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft pull}. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = "Write a verified version of a database to a file.",
    footer = {"", "Example:", "  inft pull agent-1 yesterday.db --at 2026-01-31T12:00:00Z"})
public final class Pull implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<file>", description = "Where to write it.")
  private Path file = Path.of("");

  @Option(names = "--at", description = "A version, a time like 2026-01-31T12:00:00Z, or a root.")
  private @Nullable String at;

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    Target target = database.reading(true).at(Optional.ofNullable(at));
    Session.Published pulled =
        Databases.pull(target.settings(), target.network(), file.toAbsolutePath(), force);
    output.object(
        spec.commandLine().getOut(),
        new ObjectMapper()
            .createObjectNode()
            .put("version", pulled.version())
            .put("root", pulled.root().toString()));
    return 0;
  }
}
