package io.inft.cli.keys;

import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.replica.publish.KeyChange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft keys add}. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = {
      "Let one more secret open a database. Publishes one small version.",
      "",
      "Gives: another way in, to everything, also to what was written before.",
      "Does not give: a way to take it back. Removing the slot later does not take the data key"
          + " from somebody who kept it."
    },
    footer = {"", "Example:", "  inft keys add agent-1 --new-password-file team.password"})
final class KeysAdd implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private NewSecretOptions secrets = new NewSecretOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    output.object(
        spec.commandLine().getOut(),
        KeyringJson.change(
            database.target(true),
            session -> new KeyChange.Add(secrets.slot(session, spec.commandLine()))));
    return 0;
  }
}
