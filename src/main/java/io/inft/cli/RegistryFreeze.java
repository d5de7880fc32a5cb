package io.inft.cli;

import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
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
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  @Override
  public Integer call() throws Exception {
    record.require();
    Registry registry = network.registry(true);
    DatabaseId id = record.id(registry);
    return change.run(
        spec.commandLine(),
        registry,
        "freeze",
        "stop all anchoring of '" + id + "' until its owner unfreezes it",
        acting -> acting.freeze(id));
  }
}
