package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.OverUnreadable;
import io.inft.jdbc.Target;
import io.inft.replica.Recovery;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Make the content of an older version the newest version.",
      "",
      "History stays as it was: a version is added, and its event log names the one it came from."
          + " What this machine has unpublished is published first; where the newest version cannot"
          + " be read, it is put aside. Costs what a push costs. To a file of your own instead:"
          + " inft pull --at."
    },
    footer = {
      "",
      "Examples:",
      "  inft restore agent-1 --to 41",
      "  inft restore agent-1 --to 2026-01-31T12:00:00Z",
      "  inft restore agent-1 --to 41 --over-unreadable 42"
    })
public final class RestoreVersion implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private OverUnreadable over = new OverUnreadable();
  @Mixin private Output output = new Output();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<version>",
      description = "A version, a time like 2026-01-31T12:00:00Z, or a root.")
  private String to = "";

  @Override
  public Integer call() throws Exception {
    Target target = database.target(true).at(Optional.of(to));
    Recovery.Restored restored =
        Recovery.restore(target.settings(), target.network(), over.version());
    output.object(spec.commandLine().getOut(), json(restored));
    return 0;
  }

  public static ObjectNode json(Recovery.Restored restored) {
    return new ObjectMapper()
        .createObjectNode()
        .put("version", restored.version().version())
        .put("root", restored.version().root().toString())
        .put("fromVersion", restored.from().version())
        .put("fromRoot", restored.from().root().toString());
  }
}
