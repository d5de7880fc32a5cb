package io.inft.cli.handover;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.SigningKey;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.custody.CustodyReport;
import io.inft.custody.Verification.Depth;
import io.inft.jdbc.Target;
import io.inft.seal.Secret;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft hand-over inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "The buyer: look at what is offered, before it is accepted. Changes nothing.",
      "",
      "Gives: whether the whole history holds (as inft verify), how many rows each table has, also"
          + " of an earlier version beside it, who has a way in, and the root and control hash that"
          + " inft hand-over accept insists on: if anything changes after this, nothing is"
          + " accepted.",
      "Exit code 1 if the history does not hold, 2 if that cannot be said now."
    },
    footer = {
      "",
      "Example:",
      "  inft hand-over inspect agent-1 --wallet-key-file buyer.json --since 40"
    })
final class HandOverInspect implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--since",
      paramLabel = "<version>",
      description = "Count the rows of this version too.")
  private @Nullable String since;

  @Override
  public Integer call() throws Exception {
    SigningKey key = Target.wallet(database.readingProperties());
    Target given = database.reading(false);
    Secret secret = HandOverJson.secretOf(given, key);
    Target target = given.with(secret);
    ObjectNode json = HandOverJson.look(target);
    long version = json.path("version").asLong();
    CustodyReport report = target.verify(Depth.FULL, 1, version, (versions, of, bytes) -> {});
    json.put("verdict", report.verdict().toString()).put("findings", report.findings().size());
    json.put("offeredToYou", json.path("offeredTo").asText().equals(key.address().toString()));
    HandOverJson.putSealedKey(target, key.address(), json);
    ObjectNode tables = json.putObject("tables");
    count(secret, Long.toString(version), tables, "rows");
    if (since != null) {
      count(secret, since, tables, "rowsBefore");
    }
    output.object(spec.commandLine().getOut(), json);
    if (report.verdict().passed()) {
      spec.commandLine()
          .getErr()
          .println(
              "inft: to accept this and nothing else: inft hand-over accept "
                  + database.id()
                  + " --root "
                  + json.path("root").asText()
                  + " --control-hash "
                  + json.path("controlHash").asText());
      return 0;
    }
    return report.verdict() == io.inft.custody.Verdict.INVALID ? Output.FAILED : Output.OPEN;
  }

  private void count(Secret secret, String version, ObjectNode tables, String name)
      throws SQLException {
    var properties = database.readingProperties();
    properties.setProperty("at", version);
    try (Connection connection = Target.connect(database.id(), properties, Optional.of(secret));
        Statement statement = connection.createStatement()) {
      List<String> names = new ArrayList<>();
      try (ResultSet found =
          statement.executeQuery(
              "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                  + " ESCAPE '\\' ORDER BY name")) {
        while (found.next()) {
          names.add(found.getString(1));
        }
      }
      for (String table : names) {
        String quoted = '"' + table.replace("\"", "\"\"") + '"';
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + quoted)) {
          rows.next();
          tables
              .withObject("/" + table.replace("~", "~0").replace("/", "~1"))
              .put(name, rows.getLong(1));
        }
      }
    }
  }
}
