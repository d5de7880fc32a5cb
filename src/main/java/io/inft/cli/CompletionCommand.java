package io.inft.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script that completes commands and options in bash and zsh.",
    footer = {
      "",
      "Examples:",
      "  source <(inft completion)                  # in this shell",
      "  inft completion > ~/.local/share/bash-completion/completions/inft"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine all = Inft.commandLine();
    spec.commandLine().getOut().print(AutoComplete.bash("inft", all));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
