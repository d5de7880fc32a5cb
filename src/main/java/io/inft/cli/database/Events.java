package io.inft.cli.database;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.DatabaseJson;
import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.TimeSpan;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft events}. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description = "The event log of a database, the driver's entries and the application's.",
    footer = {
      "",
      "With --from or --to only versions of that time are fetched. An event whose time the"
          + " application",
      "made up, more than a day away from when it was published, is found without them only.",
      "",
      "Where a version cannot be read stands inft.unreadable, where the log does not continue what",
      "stands before it inft.break, whatever --type says: what is shown is not all there was.",
      "",
      "Example:",
      "  inft events agent-1 --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z"
    })
public final class Events implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--from",
      paramLabel = "<time>",
      description = "Not before, for example 2026-01-31T12:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "<time>", description = "Not after.")
  private @Nullable String to;

  @Option(names = "--type", description = "Only entries of this type.")
  private @Nullable String type;

  @Override
  public Integer call() throws Exception {
    Instant first = time("--from", from, Instant.MIN);
    Instant last = time("--to", to, Instant.MAX);
    if (last.isBefore(first)) {
      throw new ParameterException(spec.commandLine(), "--to lies before --from");
    }
    Target target = database.reading(true);
    List<LogEntry> entries =
        Databases.log(target.settings(), target.network(), new TimeSpan(first, last));
    output.array(
        spec.commandLine().getOut(),
        DatabaseJson.log(entries.stream().filter(this::isWanted).toList()),
        List.of("sequence", "time", "source", "type", "version", "payload"));
    return 0;
  }

  private boolean isWanted(LogEntry entry) {
    return type == null || type.equals(entry.type()) || entry instanceof LogEntry.Marked;
  }

  private Instant time(String option, @Nullable String text, Instant otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), option + ": not a time like 2026-01-31T12:00:00Z: " + text);
    }
  }
}
