package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Trust;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Judging;
import io.inft.cli.console.Output;
import io.inft.cli.console.Terminal;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.ReportJson;
import io.inft.custody.Verdict;
import io.inft.custody.Verification.Depth;
import io.inft.jdbc.Target;
import io.inft.registry.Head;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Verify a database's whole history from registry and storage.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:VALID or VALID_WITH_WARNINGS",
      "1:INVALID: something contradicts the chain or itself",
      "2:INDETERMINATE: a verdict is not possible now",
      "64:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  inft verify agent-1 --quick --json",
      "  inft verify agent-1 --new"
    })
public final class Verify implements Callable<Integer>, Judging {
  private static final int IMPOSSIBLE = 2;

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--quick",
      description = "Of the objects only the newest version's, one segment of each.")
  private boolean quick;

  @Option(
      names = "--new",
      description = {
        "Only what came after the last --new on this machine that found nothing;",
        "without one, or of another history, everything."
      })
  private boolean onlyNew;

  @Option(names = "--from", paramLabel = "<version>", description = "First version to fetch.")
  private long from = 1;

  @Option(names = "--to", paramLabel = "<version>", description = "Last version to fetch.")
  private @Nullable Long to;

  @Override
  public Integer call() throws Exception {
    long last = to == null ? Long.MAX_VALUE : to;
    if (from < 1 || last < from) {
      throw new ParameterException(
          spec.commandLine(), "no such range of versions: " + from + " to " + to);
    }
    if (onlyNew && (from != 1 || to != null)) {
      throw new ParameterException(
          spec.commandLine(), "--new says itself which versions: no --from and no --to");
    }
    Target target = database.readingWithSecretAtHand();
    CustodyReport report;
    try (ProgressBar bar = Terminal.progress("verifying", output)) {
      Progress progress =
          (versions, of, bytes) -> {
            bar.maxHint(of);
            bar.stepTo(versions);
          };
      Depth depth = quick ? Depth.QUICK : Depth.FULL;
      report =
          onlyNew ? target.verifyNew(depth, progress) : target.verify(depth, from, last, progress);
    }
    if (output.asJson()) {
      output.object(spec.commandLine().getOut(), ReportJson.of(report));
    } else {
      print(spec.commandLine().getOut(), report);
    }
    if (report.verdict().passed()) {
      return 0;
    }
    return report.verdict() == Verdict.INVALID ? Output.FAILED : IMPOSSIBLE;
  }

  @Override
  public int impossible() {
    return IMPOSSIBLE;
  }

  @Override
  public String impossible(String message, Optional<String> state) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("schema", CustodyReport.SCHEMA);
    json.put("verdict", Verdict.INDETERMINATE.name());
    json.put("id", database.id());
    json.put("error", message);
    state.ifPresent(known -> json.put("sqlState", known));
    return json.toString();
  }

  private static void print(PrintWriter out, CustodyReport report) {
    Output.sentence(out, report.verdict() + "  ", report.id() + " in " + report.registryName());
    if (report.head().isPresent()) {
      Head head = report.head().get();
      out.println(
          "  head      version "
              + head.version()
              + (report.headIsFinal() ? ", final" : ", not final yet"));
      out.println("  root      " + head.root());
      out.println("  as of     block " + head.asOf().number() + ", " + head.asOf().time());
    }
    Trust trust = report.trust();
    out.println(
        "  level     "
            + trust.level()
            + (trust.level() == Trust.Level.L0
                ? ", one endpoint is believed"
                : ", " + trust.need() + " of " + trust.endpoints().size() + " endpoints agree"));
    out.println(
        "  history   "
            + report.versions()
            + " versions hashed again"
            + report
                .resumed()
                .map(mark -> " after version " + mark.version() + ", verified before")
                .orElse("")
            + ", each author's right replayed");
    out.println(
        "  objects   "
            + report.commits()
            + " commit objects read, "
            + report.bytes()
            + " bytes checked");
    out.println("  sealed    " + sealed(report));
    report
        .paid()
        .ifPresent(
            paid ->
                Output.sentence(
                    out,
                    "  paid      ",
                    "until "
                        + paid.until()
                        + ", when "
                        + paid.what()
                        + " ends first"
                        + (paid.unknown() == 0
                            ? ""
                            : "; of " + paid.unknown() + " objects no payment is known")));
    for (Finding finding : report.findings()) {
      Output.sentence(
          out,
          "  " + finding.severity().name().toLowerCase(java.util.Locale.ROOT) + "  ",
          finding.toString());
    }
    long more = report.findingsInAll() - report.findings().size();
    if (more > 0) {
      out.println("  and " + more + " findings more");
    }
  }

  private static String sealed(CustodyReport report) {
    CustodyReport.Sealed sealed = report.sealed();
    if (!sealed.opened()) {
      return "not looked at: no password and no key that opens it";
    }
    Optional<String> events =
        sealed.lastEvent() == 0
            ? Optional.empty()
            : Optional.of("events " + sealed.firstEvent() + " to " + sealed.lastEvent());
    String rebuilt =
        sealed.rebuilt() == 0 ? "nothing rebuilt" : "version " + sealed.rebuilt() + " rebuilt";
    return events.map(text -> text + " chained again, ").orElse("") + rebuilt;
  }
}
