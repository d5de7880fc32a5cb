package io.inft.cli.account;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.console.Accounts;
import io.inft.cli.console.Output;
import io.inft.jdbc.config.KeystoreFile;
import io.inft.jdbc.config.SecretFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft account new}. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = {
      "Make a signing key, and write it to a file that only its owner may read.",
      "Whoever has the file has the account; nobody can make the key again."
    },
    footer = {
      "",
      "Examples:",
      "  inft account new agent.key",
      "  inft account new agent.json --keystore-password-file password.txt"
    })
final class AccountNew implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "<file>", description = "A file that does not exist yet.")
  private Path file = Path.of("");

  @Option(
      names = "--keystore-password-file",
      paramLabel = "<file>",
      description =
          "Write an Ethereum keystore, version 3, that the first line of this file opens, instead"
              + " of the key in hex.")
  private @Nullable Path passwordFile;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    SecureRandom random = new SecureRandom();
    SigningKey key = SigningKey.generate(random);
    Path written = file.toAbsolutePath().normalize();
    String text =
        passwordFile == null
            ? key.revealHex()
            : KeystoreFile.seal(
                key, SecretFile.read(passwordFile, "--keystore-password-file"), random);
    if (!SecretFile.create(written, text)) {
      throw new IOException(written + " exists already; a key is never overwritten");
    }
    output.object(
        spec.commandLine().getOut(),
        new ObjectMapper()
            .createObjectNode()
            .put("account", "0x" + Accounts.checksummed(key.address()))
            .put("file", written.toString())
            .put("kind", passwordFile == null ? "hex" : "keystore"));
    return 0;
  }
}
