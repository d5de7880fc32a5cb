package io.inft.cli;

import io.inft.bytes.Address;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft registry revoke}. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    customSynopsis =
        "inft registry revoke (<id> | --nft <address>/<token>) (<account> | --all) [OPTIONS]",
    description = {
      "Take rights back.",
      "Who could read stays able to read what was published so far: rotate the key as well."
    },
    footer = {"", "Example:", "  inft registry revoke agent-1 0x1234…"})
final class RegistryRevoke implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  @Option(names = "--all", description = "From everybody but the owner.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    if (all) {
      record.require();
    } else {
      record.require("<account>");
    }
    Registry registry = network.registry(true);
    DatabaseId id = record.id(registry);
    if (all) {
      return change.run(
          spec.commandLine(),
          registry,
          "revokeAll",
          "take all rights to '" + id + "' from everybody but its owner",
          acting -> acting.revokeAll(id));
    }
    Address who = record.account();
    return change.run(
        spec.commandLine(),
        registry,
        "revoke",
        "take all rights to '" + id + "' from " + who,
        acting -> acting.revoke(id, who));
  }
}
