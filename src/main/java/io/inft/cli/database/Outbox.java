package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Suggestions;
import io.inft.jdbc.Target;
import io.inft.replica.local.Fork;
import io.inft.replica.local.WriterState;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft outbox}. */
@Command(
    name = "outbox",
    mixinStandardHelpOptions = true,
    description = {
      "What this machine has made and the registry is not known to have.",
      "",
      "These versions are sent when the database is opened the next time, or by inft sync. Needs no"
          + " secret. With --drop they are put aside instead and never sent: nothing of them is"
          + " deleted, inft forks has them. What was stored of them already stays stored, sealed."
    },
    footer = {
      "",
      "Examples:",
      "  inft outbox agent-1 --network embedded",
      "  inft outbox agent-1 --drop"
    })
public final class Outbox implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--drop", description = "Put them aside, so that they are never sent.")
  private boolean drop;

  @Override
  public Integer call() throws Exception {
    Target target = database.reading(false);
    PrintWriter out = spec.commandLine().getOut();
    List<WriterState.Outgoing> versions = target.local().outbox();
    if (!output.asJson() && versions.isEmpty()) {
      out.println("nothing is on its way");
      return 0;
    }
    ArrayNode json = new ObjectMapper().createArrayNode();
    for (WriterState.Outgoing version : versions) {
      json.addObject()
          .put("version", version.version())
          .put("kind", version.kind().word())
          .put("objects", version.objects().size() + 1)
          .put("root", version.anchor().root().toString());
    }
    output.array(out, json, List.of("version", "kind", "objects", "root"));
    if (drop) {
      Optional<Fork> dropped = target.dropOutbox();
      dropped.ifPresent(fork -> tell("put aside, never sent: " + fork.sentence()));
    } else {
      tell(
          "'inft sync "
              + database.id()
              + "' sends them, 'inft outbox "
              + database.id()
              + " --drop' puts them aside");
    }
    return 0;
  }

  private void tell(String text) {
    spec.commandLine().getErr().println(Suggestions.complete(text, spec.commandLine()));
  }
}
