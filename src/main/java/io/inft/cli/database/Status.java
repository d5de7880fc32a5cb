package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.failure.InftException;
import io.inft.jdbc.DatabaseJson;
import io.inft.jdbc.Target;
import io.inft.registry.Head;
import io.inft.replica.DatabaseOverview;
import io.inft.replica.Databases;
import io.inft.replica.local.LocalStatus;
import io.inft.upkeep.Needed;
import io.inft.upkeep.Upkeep;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What the registry says of a database, and what lies on this machine.",
    footer = {
      "",
      "Examples:",
      "  inft status agent-1 --network embedded",
      "  inft status agent-1 --watch --interval 5"
    })
public final class Status implements Callable<Integer> {
  private static final long LEAST_MILLIS = 100;

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--watch",
      description = "Show it again and again, until Ctrl-C; with --json a line each time.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "<seconds>",
      defaultValue = "1",
      description = "With --watch: how often (${DEFAULT-VALUE}); 0.1 at least.")
  private double intervalSeconds;

  @Override
  public Integer call() throws Exception {
    Target target = database.reading(false);
    if (watch) {
      watch(target);
    } else {
      output.object(spec.commandLine().getOut(), reading(target));
    }
    return 0;
  }

  /** Until somebody interrupts this thread, as Ctrl-C ends the process. */
  private void watch(Target target) throws IOException, SQLException {
    long pauseMillis = Math.max(LEAST_MILLIS, Math.round(intervalSeconds * 1000));
    PrintWriter out = spec.commandLine().getOut();
    while (!Thread.currentThread().isInterrupted()) {
      output.again(out, readingOrFailure(target));
      try {
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Who watches wants to see when the network is back. */
  private ObjectNode readingOrFailure(Target target) throws SQLException {
    try {
      return reading(target);
    } catch (InftException e) {
      return new ObjectMapper()
          .createObjectNode()
          .put("id", target.settings().id().toString())
          .put("time", Instant.now().toString())
          .put("failure", String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode reading(Target target) throws InftException, SQLException {
    DatabaseOverview overview = Databases.overview(target.settings(), target.network());
    Instant now = Instant.now();
    ObjectNode json = json(overview);
    if (watch) {
      json.put("time", now.toString());
    } else if (overview.head().flatMap(Head::newest).isPresent()) {
      paidUntil(json, target); // asks for many things, so not again and again
    }
    boolean waits = !overview.local().unpublished().isNothing();
    if (overview.money().isPresent() && output.asJson()) {
      DatabaseJson.put(json, overview.money().get(), waits, now);
    } else if (overview.money().isPresent()) {
      ArrayNode lines = json.putArray("money");
      MoneyText.of(overview.money().get(), waits, now).forEach(lines::add);
    }
    return json;
  }

  /** Storage that cannot be asked keeps nobody from the rest. */
  private static void paidUntil(ObjectNode json, Target target) throws SQLException {
    Upkeep upkeep = target.upkeep();
    try {
      Needed needed = upkeep.needed(Upkeep.Reach.HEAD);
      json.put("neededObjects", needed.objects().size());
      json.put("neededBytes", needed.sizeBytes());
      upkeep
          .paidUntil(needed)
          .ifPresent(
              paid -> {
                json.put("paidUntil", paid.until().toString());
                json.put("paidLeast", paid.what());
                if (paid.unknown() > 0) {
                  json.put("paymentsUnknown", paid.unknown());
                }
              });
    } catch (InftException e) {
      json.put("paidUntilUnknown", e.getMessage());
    }
  }

  private static ObjectNode json(DatabaseOverview overview) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", overview.id().toString());
    json.put("network", overview.network());
    json.put("store", overview.store());
    json.put("registry", overview.registry());
    DatabaseJson.put(json, overview.trust());
    if (overview.head().isPresent()) {
      put(json, overview.head().get());
    } else {
      json.put("version", 0);
      json.put("registered", false);
    }
    json.put("follows", overview.follows().name().toLowerCase(Locale.ROOT));
    put(json, overview.local());
    return json;
  }

  private static void put(ObjectNode json, Head head) {
    json.put("owner", head.owner().toString());
    json.put("frozen", head.status() == Head.FROZEN);
    json.put("version", head.version());
    json.put("keyEpoch", head.keyEpoch());
    head.newest()
        .ifPresent(
            newest -> {
              json.put("root", newest.anchor().root().toString());
              json.put("kind", newest.anchor().kind().word());
              json.put("author", newest.author().toString());
              json.put("block", newest.block().number());
              json.put("time", newest.block().time().toString());
            });
  }

  private static void put(ObjectNode json, LocalStatus local) {
    json.put("folder", local.folder().toString());
    json.put("localVersion", local.version());
    json.put("staged", local.staged());
    DatabaseJson.put(json, local.unpublished());
    ArrayNode generations = json.putArray("generations");
    local.generations().forEach(one -> generations.add(String.valueOf(one.getFileName())));
    local.current().ifPresent(one -> json.put("current", String.valueOf(one.getFileName())));
    json.set("forks", DatabaseJson.forks(local.pending()));
  }
}
