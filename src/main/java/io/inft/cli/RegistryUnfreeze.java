package io.inft.cli;

import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
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
        "unfreeze",
        "allow anchoring of '" + id + "' again",
        acting -> acting.unfreeze(id));
  }
}
