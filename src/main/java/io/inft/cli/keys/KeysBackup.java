package io.inft.cli.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.failure.KeyringChangeException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.ReadOnlyException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.SecretFile;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft keys backup}. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Make a recovery key: a new random key in a file, and a slot for it. With --sheet the file is"
          + " a page to print, with the key as 24 words (.html, or text).",
      "",
      "Gives: a way in that does not depend on a password. Together with the id and the network it"
          + " is all that is needed to open the database anywhere.",
      "Does not give: a copy of the data, nor the right to write; that is the signing key. Whoever"
          + " has the file reads everything, so keep it offline. A new epoch does not take its slot"
          + " over: make a new one after each inft keys rotate."
    },
    footer = {
      "",
      "Example:",
      "  inft keys backup agent-1 /media/usb/agent-1.key",
      "  inft keys check agent-1 --encryption-key-file /media/usb/agent-1.key",
      "  inft keys backup agent-1 --sheet sheet.html"
    })
final class KeysBackup implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "1", paramLabel = "<file>", description = "A file that does not exist yet.")
  private Path file = Path.of("");

  @Option(
      names = "--sheet",
      description = "Write a page to print; inft keys restore reads it back, or the typed words.")
  private boolean sheet;

  @Override
  public Integer call() throws Exception {
    Target target = database.target(true);
    Path written = file.toAbsolutePath();
    // The file first: a slot whose key nobody has would look like a backup and be none.
    Secret key = Secret.randomKey(new SecureRandom());
    target.requirePublished();
    if (!SecretFile.create(written, sheet ? page(key, target) : keyFile(key, target))) {
      throw new IOException(written + " exists already; a recovery key is never overwritten");
    }
    ObjectNode changed;
    try {
      Secret readBack =
          sheet
              ? RecoveryWords.parse(RecoverySheet.words(Files.readString(written)))
              : Secret.parseKey(SecretFile.read(written, "file"));
      changed = KeyringJson.change(target, session -> new KeyChange.Add(session.slotFor(readBack)));
    } catch (Exception e) {
      // Only where it is certain that no slot was made.
      if (isDefinite(e)) {
        Files.deleteIfExists(written);
      }
      throw e;
    }
    output.object(spec.commandLine().getOut(), changed.put("file", written.toString()));
    return 0;
  }

  private String page(Secret key, Target target) {
    return new RecoverySheet(
            database.id(),
            target.network().name(),
            LocalDate.now(ZoneOffset.UTC),
            RecoveryWords.of(key))
        .writtenTo(file);
  }

  private String keyFile(Secret key, Target target) {
    return Secret.revealHex(key)
        + "\n# recovery key of the database "
        + database.id()
        + " on the network "
        + target.network().name()
        + "\n# inft keys check "
        + database.id()
        + " --encryption-key-file <this file>";
  }

  private static boolean isDefinite(Exception failure) {
    Throwable cause = failure instanceof SQLException ? failure.getCause() : failure;
    return cause instanceof NotAuthorizedException
        || cause instanceof KeyringChangeException
        || cause instanceof ReadOnlyException;
  }
}
