package io.inft.cli.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.SecretFile;
import io.inft.replica.restore.KeyCheck;
import io.inft.seal.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft keys restore}. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Make a key file of the words of a recovery sheet, after they opened the database.",
      "",
      "Gives: a file for --encryption-key-file. A mistyped word is named by its position, also one"
          + " that is another word of the list, and two that changed places: then all sheets that"
          + " differ so little are tried.",
      "Does not give: the right to write; that is the signing key."
    },
    footer = {
      "",
      "Example:",
      "  inft keys restore agent-1 recovered.key --from-sheet sheet.html",
      "  inft keys restore agent-1 recovered.key --from-sheet -"
    })
final class KeysRestore implements Callable<Integer> {
  private static final int MAX_SHEET_BYTES = 64 << 10;

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<file>", description = "A file that does not exist yet.")
  private Path file = Path.of("");

  @Option(
      names = "--from-sheet",
      paramLabel = "<file>",
      required = true,
      description = "The sheet, or the words as they were typed; - reads them from standard input.")
  private Path sheet = Path.of("");

  @Override
  public Integer call() throws Exception {
    List<String> words = RecoverySheet.words(read());
    Target target = database.reading(false);
    Secret key = key(words, target);
    KeyCheck check = target.with(key).checkKey();
    Path written = file.toAbsolutePath();
    if (!SecretFile.create(written, Secret.revealHex(key))) {
      throw new IOException(written + " exists already; a key is never overwritten");
    }
    output.object(
        spec.commandLine().getOut(),
        new ObjectMapper()
            .createObjectNode()
            .put("opens", true)
            .put("version", check.version())
            .put("epoch", check.epoch())
            .put("slot", check.slot().id())
            .put("file", written.toString()));
    return 0;
  }

  private String read() throws IOException {
    try (InputStream in = sheet.toString().equals("-") ? System.in : Files.newInputStream(sheet)) {
      byte[] bytes = in.readNBytes(MAX_SHEET_BYTES + 1);
      if (bytes.length > MAX_SHEET_BYTES) {
        throw new IOException(sheet + " is no recovery sheet: it is too long");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The words' key, if it opens the database; else what is wrong with the words. */
  private static Secret key(List<String> words, Target target) throws SQLException {
    String wrong;
    try {
      Secret key = RecoveryWords.parse(words);
      if (target.whatOpens(List.of(key)).isPresent()) {
        return key;
      }
      wrong = "the words are a key, but it opens nothing of this database in its newest key epoch";
    } catch (IllegalArgumentException e) {
      wrong = String.valueOf(e.getMessage());
      if (words.size() != RecoveryWords.WORDS || !wrong.startsWith("each")) {
        throw Target.refused(wrong);
      }
    }
    Map<Secret, String> near = RecoveryWords.near(words);
    Optional<Secret> meant = target.whatOpens(new ArrayList<>(near.keySet()));
    throw Target.refused(meant.isPresent() ? near.get(meant.get()) + "; correct it" : wrong);
  }
}
