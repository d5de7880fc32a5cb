package io.inft.cli.proof;

import io.inft.cli.console.DatabaseOptions;
import io.inft.proof.EventProof;
import io.inft.replica.proving.Receipts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft receipt}. */
@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    description = "A small file that proves one event of the log to somebody without keys.",
    footer = {
      "",
      "It shows that event and, of the version that brought it, what is public anyway and how many",
      "events it brought. The other events stay closed. inft check-proof judges it.",
      "",
      "Example:",
      "  inft receipt agent-1 --event 12 -o event-12.receipt"
    })
public final class ReceiptCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private ProofOptions proof = new ProofOptions();

  @Option(
      names = "--event",
      paramLabel = "<n>",
      required = true,
      description = "Its sequence, as inft events shows it.")
  private long event;

  @Option(
      names = "--in-version",
      paramLabel = "<version>",
      description = "The version that brought it, if known: nothing else is read then.")
  private long version;

  @Override
  public Integer call() throws Exception {
    if (event < 1 || version < 0) {
      throw new ParameterException(
          spec.commandLine(), "events and versions are counted from 1, not " + event);
    }
    proof.check();
    EventProof receipt =
        database
            .reading(true)
            .receipt(new Receipts.Order(event, version, proof.to(), proof.signed()));
    proof.write(receipt, about -> about.put("event", receipt.event().sequence()));
    return 0;
  }
}
