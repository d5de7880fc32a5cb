package io.inft.cli.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.restore.KeyCheck;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft keys check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Try whether a secret opens the newest version, and how far back it reaches.",
      "",
      "Gives: which slot the secret belongs to, after the commit object was fetched, checked and"
          + " its sealed manifest decrypted. Do this with every backup, regularly.",
      "Does not give: proof that all data can still be fetched; that is inft verify."
    },
    footer = {
      "",
      "Example:",
      "  inft keys check agent-1 --encryption-key-file /media/usb/agent-1.key"
    })
final class KeysCheck implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    Target target = database.readingWithSecretAtHand();
    KeyCheck check = target.checkKey();
    output.object(
        spec.commandLine().getOut(),
        new ObjectMapper()
            .createObjectNode()
            .put("opens", true)
            .put("version", check.version())
            .put("epoch", check.epoch())
            .put("slot", check.slot().id())
            .put("type", check.slot().type())
            .put("earliestEpoch", check.earliestEpoch()));
    return 0;
  }
}
