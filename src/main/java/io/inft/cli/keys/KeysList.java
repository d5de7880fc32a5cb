package io.inft.cli.keys;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.KeyringState;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft keys list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Show the slots of a database's keyring and the age of its data key.",
      "",
      "Gives: what everybody can see of it. Needs no secret.",
      "Does not give: who knows the secrets. A slot does not say whose it is.",
      "After 90 days it advises a new epoch (inft keys rotate)."
    },
    footer = {"", "Example:", "  inft keys list agent-1 --network embedded --json"})
final class KeysList implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    Target target = database.reading(false);
    KeyringState state = target.keys();
    PrintWriter out = spec.commandLine().getOut();
    if (output.asJson()) {
      output.object(out, KeyringJson.of(state));
      return 0;
    }
    Instant now = Instant.now();
    out.println(
        "epoch "
            + state.epoch()
            + ", data key since version "
            + state.sinceVersion()
            + ", "
            + state.since()
            + " ("
            + state.age(now).toDays()
            + " days)");
    output.array(out, KeyringJson.slots(state), List.of("slot", "type", "detail"));
    if (state.isOld(now)) {
      spec.commandLine()
          .getErr()
          .println(
              "warning: the data key is older than "
                  + KeyringState.ROTATE_AFTER.toDays()
                  + " days; inft keys rotate begins a new epoch");
    }
    return 0;
  }
}
