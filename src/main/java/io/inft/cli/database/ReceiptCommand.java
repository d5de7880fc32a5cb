package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.Scratch;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.proof.EventProof;
import io.inft.proof.ProofPin;
import io.inft.registry.DatabaseId;
import io.inft.replica.restore.Receipts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
  @Mixin private Output output = new Output();

  @Option(
      names = "--event",
      paramLabel = "<n>",
      required = true,
      description = "Its sequence, as inft events shows it.")
  private long event;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<file>",
      description = "Where to write it (default: standard output).")
  private @Nullable Path file;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Option(
      names = "--in-version",
      paramLabel = "<version>",
      description = "The version that brought it, if known: nothing else is read then.")
  private long version;

  @Option(
      names = "--to",
      paramLabel = "<version>",
      description = "Lead on to this version's history hash, some 250 bytes a version.")
  private long to;

  @Option(
      names = "--signed",
      description = "Show the whole commit object, so that the author's signature can be checked.")
  private boolean signed;

  @Override
  public Integer call() throws Exception {
    if (event < 1 || version < 0 || to < 0) {
      throw new ParameterException(
          spec.commandLine(), "events and versions are counted from 1, not " + event);
    }
    if (output.asJson() && file == null) {
      throw new ParameterException(spec.commandLine(), "--json tells of a file: give -o <file>");
    }
    if (file != null && Files.exists(file) && !force) {
      throw new ForeignFileException(
          file.toString(), "it exists already and would be overwritten (--force replaces it)");
    }
    EventProof receipt =
        database.reading(true).receipt(new Receipts.Order(event, version, to, signed));
    PrintWriter out = spec.commandLine().getOut();
    if (file == null) {
      out.print(new String(receipt.toBytes(), StandardCharsets.UTF_8));
      out.flush();
    } else {
      write(file, receipt.toBytes());
      output.object(out, about(file, receipt));
    }
    return 0;
  }

  private static ObjectNode about(Path file, EventProof receipt) throws InftException {
    ObjectNode about = new ObjectMapper().createObjectNode();
    about.put("file", file.toString());
    about.put("bytes", receipt.toBytes().length);
    about.put("bytesOfLinks", receipt.linkBytes());
    about.put("event", receipt.event().sequence());
    about.put("version", receipt.context().version());
    about.put("shows", ProofText.REVEALS);
    about.put("pin", pin(receipt));
    return about;
  }

  /** What whoever gets the receipt must know by another way. */
  private static String pin(EventProof receipt) throws InftException {
    return new ProofPin(
            receipt.context().chainId(),
            receipt.context().registry(),
            DatabaseId.parse(receipt.context().id()),
            receipt.context().version(),
            Optional.of(receipt.context().root()),
            Optional.empty())
        .toString();
  }

  /** It appears whole or not at all. */
  private void write(Path target, byte[] bytes) throws InftException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ForeignFileException(target.toString(), "it must lie in a folder that is there");
    }
    if (Files.isDirectory(target)) {
      throw new ForeignFileException(target.toString(), "it is a folder");
    }
    try (Scratch scratch = Scratch.in(folder, "receipt")) {
      Path part = scratch.folder().resolve("part");
      Files.write(part, bytes);
      DurableFiles.force(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      DurableFiles.forceFolder(folder);
    } catch (IOException e) {
      throw new LocalStorageException(target, "write", e);
    }
  }
}
