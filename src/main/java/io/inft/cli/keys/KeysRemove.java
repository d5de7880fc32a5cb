package io.inft.cli.keys;

import io.inft.cli.console.Consent;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.SlotInfo;
import java.io.PrintWriter;
import java.util.List;
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
      "The slot is named first. The one that your own secret opens is removed only with --yes; the"
          + " last one that can be opened never is."
    },
    footer = {"", "Example:", "  inft keys remove agent-1 5f0c9a11"})
final class KeysRemove implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<slot>", description = "As inft keys list shows it.")
  private String slot = "";

  @Mixin private Consent consent = new Consent();

  @Override
  public Integer call() throws Exception {
    Target target = database.target(true);
    PrintWriter err = spec.commandLine().getErr();
    List<SlotInfo> slots = target.keys().slots();
    for (SlotInfo found : slots) {
      if (found.id().equals(slot) && slots.size() > 1) {
        err.println("From the next version on this opens nothing any more:");
        err.println(RotationPlan.line(found));
        boolean own = target.checkKey().slot().id().equals(slot);
        if (own && !consent.given()) {
          err.println(
              "inft: it is the one that your own secret opens; nothing was changed, add --yes to do"
                  + " it");
          return Output.OPEN;
        }
      }
    }
    err.flush();
    output.object(
        spec.commandLine().getOut(),
        KeyringJson.change(target, session -> new KeyChange.Remove(slot)));
    return 0;
  }
}
