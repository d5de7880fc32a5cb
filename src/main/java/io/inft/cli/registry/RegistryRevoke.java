package io.inft.cli.registry;

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
  @Mixin private RecordChange change = new RecordChange();

  @Option(names = "--all", description = "From everybody but the owner.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    return all
        ? change.run(
            spec.commandLine(),
            id ->
                new RecordChange.Plan(
                    "revokeAll",
                    "take all rights to '" + id + "' from everybody but its owner",
                    acting -> acting.revokeAll(id)))
        : change.runForAccount(
            spec.commandLine(),
            (id, who) ->
                new RecordChange.Plan(
                    "revoke",
                    "take all rights to '" + id + "' from " + who,
                    acting -> acting.revoke(id, who)));
  }
}
