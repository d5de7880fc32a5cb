package io.inft.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Terminal;
import io.inft.custody.Progress;
import io.inft.custody.Verdict;
import io.inft.custody.Verification.Depth;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft report}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a page about a database that anybody can read.",
      "",
      "One HTML file that loads nothing and runs nothing: when which account wrote, what each"
          + " version changed and took, acts of control, a verification in plain words, and with"
          + " the secret the newest events. Without the secret, what everybody can see."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:written; the verification passed",
      "1:written; something contradicts the chain or itself",
      "2:written; a verdict is not possible now",
      "64:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  inft report agent-1 -o agent-1.html",
      "  inft report agent-1 -o agent-1.html --replace --changes 50 --quick"
    })
public final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<file>",
      description = {
        "Where to write it, for your account alone to read (default: <id>.html, '_' for what is in"
            + " no name of a file)."
      })
  private @Nullable Path file;

  @Option(names = "--replace", description = "Write over a file that is there.")
  private boolean replace;

  @Option(
      names = "--changes",
      paramLabel = "<n>",
      defaultValue = "20",
      description = "Count rows for so many of the newest versions (${DEFAULT-VALUE}).")
  private int changes = 20;

  @Option(
      names = "--details",
      paramLabel = "<n>",
      defaultValue = "200",
      description = "Sizes and fees of so many of the newest versions (${DEFAULT-VALUE}).")
  private int details = 200;

  @Option(
      names = "--events",
      paramLabel = "<n>",
      defaultValue = "50",
      description = "So many of the newest events (${DEFAULT-VALUE}).")
  private int events = 50;

  @Option(names = "--quick", description = "Verify as 'inft verify --quick' does.")
  private boolean quick;

  @Override
  public Integer call() throws Exception {
    if (changes < 0 || details < 0 || events < 0) {
      throw new ParameterException(
          spec.commandLine(), "--changes, --details and --events are 0 or more");
    }
    Path target = (file == null ? Path.of(fileName(database.id())) : file).toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new ParameterException(
          spec.commandLine(), "-o names a file, and '" + target + "' is a folder");
    }
    if (Files.exists(target) && !replace) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Facts facts;
    // Before the verification, which may take long; and what it made private stays so when renamed.
    Path half = half(target);
    try {
      facts = facts();
      Files.writeString(half, Page.of(facts));
      Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(half);
    }
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", facts.id());
    json.put("file", target.toAbsolutePath().toString());
    json.put("bytes", Files.size(target));
    json.put("versions", facts.versions().size());
    json.put("verdict", facts.custody().verdict().name());
    json.put("findings", facts.custody().findingsInAll());
    output.object(spec.commandLine().getOut(), json);
    Verdict verdict = facts.custody().verdict();
    return verdict.passed() ? 0 : verdict == Verdict.INVALID ? Output.FAILED : Output.OPEN;
  }

  /** Slashes and colons are folders and drives in names of files. */
  static String fileName(String id) {
    return id.replaceAll("[^A-Za-z0-9._@-]", "_") + ".html";
  }

  /** An empty file beside where the page is to be, for its owner alone. */
  private Path half(Path target) {
    Path folder = target.getParent();
    try {
      return Files.createTempFile(folder, ".inft-report", ".part");
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "nothing can be written to the folder '"
              + folder
              + "' ("
              + e
              + "): name a file in another one with -o",
          e);
    }
  }

  private Facts facts() throws Exception {
    Target target = database.readingWithSecretAtHand();
    Gathering.Wanted wanted =
        new Gathering.Wanted(changes, details, events, quick ? Depth.QUICK : Depth.FULL);
    try (ProgressBar bar = Terminal.progress("verifying", output)) {
      Progress progress =
          (versions, of, bytes) -> {
            bar.maxHint(of);
            bar.stepTo(versions);
          };
      return new Gathering(target, wanted).gather(progress);
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }
}
