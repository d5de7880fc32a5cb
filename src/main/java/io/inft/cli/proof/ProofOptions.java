package io.inft.cli.proof;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.Output;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.proof.Proof;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a proof goes and how far it leads; for commands that make one. */
final class ProofOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private Output output = new Output();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<file>",
      description = "Where to write it (default: standard output).")
  private @Nullable Path file;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Option(
      names = "--to",
      paramLabel = "<version>",
      description = "Lead on to this version's history hash, some 250 bytes a version.")
  private long to;

  @Option(
      names = "--signed",
      description = "Show the whole commit object, so that the author's signature can be checked.")
  private boolean signed;

  /** What can be said before anything is read. */
  void check() throws ForeignFileException {
    if (to < 0) {
      throw new ParameterException(spec.commandLine(), "versions are counted from 1, not " + to);
    }
    if (output.asJson() && file == null) {
      throw new ParameterException(spec.commandLine(), "--json tells of a file: give -o <file>");
    }
    if (file != null && Files.exists(file) && !force) {
      throw new ForeignFileException(
          file.toString(), "it exists already and would be overwritten (--force replaces it)");
    }
  }

  long to() {
    return to;
  }

  boolean signed() {
    return signed;
  }

  /**
   * Writes a proof, and to a terminal what there is to say of it.
   *
   * @param about says what is this kind's own
   */
  void write(Proof proof, Consumer<ObjectNode> about) throws InftException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (file == null) {
      out.print(new String(proof.toBytes(), StandardCharsets.UTF_8));
      out.flush();
      Output.sentence(spec.commandLine().getErr(), "reveals ", ProofText.reveals(proof));
      return;
    }
    ProofFile.write(file, proof.toBytes());
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("file", file.toString());
    json.put("bytes", proof.toBytes().length);
    json.put("bytesOfLinks", proof.linkBytes());
    about.accept(json);
    json.put("version", proof.context().version());
    json.put("reveals", ProofText.reveals(proof));
    json.put("pin", ProofFile.pin(proof.context()));
    output.object(out, json);
  }
}
