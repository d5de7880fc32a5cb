package io.inft.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft forks}. */
@Command(
    name = "forks",
    mixinStandardHelpOptions = true,
    description = {
      "What was put aside on this machine.",
      "",
      "A commit that was acknowledged here and lost against another writer, or a database file that"
          + " was changed from outside, is never published by itself and never deleted. It lies in"
          + " a folder of its own until you do something with it. It is listed as pending, and"
          + " warned of, until it is acknowledged."
    },
    subcommands = {ForksList.class, ForksShow.class, ForksAcknowledge.class, ForksExport.class},
    footer = {
      "",
      "Examples:",
      "  inft forks list agent-1 --network embedded",
      "  inft forks show agent-1 gen-000003",
      "  inft forks export agent-1 gen-000003 -o lost.db",
      "  inft forks acknowledge agent-1 gen-000003"
    })
final class Forks implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
