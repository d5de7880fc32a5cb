package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Suggestions;
import io.inft.failure.ReadOnlyException;
import io.inft.jdbc.Target;
import io.inft.replica.Session;
import io.inft.replica.local.Lag;
import io.inft.replica.local.LocalStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft sync}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = {
      "Publish what is committed on this machine and not published yet.",
      "Fails with the reason if it cannot; nothing is lost then. A database that another process"
          + " has open is published by that process."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything that goes on is published",
      "1:it is not, or commits were put aside that nobody was told of",
      "64:wrong usage"
    },
    footer = {"", "Example:", "  inft sync agent-1 --network embedded"})
public final class Sync implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--timeout",
      paramLabel = "<seconds>",
      defaultValue = "600",
      description = "How long to try (${DEFAULT-VALUE}).")
  private long timeoutSeconds;

  @Override
  public Integer call() throws Exception {
    LocalStatus before = database.reading(false).local();
    if (before.current().isEmpty() && before.pending().isEmpty()) {
      throw new IOException(
          "there is nothing to publish: this machine has no working copy of '"
              + database.id()
              + "' in "
              + before.folder()
              + "; check the id, and the home and network it was written with");
    }
    Target target = database.target(true);
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", target.settings().id().toString());
    Session.Published newest = publish(target);
    Lag left = target.local().unpublished();
    if (!left.isNothing()) {
      throw Target.failure(
          new ReadOnlyException(
              "'" + target.settings().id() + "'",
              "not all is out: " + left.sentence(Instant.now())));
    }
    json.put("version", newest.version());
    json.put("root", newest.root().toString());
    json.put("commits", before.unpublished().commits());
    json.put("pages", before.unpublished().pages());
    output.object(spec.commandLine().getOut(), json);
    for (var fork : target.local().pending()) {
      String warning =
          "warning: put aside, not published: "
              + fork.sentence()
              + "; 'inft forks show "
              + database.id()
              + " "
              + fork.name()
              + "' lists what only it has";
      spec.commandLine().getErr().println(Suggestions.complete(warning, spec.commandLine()));
    }
    return 0;
  }

  private Session.Published publish(Target target) throws Exception {
    try (Session session = target.openSession()) {
      if (session.readOnly()) {
        throw new ReadOnlyException(
            "'" + target.settings().id() + "'", session.readOnlyReason().orElse("it only reads"));
      }
      return session.sync(Duration.ofSeconds(timeoutSeconds));
    }
  }
}
