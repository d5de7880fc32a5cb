package io.inft.cli.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.Judging;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.proof.Proof;
import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import io.inft.proof.ProofReport;
import io.inft.registry.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft check-proof}. */
@Command(
    name = "check-proof",
    mixinStandardHelpOptions = true,
    description = "Judge a receipt or a row proof by a pin, or by what the registry says.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:VALID: it proves what is printed",
      "1:INVALID: it contradicts the pin or itself",
      "2:INDETERMINATE: a verdict is not possible",
      "64:wrong usage"
    },
    footer = {
      "",
      "The pin is what you know by another way than from the proof: chain, registry, id, version"
          + " and",
      "that version's root, or history=<hash> with the registry's history hash. With --pin nothing"
          + " is",
      "asked of anybody. With --id the registry of the network that the options name is asked.",
      "",
      "Examples:",
      "  inft check-proof event-12.receipt --pin 16661:0x12…:agent-1:7:0xab…",
      "  inft check-proof event-12.receipt --id agent-1 --network mainnet"
    })
public final class CheckProof implements Callable<Integer>, Judging {
  private static final int IMPOSSIBLE = 2;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<file>", description = "The receipt or row proof.")
  private Path file = Path.of("");

  @Option(
      names = "--pin",
      paramLabel = "<chain>:<registry>:<id>:<version>:<root>",
      description = "What you know of the version.")
  private @Nullable String pin;

  @Option(
      names = "--id",
      paramLabel = "<id>",
      description = "The database that it must be of, to ask the registry about.")
  private @Nullable String id;

  @Option(
      names = "--rpc",
      paramLabel = "<url>",
      description = "The endpoint to ask, as the property rpc; goes with --contract and --id.")
  private @Nullable String rpc;

  @Option(
      names = "--contract",
      paramLabel = "<address>",
      description = "The registry's contract, as the property contract.")
  private @Nullable String contract;

  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    if ((pin == null) == (id == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either --pin, or --id and the network to ask");
    }
    if (pin != null && (rpc != null || contract != null)) {
      throw new ParameterException(spec.commandLine(), "with --pin nobody is asked: no --rpc");
    }
    ProofReport report = pin != null ? byPin(pin) : byRegistry(String.valueOf(id));
    if (output.asJson()) {
      output.object(
          spec.commandLine().getOut(), ProofText.json(report, pin == null ? "recorded" : pin));
    } else {
      ProofText.print(spec.commandLine().getOut(), report);
    }
    return switch (report.outcome()) {
      case VALID -> 0;
      case INVALID -> Output.FAILED;
      case INDETERMINATE -> IMPOSSIBLE;
    };
  }

  private ProofReport byPin(String text) throws Exception {
    ProofPin known = ProofPin.parse("--pin", text);
    return ProofCheck.check(read(), known);
  }

  private ProofReport byRegistry(String named) throws Exception {
    byte[] proof = read();
    try (Registry asked = Target.registry(network.readingFrom(rpc, contract))) {
      return Target.check(proof, asked, named);
    }
  }

  /** What is longer than any proof is read as far as that shows. */
  private byte[] read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Proof.MAX_BYTES + 1);
    }
  }

  @Override
  public int impossible() {
    return IMPOSSIBLE;
  }

  @Override
  public String impossible(String message, Optional<String> state) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("schema", ProofText.SCHEMA);
    json.put("verdict", ProofReport.Outcome.INDETERMINATE.name());
    json.put("error", message);
    state.ifPresent(known -> json.put("sqlState", known));
    return json.toString();
  }
}
