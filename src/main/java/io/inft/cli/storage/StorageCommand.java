package io.inft.cli.storage;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft storage}. */
@Command(
    name = "storage",
    mixinStandardHelpOptions = true,
    description = "Files on 0G Storage, exchanged with the users of its other clients.",
    subcommands = {
      StoragePut.class,
      StorageGet.class,
      StorageInfo.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Everything stored is public for ever. A file above 4 GiB is stored in parts,",
      "each with a root; the list of roots, separated by commas, names the file.",
      "",
      "Example:",
      "  inft storage put photo.jpg --network galileo --private-key-file key"
    })
public final class StorageCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
