package io.inft.cli.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.ByteSource;
import io.inft.bytes.FileSource;
import io.inft.bytes.SigningKey;
import io.inft.cli.console.Output;
import io.inft.cli.console.TransferBar;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.StorageTarget;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.zerog.PeerEncryption;
import io.inft.store.zerog.ZeroGFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft storage put}. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    description = "Store a file and print its root. May be repeated: nothing is paid for twice.",
    footer = {
      "",
      "Without --key or --recipient the file is stored as it is, for everybody to read.",
      "",
      "Examples:",
      "  inft storage put photo.jpg",
      "  inft storage put letter.txt --recipient 02466d7f… --replicas 2 --json"
    })
final class StoragePut implements Callable<Integer> {
  private static final int MAX_REPLICAS = 64;

  @Spec private CommandSpec spec;
  @Mixin private StorageOptions storage = new StorageOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "0", paramLabel = "<file>", description = "The file to store.")
  private Path file = Path.of("");

  @ArgGroup private @Nullable Encryption encryption;

  @Option(
      names = "--replicas",
      paramLabel = "<number>",
      defaultValue = "1",
      description = "Nodes that shall keep each part (default: 1).")
  private int replicas;

  /** At most one of them. */
  static final class Encryption {
    @Option(
        names = "--key",
        paramLabel = "<file>",
        description = "Encrypt for whoever has the 32-byte key in this file, in hex (format 1).")
    private @Nullable Path key;

    @Option(
        names = "--recipient",
        paramLabel = "<public key>",
        description = "Encrypt for the owner of an account, named by its public key (format 2).")
    private @Nullable String recipient;
  }

  @Override
  public Integer call() throws Exception {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + (Files.exists(file) ? " is no regular file" : " does not exist"));
    }
    if (Files.size(file) == 0) {
      throw new IOException(file + " is empty; 0G Storage takes files of at least one byte");
    }
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new SettingException(
          "replicas", replicas + " is not possible; expected 1 to " + MAX_REPLICAS);
    }
    try (FileSource plain = FileSource.open(file);
        StorageTarget target = storage.forWriting(replicas)) {
      ByteSource source = encrypted(plain, target.signingKey().orElseThrow());
      ZeroGFiles files = new ZeroGFiles(target.store());
      List<ObjectRef> refs =
          TransferBar.during(
              "storing",
              source.sizeBytes(),
              output.asJson(),
              listener -> files.put(source, listener));
      print(plain, source, refs);
    }
    return 0;
  }

  private ByteSource encrypted(ByteSource plain, SigningKey sender)
      throws InftException, IOException {
    if (encryption == null) {
      return plain;
    }
    spec.commandLine().getErr().println(PeerKeys.WARNING);
    if (encryption.key != null) {
      return PeerEncryption.encryptRepeatably(plain, PeerKeys.symmetric(encryption.key));
    }
    String recipient = encryption.recipient == null ? "" : encryption.recipient;
    byte[] publicKey = PeerKeys.publicKey(recipient);
    try {
      return PeerEncryption.encryptRepeatably(plain, publicKey, sender);
    } catch (IllegalArgumentException e) {
      throw PeerKeys.noPublicKey(recipient);
    }
  }

  private void print(ByteSource plain, ByteSource stored, List<ObjectRef> refs) throws IOException {
    ObjectNode facts = new ObjectMapper().createObjectNode();
    facts.put(
        "root", refs.stream().map(ref -> ref.root().toString()).collect(Collectors.joining(",")));
    facts.put("bytes", plain.sizeBytes());
    facts.put("encryption", encryption == null ? 0 : encryption.key != null ? 1 : 2);
    if (refs.size() > 1) {
      facts.put("storedBytes", stored.sizeBytes());
      ArrayNode parts = facts.putArray("parts");
      refs.forEach(
          ref ->
              parts.addObject().put("root", ref.root().toString()).put("bytes", ref.sizeBytes()));
    }
    output.object(spec.commandLine().getOut(), facts);
  }
}
