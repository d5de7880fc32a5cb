package io.inft.cli.keys;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "Who can open a database.",
      "",
      "A keyring holds the data key once for each way in (a slot): a password, a raw key, an"
          + " account's key, a key in a keystore or key service. It is public, and so is everything"
          + " it protects, for ever. So removing a slot takes nothing away from somebody who"
          + " already had the data key, and a new epoch takes away only what is written from then"
          + " on."
    },
    subcommands = {
      KeysList.class,
      KeysCheck.class,
      KeysAdd.class,
      KeysRemove.class,
      KeysRotate.class,
      KeysBackup.class,
      KeysRestore.class,
      KeysWallet.class
    },
    footer = {
      "",
      "Changing keys needs the owner's signing key, or one with the KEYADMIN right. Secrets are"
          + " given by file, environment or prompt, never as an argument.",
      "",
      "Example:",
      "  inft keys list agent-1 --network embedded"
    })
public final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
