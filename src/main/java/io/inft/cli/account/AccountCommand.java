package io.inft.cli.account;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft account}. */
@Command(
    name = "account",
    mixinStandardHelpOptions = true,
    description = "The account that signs and pays: make one, look at it, fund it on a devnet.",
    subcommands = {
      AccountNew.class,
      AccountShow.class,
      AccountFund.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  inft account new agent.key",
      "  inft account show --private-key-file agent.key"
    })
public final class AccountCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
