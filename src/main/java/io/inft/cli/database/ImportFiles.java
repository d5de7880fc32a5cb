package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Scratch;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.imports.Import;
import io.inft.jdbc.Target;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description =
        "Begin a database with files: a SQLite file, or a snapshot that a client of the guide"
            + " encrypted, and event logs of these clients. The files are only read.",
    footer = {
      "",
      "Examples:",
      "  inft import app.db --as notes --network embedded",
      "  inft import inft_7.db.encrypted inft_7_events*.jsonl --as agent-7 --guide-key-file old.key"
    })
public final class ImportFiles implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private GuideOptions guide = new GuideOptions();
  @Mixin private PointerOptions pointer = new PointerOptions();
  @Mixin private Output output = new Output();

  @Parameters(
      arity = "0..*",
      paramLabel = "<file>",
      description = "At most one database, and any number of logs (.jsonl), archives among them.")
  private List<Path> files = List.of();

  @Option(names = "--as", required = true, paramLabel = "<id>", description = "The new database.")
  private String id = "";

  @Option(
      names = "--plaintext",
      description =
          "Take a database in the clear although a key was given, or its name says that it is"
              + " encrypted.")
  private boolean plaintext;

  @Option(
      names = "--event-zone",
      paramLabel = "<zone>",
      description =
          "Where the Python client ran, as Europe/Vienna: it writes local time without saying so"
              + " (default: UTC).")
  private @Nullable String eventZone;

  @Option(
      names = "--lenient",
      description = "Keep lines of logs that are no events in the table inft_imported.")
  private boolean lenient;

  @Option(
      names = "--max-bytes",
      paramLabel = "<n>",
      description = "Refuse larger snapshots (default: 2147483648).")
  private long maxBytes = Import.MOST_BYTES;

  @Override
  public Integer call() throws Exception {
    CommandLine line = spec.commandLine();
    Target target = Target.of(id, network.properties(), true);
    Import begun = new Import(target).mostBytes(maxBytes);
    guide.key(line).ifPresent(begun::key);
    Optional<PointerOptions.Found> pointed = pointer.find(network.properties());
    if (files.isEmpty() && pointed.isEmpty()) {
      throw new CommandLine.ParameterException(line, "Missing required parameter: '<file>'");
    }
    pointed.map(PointerOptions.Found::checksum).ifPresent(begun::checksum);
    if (plaintext) {
      begun.plaintext();
    }
    if (lenient) {
      begun.lenient();
    }
    if (eventZone != null) {
      begun.eventZone(zone(eventZone, line));
    }
    output.object(line.getOut(), json(imported(begun, target, pointed)));
    return 0;
  }

  /** Without a database among the files, that which the pointer names. */
  private Import.Result imported(
      Import begun, Target target, Optional<PointerOptions.Found> pointed) throws Exception {
    List<Path> all = new ArrayList<>(files.stream().map(Path::toAbsolutePath).toList());
    boolean logsAlone =
        all.stream().allMatch(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl"));
    if (pointed.isEmpty() || !logsAlone) {
      return begun.files(all);
    }
    try (Scratch scratch = Scratch.inHome(target.settings().home(), "pointer")) {
      all.add(0, pointed.get().fetch(scratch, maxBytes));
      return begun.files(all);
    }
  }

  private static ZoneId zone(String text, CommandLine line) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new CommandLine.ParameterException(
          line,
          "--event-zone '" + text + "' is no time zone; write one as Europe/Vienna or +02:00");
    }
  }

  private static ObjectNode json(Import.Result result) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", result.published().version());
    json.put("root", result.published().root().toString());
    result.format().ifPresent(format -> json.put("format", format));
    if (result.events() + result.aside() > 0) {
      json.put("events", result.events());
      json.put("zoneAssumed", result.assumed());
      json.put("keptAside", result.aside());
    }
    if (!result.warnings().isEmpty()) {
      result.warnings().forEach(json.putArray("warnings")::add);
    }
    return json;
  }
}
