package io.inft.cli.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.OverUnreadable;
import io.inft.cli.database.RestoreVersion;
import io.inft.jdbc.Target;
import io.inft.replica.Recovery;
import io.inft.replica.Session;
import io.inft.replica.publish.KeyChange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft keys rotate}. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Begin a new key epoch: a new data key, and a snapshot of the whole database under it. The"
          + " new secrets are the only ways in from then on.",
      "",
      "Gives: whoever has only old secrets or the old data key cannot read what is written from"
          + " now on, nor the newest state.",
      "Does not give: back what was written before. It stays readable with the old secrets for"
          + " ever, because it cannot be recalled.",
      "With --rewrap the data key stays and only your own secret is exchanged: quick and small,"
          + " enough for a password that nobody else knew."
    },
    footer = {
      "",
      "The guide advises a rotation each quarter. The new secret may be the old one.",
      "",
      "Example:",
      "  inft keys rotate agent-1 --new-password-file new.password",
      "  inft keys rotate agent-1 --new-password-file new.password --over-unreadable 42"
    })
final class KeysRotate implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private NewSecretOptions secrets = new NewSecretOptions();
  @Mixin private OverUnreadable over = new OverUnreadable();
  @Mixin private Output output = new Output();

  @Option(
      names = "--rewrap",
      description = "Keep the data key; put the new secret in place of the one that opens.")
  private boolean rewrap;

  @Option(
      names = "--forget-history",
      description =
          "Do not link to the epoch before: the new secrets open neither past versions nor the"
              + " event log up to now.")
  private boolean forgetHistory;

  @Override
  public Integer call() throws Exception {
    if (rewrap && forgetHistory) {
      throw new ParameterException(
          spec.commandLine(), "--forget-history needs a new epoch, --rewrap keeps the old one");
    }
    if (over.version().isPresent()) {
      output.object(spec.commandLine().getOut(), overUnreadable(over.version().getAsLong()));
      return 0;
    }
    output.object(
        spec.commandLine().getOut(), KeyringJson.change(database.target(true), this::change));
    return 0;
  }

  /** With the content of the newest version that can be read. */
  private ObjectNode overUnreadable(long version) throws Exception {
    if (rewrap) {
      throw new ParameterException(
          spec.commandLine(), "--rewrap needs a keyring that can be read; leave it out");
    }
    Target target = database.target(true);
    KeyChange.NewEpoch change =
        new KeyChange.NewEpoch(
            secrets.slots(target.settings()::slotFor, spec.commandLine()), !forgetHistory);
    Recovery.Restored restored =
        Recovery.rotate(target.settings(), target.network(), change, version);
    return RestoreVersion.json(restored);
  }

  private KeyChange change(Session session) throws Exception {
    return rewrap
        ? new KeyChange.Replace(secrets.slot(session, spec.commandLine()))
        : new KeyChange.NewEpoch(secrets.slots(session, spec.commandLine()), !forgetHistory);
  }
}
