package io.inft.cli.handover;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.handover.HandOver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft hand-over cancel}. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = {
      "The seller: take an offer back.",
      "",
      "Does not give: the lock's end, which comes by itself, nor what the account read. Afterwards"
          + " let it out with a new key epoch: inft keys rotate <id> --without <slot>."
    },
    footer = {"", "Example:", "  inft hand-over cancel agent-1"})
final class HandOverCancel implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    output.object(
        spec.commandLine().getOut(),
        HandOverJson.perform(database.target(false), HandOver::cancel));
    return 0;
  }
}
