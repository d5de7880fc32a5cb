package io.inft.cli.registry;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft registry unfreeze}. */
@Command(
    name = "unfreeze",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry unfreeze (<id> | --nft <address>/<token>) [OPTIONS]",
    description = "Allow anchoring again. For the owner.",
    footer = {"", "Example:", "  inft registry unfreeze agent-1"})
final class RegistryUnfreeze implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordChange change = new RecordChange();

  @Override
  public Integer call() throws Exception {
    return change.run(
        spec.commandLine(),
        id ->
            new RecordChange.Plan(
                "unfreeze",
                "allow anchoring of '" + id + "' again",
                acting -> acting.unfreeze(id)));
  }
}
