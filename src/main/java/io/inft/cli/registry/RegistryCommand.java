package io.inft.cli.registry;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft registry}. */
@Command(
    name = "registry",
    mixinStandardHelpOptions = true,
    description = "Ids, their owners, and who else may write.",
    subcommands = {
      RegistryDeploy.class,
      RegistryRegister.class,
      RegistryOwner.class,
      RegistryGrant.class,
      RegistryRevoke.class,
      RegistryTransfer.class,
      RegistryAccept.class,
      RegistryFreeze.class,
      RegistryUnfreeze.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Every command that changes something says first what it will do and what that costs.",
      "Instead of <id>, --nft <address>/<token> names the database of an NFT.",
      "",
      "Example:",
      "  inft registry grant agent-1 0x1234… --for 30d"
    })
public final class RegistryCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
