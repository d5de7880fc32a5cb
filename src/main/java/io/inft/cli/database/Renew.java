package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.TransferBar;
import io.inft.cli.console.TypedText;
import io.inft.failure.SettingException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.Target;
import io.inft.store.RenewableStore.State;
import io.inft.store.merkle.ObjectRef;
import io.inft.upkeep.Needed;
import io.inft.upkeep.Upkeep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  inft renew agent-1 --history --older-than 180d --max-price 0.05 --json"
    })
public final class Renew implements Callable<Integer> {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  /** A whole coin has so many digits more than a wei. */
  private static final int DIGITS = 18;

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
      names = "--past-states",
      description =
          "Also the packs of all versions before, so that at= reaches each of them, and what"
              + " --history has. Look at the price first: every snapshot there ever was is in it.")
  private boolean pastStates;

  @Option(
      names = "--max-price",
      paramLabel = "<coins>",
      description =
          "Do nothing if it may cost more than so much of the network's coin, gas and what is"
              + " stored anew included: 0.05.")
  private @Nullable String maxPrice;

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
    Duration age = TypedText.duration(spec, "--older-than", olderThan);
    Optional<BigInteger> most = most();
    Target target = dryRun ? database.reading(false) : database.target(false);
    Upkeep upkeep = target.upkeep();
    Needed needed =
        upkeep.needed(
            pastStates
                ? Upkeep.Reach.PAST_STATES
                : history ? Upkeep.Reach.HISTORY : Upkeep.Reach.HEAD);
    Optional<Upkeep.Report> price =
        dryRun || most.isPresent() ? Optional.of(upkeep.price(needed, age)) : Optional.empty();
    boolean tooDear = price.isPresent() && most.isPresent() && isAbove(price.get(), most.get());
    boolean sends = !dryRun && !tooDear;
    Upkeep.Report report =
        !sends
            ? price.orElseThrow()
            : TransferBar.during(
                "renewing",
                needed.sizeBytes(),
                output.asJson(),
                listener -> upkeep.renew(needed, age, listener));
    ObjectNode json = json(report, sends);
    boolean endsNever = report.count(State.KEPT) > 0;
    json.put(
        "paidUntil",
        report
            .paidUntil()
            .map(Object::toString)
            .orElse(endsNever ? "this store keeps things without being paid" : "unknown"));
    output.object(spec.commandLine().getOut(), json);
    if (tooDear) {
      spec.commandLine()
          .getErr()
          .println(
              "inft: it may cost "
                  + TokenAmount.atLeast(total(report))
                  + ", which is more than --max-price "
                  + maxPrice
                  + "; nothing was sent");
      return Output.FAILED;
    }
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

  /** The most that may be paid, in wei. */
  private Optional<BigInteger> most() throws SettingException {
    if (maxPrice == null) {
      return Optional.empty();
    }
    try {
      BigDecimal coins = new BigDecimal(maxPrice);
      if (coins.signum() >= 0 && Math.abs(coins.scale()) <= DIGITS) {
        return Optional.of(coins.scaleByPowerOfTen(DIGITS).toBigInteger());
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new SettingException(
        "max-price", "'" + maxPrice + "' is no amount of the network's coin; expected e.g. 0.05");
  }

  private static BigInteger total(Upkeep.Report report) {
    return report.payment().storageWei().add(report.payment().gasWei());
  }

  private static boolean isAbove(Upkeep.Report price, BigInteger most) {
    return total(price).compareTo(most) > 0;
  }

  private ObjectNode json(Upkeep.Report report, boolean sent) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    Needed needed = report.needed();
    json.put("id", database.id());
    json.put("version", needed.version());
    json.put("done", sent);
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
    json.put("transactions", report.payment().transactions());
    json.put("sentBytes", report.renewal().sentBytes());
    amount(json, "storage", report.payment().storageWei());
    amount(json, sent ? "gas" : "gasAtMost", report.payment().gasWei());
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
