package io.inft.cli.registry;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft registry freeze}. */
@Command(
    name = "freeze",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry freeze (<id> | --nft <address>/<token>) [OPTIONS]",
    description = "Stop all anchoring of an id; reading goes on. For the owner and guardians.",
    footer = {"", "Example:", "  inft registry freeze agent-1"})
final class RegistryFreeze implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordChange change = new RecordChange();

  @Override
  public Integer call() throws Exception {
    return change.run(
        spec.commandLine(),
        id ->
            new RecordChange.Plan(
                "freeze",
                "stop all anchoring of '" + id + "' until its owner unfreezes it",
                acting -> acting.freeze(id)));
  }
}
