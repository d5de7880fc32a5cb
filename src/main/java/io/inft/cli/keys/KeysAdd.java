package io.inft.cli.keys;

import io.inft.cli.console.Consent;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.Secret;
import java.io.PrintWriter;
import java.util.List;
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
    footer = {
      "",
      "Example:",
      "  inft keys add agent-1 --new-password-file team.password",
      "  inft keys add agent-1 --new-wallet 0x02…"
    })
final class KeysAdd implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private NewSecretOptions secrets = new NewSecretOptions();
  @Mixin private Output output = new Output();

  @Mixin private Consent consent = new Consent();

  @Override
  public Integer call() throws Exception {
    Target target = database.target(true);
    Secret secret = secrets.one(spec.commandLine());
    List<String> tooDear =
        SmallHeaps.lockedOut(List.of(secrets.wanted(target.settings()::slotFor, secret)));
    PrintWriter err = spec.commandLine().getErr();
    tooDear.forEach(err::println);
    err.flush();
    if (!tooDear.isEmpty() && !consent.given()) {
      err.println("inft: nothing was changed; add --yes to do it");
      return Output.OPEN;
    }
    output.object(
        spec.commandLine().getOut(),
        KeyringJson.change(
            target, session -> new KeyChange.Add(secrets.wanted(session::slotFor, secret))));
    return 0;
  }
}
