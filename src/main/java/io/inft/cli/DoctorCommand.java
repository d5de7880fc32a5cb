package io.inft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.Consent;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Suggestions;
import io.inft.doctor.Doctor;
import io.inft.doctor.DoctorStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Check a configuration step by step, and say what to do.",
      "Nothing is changed or paid for, except with --write, which asks first where it costs"
          + " something."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything works, perhaps with warnings",
      "1:a step failed",
      "64:wrong usage"
    },
    footer = {"", "Example:", "  inft doctor --restore agent-1"})
final class DoctorCommand implements Callable<Integer> {
  private static final int NAME_WIDTH = 14;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "<id>",
      description = "A database to look at; without it only the network is.")
  private @Nullable String id;

  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--write",
      description = "Store a small object and read it back. Says what that costs, and asks.")
  private boolean write;

  @Mixin private Consent consent = new Consent();

  @Option(
      names = "--restore",
      paramLabel = "<id>",
      description = "Restore this database into a temporary folder and check it.")
  private @Nullable String restore;

  @Override
  public Integer call() throws Exception {
    if (id != null && restore != null && !id.equals(restore)) {
      throw new ParameterException(
          spec.commandLine(), "one database at a time: " + id + " or " + restore);
    }
    PrintWriter out = spec.commandLine().getOut();
    Doctor.Wishes wishes =
        new Doctor.Wishes(
            Optional.ofNullable(restore != null ? restore : id), write, restore != null);
    List<DoctorStep> steps =
        Doctor.examine(
            wishes,
            network.properties(),
            step -> {
              if (!output.asJson()) {
                print(out, complete(step));
              }
            },
            what -> agreed(out, what));
    boolean healthy = steps.stream().noneMatch(s -> s.state() == DoctorStep.State.FAILED);
    if (output.asJson()) {
      output.object(out, json(steps.stream().map(this::complete).toList(), healthy));
    } else {
      out.println(healthy ? "Nothing failed." : "Something failed: see above what to do.");
    }
    return healthy ? 0 : Output.FAILED;
  }

  private boolean agreed(PrintWriter out, String what) {
    if (!output.asJson()) {
      out.println("This will " + what + ".");
      out.flush();
    }
    boolean agreed = consent.given();
    if (!agreed) {
      spec.commandLine().getErr().println("inft: nothing was written; add --yes to do it");
    }
    return agreed;
  }

  /** The commands it names can be run as they stand. */
  private DoctorStep complete(DoctorStep step) {
    CommandLine line = spec.commandLine();
    return new DoctorStep(
        step.name(),
        step.state(),
        Suggestions.complete(step.detail(), line),
        Suggestions.complete(step.advice(), line),
        step.sqlState());
  }

  private static void print(PrintWriter out, DoctorStep step) {
    String mark =
        switch (step.state()) {
          case OK -> "ok     ";
          case WARNING -> "warning";
          case FAILED -> "FAILED ";
          case SKIPPED -> "skipped";
        };
    String name = step.name() + " ".repeat(Math.max(0, NAME_WIDTH - step.name().length()));
    Output.sentence(out, mark + "  " + name, step.detail() + state(step));
    if (!step.advice().isEmpty()) {
      Output.sentence(out, " ".repeat(mark.length() + 2 + NAME_WIDTH) + "→ ", step.advice());
    }
    out.flush();
  }

  private static String state(DoctorStep step) {
    return step.sqlState().map(state -> " (SQLSTATE " + state + ")").orElse("");
  }

  private static ObjectNode json(List<DoctorStep> steps, boolean healthy) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("schema", "inft-doctor/1").put("healthy", healthy);
    ArrayNode array = json.putArray("steps");
    for (DoctorStep step : steps) {
      ObjectNode node =
          array
              .addObject()
              .put("step", step.name())
              .put("state", step.state().name().toLowerCase(Locale.ROOT))
              .put("detail", step.detail());
      if (!step.advice().isEmpty()) {
        node.put("advice", step.advice());
      }
      step.sqlState().ifPresent(state -> node.put("sqlState", state));
    }
    return json;
  }
}
