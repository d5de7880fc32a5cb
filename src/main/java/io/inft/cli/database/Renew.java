package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.TransferBar;
import io.inft.failure.SettingException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.DurationText;
import io.inft.store.RenewableStore.State;
import io.inft.store.merkle.ObjectRef;
import io.inft.upkeep.Needed;
import io.inft.upkeep.Upkeep;
import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft renew}. */
@Command(
    name = "renew",
    mixinStandardHelpOptions = true,
    description = {
      "Pay again for what a database needs in storage, so that it stays.",
      "Anybody may, with any account that can pay: no right on the database and no password is"
          + " needed, and what is on 0G is not sent again. May be repeated: what was paid lately is"
          + " not paid again."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything that is needed is there and paid",
      "1:it is not: what is missing is named, or a failure",
      "64:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  inft renew agent-1 --dry-run",
      "  inft renew agent-1 --history --older-than 180d --json"
    })
public final class Renew implements Callable<Integer> {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--history",
      description =
          "Also what the event log and 'inft verify' need: the commit object of every version and"
              + " what it brought besides its pages.")
  private boolean history;

  @Option(
      names = "--older-than",
      paramLabel = "<time>",
      defaultValue = "1d",
      description = "Leave alone what was paid for within this time (${DEFAULT-VALUE}).")
  private String olderThan = "1d";

  @Option(names = "--dry-run", description = "Say what would be done and its price, and stop.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    Duration age =
        DurationText.parse(olderThan)
            .orElseThrow(
                () ->
                    new SettingException(
                        "older-than",
                        "'" + olderThan + "' is no time; expected " + DurationText.FORMS));
    Target target = dryRun ? database.reading(false) : database.target(false);
    Upkeep upkeep = target.upkeep();
    Needed needed = upkeep.needed(history);
    Upkeep.Report report =
        dryRun
            ? upkeep.price(needed, age)
            : TransferBar.during(
                "renewing",
                needed.sizeBytes(),
                output.asJson(),
                listener -> upkeep.renew(needed, age, listener));
    ObjectNode json = json(report);
    boolean endsNever = report.count(State.KEPT) > 0;
    json.put(
        "paidUntil",
        report
            .paidUntil()
            .map(Object::toString)
            .orElse(endsNever ? "this store keeps things without being paid" : "unknown"));
    output.object(spec.commandLine().getOut(), json);
    if (!report.isWhole()) {
      spec.commandLine()
          .getErr()
          .println(
              "inft: not everything that '"
                  + database.id()
                  + "' needs can be had; a machine that has a working copy of it may, with the same"
                  + " command");
      return Output.FAILED;
    }
    return 0;
  }

  private ObjectNode json(Upkeep.Report report) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    Needed needed = report.needed();
    json.put("id", database.id());
    json.put("version", needed.version());
    json.put("done", !dryRun);
    json.put("objects", needed.objects().size());
    json.put("bytes", needed.sizeBytes());
    json.put("renewed", report.count(State.RENEWED));
    json.put("paidLately", report.count(State.RECENT));
    json.put("keptUnpaid", report.count(State.KEPT));
    json.put("stored", report.stored().size());
    ArrayNode missing = json.putArray("missing");
    for (ObjectRef object : report.missing()) {
      missing
          .addObject()
          .put("what", needed.objects().get(object))
          .put("root", object.root().toString())
          .put("bytes", object.sizeBytes());
    }
    ArrayNode unreadable = json.putArray("unreadable");
    needed.unreadable().forEach(unreadable::add);
    json.put("transactions", report.renewal().transactions());
    json.put("sentBytes", report.renewal().sentBytes());
    amount(json, "storage", report.renewal().storageWei());
    amount(json, dryRun ? "gasAtMost" : "gas", report.renewal().gasWei());
    return json;
  }

  private void amount(ObjectNode json, String name, BigInteger wei) {
    String tokens = TokenAmount.exact(wei);
    if (output.asJson()) {
      json.put(name, tokens);
    } else {
      json.put(name, tokens + " 0G (" + wei.divide(GWEI) + " gwei)");
    }
  }
}
