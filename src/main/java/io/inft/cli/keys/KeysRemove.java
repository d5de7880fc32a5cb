package io.inft.cli.keys;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.replica.publish.KeyChange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft keys remove}. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = {
      "Take a slot out of the keyring. Publishes one small version.",
      "",
      "Gives: the secret of that slot does not open this version or later ones any more.",
      "Does not give: secrecy against who had it. The data key stays the same and may have been"
          + " kept, and the versions before, with their keyrings, are public for ever. To keep"
          + " somebody from reading what comes next, begin a new epoch: inft keys rotate.",
      "The last slot that can be opened is never removed."
    },
    footer = {"", "Example:", "  inft keys remove agent-1 5f0c9a11"})
final class KeysRemove implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<slot>", description = "As inft keys list shows it.")
  private String slot = "";

  @Override
  public Integer call() throws Exception {
    output.object(
        spec.commandLine().getOut(),
        KeyringJson.change(database.target(true), session -> new KeyChange.Remove(slot)));
    return 0;
  }
}
