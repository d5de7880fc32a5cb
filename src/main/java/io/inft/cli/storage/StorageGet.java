package io.inft.cli.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.FileSource;
import io.inft.bytes.SigningKey;
import io.inft.cli.console.Output;
import io.inft.cli.console.TransferBar;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.StorageTarget;
import io.inft.store.zerog.PeerEncryption;
import io.inft.store.zerog.ZeroGFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft storage get}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description =
        "Fetch a file; every byte is checked against the root. May be repeated after a failure:"
            + " what is here already is not fetched again.",
    footer = {
      "",
      "Examples:",
      "  inft storage get 0x24bd… photo.jpg",
      "  inft storage get 0x24bd… letter.txt --key key.hex",
      "  inft storage get 0x24bd… letter.txt --recipient-key-file account.hex"
    })
final class StorageGet implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorageOptions storage = new StorageOptions();
  @Mixin private Output output = new Output();

  @Parameters(
      index = "0",
      paramLabel = "<root>",
      split = ",",
      arity = "1",
      converter = RootConverter.class,
      description = "Root of the file, or roots of its parts in order, separated by commas.")
  private List<Digest> roots = List.of();

  @Parameters(index = "1", paramLabel = "<file>", description = "Where to write it.")
  private Path file = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "<file>",
      description = "Decrypt with the 32-byte key in this file, in hex (format 1).")
  private @Nullable Path key;

  @Option(
      names = "--recipient-key-file",
      paramLabel = "<file>",
      description = "Decrypt with the private key in this file, in hex (format 2).")
  private @Nullable Path recipientKey;

  @Option(
      names = "--decrypt",
      description = "Decrypt format 2 with the signing key of the settings.")
  private boolean withSigningKey;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    if (Files.isDirectory(file) || (Files.exists(file) && !force)) {
      throw new IOException(file + " exists already; name another file, or give --force");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new IOException("there is no folder " + parent + " for the file; make it first");
    }
    if ((key != null ? 1 : 0) + (recipientKey != null ? 1 : 0) + (withSigningKey ? 1 : 0) > 1) {
      throw new SettingException(
          "key", "give one of --key, --recipient-key-file and --decrypt, not several");
    }
    try (StorageTarget target = storage.forReading();
        Download download = Download.to(file.toAbsolutePath(), roots)) {
      ZeroGFiles files = new ZeroGFiles(target.store());
      ByteSource stored = files.open(roots);
      TransferBar.during(
          "fetching",
          stored.sizeBytes(),
          output.asJson(),
          listener -> {
            download.fetch(stored, files, listener);
            return true;
          });
      int format = finish(download, target.signingKey());
      ObjectNode facts = new ObjectMapper().createObjectNode();
      facts.put("file", file.toString());
      facts.put("bytes", Files.size(file));
      facts.put("encryption", format);
      output.object(spec.commandLine().getOut(), facts);
    }
    return 0;
  }

  private int finish(Download download, Optional<SigningKey> own)
      throws InftException, IOException {
    Optional<SigningKey> recipient = withSigningKey ? own : Optional.empty();
    if (withSigningKey && own.isEmpty()) {
      throw new SettingException("decrypt", "no private key is set; see --private-key-file");
    }
    if (recipientKey != null) {
      recipient = Optional.of(PeerKeys.recipient(recipientKey));
    }
    if (key == null && recipient.isEmpty()) {
      download.finish();
      return 0;
    }
    spec.commandLine().getErr().println(PeerKeys.WARNING);
    try (FileSource stored = download.stored()) {
      ByteSource plain =
          key != null
              ? PeerEncryption.decrypt(stored, PeerKeys.symmetric(key))
              : PeerEncryption.decrypt(stored, recipient.orElseThrow());
      download.finish(plain);
    }
    return key != null ? 1 : 2;
  }
}
