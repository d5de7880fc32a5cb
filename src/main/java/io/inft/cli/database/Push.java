package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.OverUnreadable;
import io.inft.cli.console.Suggestions;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import io.inft.replica.Session;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft push}. */
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    description = "Publish a SQLite file as the next version of a database.",
    footer = {
      "",
      "Examples:",
      "  inft push agent-1 memory.db --network embedded",
      "  inft push agent-1 good.db --over-unreadable 42"
    })
public final class Push implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private OverUnreadable over = new OverUnreadable();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<file>", description = "A SQLite database file.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws Exception {
    Target target = database.target(true);
    List<String> warnings = new ArrayList<>();
    Session.Published published;
    boolean done = false;
    try {
      published =
          Databases.push(
              target.settings(),
              target.network(),
              file.toAbsolutePath(),
              over.version(),
              warnings::add);
      done = true;
    } finally {
      if (!done) {
        tellWhatIsLeft(target);
      }
    }
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", published.version()).put("root", published.root().toString());
    if (!warnings.isEmpty()) {
      warnings.forEach(json.putArray("warnings")::add);
    }
    output.object(spec.commandLine().getOut(), json);
    return 0;
  }

  /** The caller is told why it failed; here, whether it may happen all the same. */
  private void tellWhatIsLeft(Target target) throws SQLException {
    String left =
        target.local().outbox().isEmpty()
            ? "inft: nothing of " + file + " was published, and nothing of it waits to be"
            : "inft: a version is made and may still be published: 'inft outbox "
                + database.id()
                + "' lists it, 'inft sync "
                + database.id()
                + "' sends it, 'inft outbox "
                + database.id()
                + " --drop' puts it aside so that it is never sent";
    CommandLine line = spec.commandLine();
    line.getErr().println(Suggestions.complete(left, line));
  }
}
