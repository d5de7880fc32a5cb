package io.inft.cli.registry;

import io.inft.registry.DatabaseId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft registry transfer}. */
@Command(
    name = "transfer",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry transfer <id> (<account> | --cancel) [OPTIONS]",
    description = {
      "Offer an id to another account, which must accept it.",
      "The database of an NFT changes hands with the NFT."
    },
    footer = {"", "Example:", "  inft registry transfer agent-1 0x1234…"})
final class RegistryTransfer implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordChange change = new RecordChange();

  @Option(names = "--cancel", description = "Take the offer back.")
  private boolean cancel;

  @Override
  public Integer call() throws Exception {
    return cancel
        ? change.run(
            spec.commandLine(),
            id ->
                new RecordChange.Plan(
                    "cancelProposal",
                    "take back the offer of '" + transferable(id) + "'",
                    acting -> acting.cancelProposal(id)))
        : change.runForAccount(
            spec.commandLine(),
            (id, to) ->
                new RecordChange.Plan(
                    "proposeOwner",
                    "offer '"
                        + transferable(id)
                        + "' to "
                        + to
                        + ", who owns it after 'inft registry accept'; all rights granted so far"
                        + " end then",
                    acting -> acting.proposeOwner(id, to)));
  }

  private DatabaseId transferable(DatabaseId id) {
    if (id.namespace() == DatabaseId.Namespace.BOUND) {
      throw new ParameterException(
          spec.commandLine(),
          "'"
              + id
              + "' belongs to whoever owns the NFT: transfer the NFT, then let the new owner"
              + " run 'inft registry accept'");
    }
    return id;
  }
}
