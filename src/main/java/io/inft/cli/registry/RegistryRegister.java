package io.inft.cli.registry;

import io.inft.registry.DatabaseId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft registry register}. */
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry register (<id> | --nft <address>/<token>) [OPTIONS]",
    description =
        "Make an id known to the registry. A database does so itself at its first publish.",
    footer = {"", "Example:", "  inft registry register --nft 0x1234…/5 --network galileo"})
final class RegistryRegister implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordChange change = new RecordChange();

  @Override
  public Integer call() throws Exception {
    return change.run(
        spec.commandLine(),
        id ->
            new RecordChange.Plan(
                "register", "register '" + id + "'" + whose(id), acting -> acting.register(id)));
  }

  private static String whose(DatabaseId id) {
    return switch (id.namespace()) {
      case FLAT -> "; whoever registers such a name first owns it";
      case SCOPED -> "; only its account can";
      case BOUND ->
          "; it belongs to whoever owns the NFT, who is observed two blocks later by a transaction"
              + " more";
    };
  }
}
