package io.inft.cli.database;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.diff.TableDiff;
import io.inft.jdbc.DatabaseJson;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.replica.restore.VersionDetails;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = {
      "All versions of a database, newest first.",
      "",
      "--details reads each version's commit object and the receipt of its anchor: bytes, SQL"
          + " commits (with the secret), transaction and gas. --stat restores each one and counts"
          + " what it changed; rows of it: inft diff."
    },
    footer = {
      "",
      "Examples:",
      "  inft history agent-1 --network embedded --json",
      "  inft history agent-1 --limit 5 --details",
      "  inft history agent-1 --limit 5 --stat"
    })
public final class History implements Callable<Integer> {
  private static final long LOOKED_INTO = 20;

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      description = "Only the newest n (default: all; 20 with --details or --stat).")
  private @Nullable Long limit;

  @Option(names = "--details", description = "Bytes, SQL commits, transaction, gas.")
  private boolean details;

  @Option(
      names = "--stat",
      description = "What each version changed, by table: rows added, changed, removed.")
  private boolean stat;

  @Override
  public Integer call() throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit is at least 1");
    }
    Target target =
        stat
            ? database.reading(true)
            : details ? database.readingWithSecretAtHand() : database.reading(false);
    long most = limit != null ? limit : details || stat ? LOOKED_INTO : Long.MAX_VALUE;
    List<Anchored> versions = target.history(most);
    ArrayNode rows = DatabaseJson.history(versions);
    if (details) {
      int row = 0;
      for (VersionDetails one : target.details(versions)) {
        DatabaseJson.put((ObjectNode) rows.get(row++), one);
      }
    }
    if (stat) {
      for (int i = 0; i < versions.size(); i++) {
        put((ObjectNode) rows.get(i), changes(target, versions.get(i).version()));
      }
    }
    output.array(spec.commandLine().getOut(), rows, columns());
    return 0;
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("version", "time", "kind", "road"));
    columns.addAll(
        details ? List.of("bytes", "sqlCommits", "gas", "transaction") : List.of("sizeBytes"));
    columns.addAll(stat ? List.of("author", "changed") : List.of("author", "root"));
    return columns;
  }

  private static DatabaseDiff changes(Target target, long version) throws SQLException {
    DiffState before =
        version == 1 ? new DiffState.Nothing() : new DiffState.Version(Long.toString(version - 1));
    return target.diff(
        before,
        new DiffState.Version(Long.toString(version)),
        DiffOptions.COUNTS,
        DiffListener.NONE);
  }

  /** For programs each table by itself, for people in one line. */
  private void put(ObjectNode row, DatabaseDiff diff) {
    if (!output.asJson()) {
      List<String> words = new ArrayList<>();
      diff.tables().stream()
          .filter(table -> table.kind() == TableDiff.Kind.TABLE)
          .forEach(table -> words.add(DiffText.head(table)));
      if (!diff.schema().isEmpty()) {
        words.add("schema");
      }
      row.put("changed", words.isEmpty() ? "nothing" : String.join("; ", words));
      return;
    }
    ArrayNode tables = row.putArray("changed");
    for (TableDiff table : diff.tables()) {
      ObjectNode node = tables.addObject().put("table", table.name());
      table.oldName().ifPresent(old -> node.put("oldName", old));
      node.put("kind", table.kind().name().toLowerCase(Locale.ROOT))
          .put("added", table.added())
          .put("changed", table.changed())
          .put("removed", table.removed());
    }
    row.put("schemaChanges", diff.schema().size());
  }
}
