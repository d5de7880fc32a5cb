package io.inft.cli.database;

import io.inft.bytes.Digest;
import io.inft.failure.GuidePlaceholderException;
import io.inft.failure.InftException;
import io.inft.failure.NotImportableException;
import io.inft.jdbc.GuidePointers;
import io.inft.jdbc.config.InftProperty;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a pointer of the guide's clients says of a file. A mixin. */
final class PointerOptions {
  @Option(
      names = "--from-pointer",
      paramLabel = "<guide id>",
      description = "Hold the file against the checksum that a client of the guide anchored.")
  private @Nullable String id;

  @Option(
      names = "--pointer-rpc",
      paramLabel = "<url>",
      description = "JSON-RPC of the chain of that pointer (default: rpc, ZERO_G_RPC).")
  private @Nullable String rpc;

  @Option(
      names = "--pointer-contract",
      paramLabel = "<0x…>",
      description = "The contract of that pointer (default: contract, ZERO_G_STORAGE_CONTRACT).")
  private @Nullable String contract;

  /**
   * The SHA-256 that the file must have, if a pointer was named.
   *
   * @param isFileGiven whether there is a file to hold against it; if not, the failure says where
   *     one is
   */
  Optional<Digest> checksum(Properties network, boolean isFileGiven)
      throws SQLException, InftException {
    String name = id;
    if (name == null) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.putAll(network);
    if (rpc != null) {
      properties.setProperty(InftProperty.RPC.propertyName(), rpc);
      properties.remove(InftProperty.NETWORK.propertyName());
    }
    if (contract != null) {
      properties.setProperty(InftProperty.CONTRACT.propertyName(), contract);
    }
    GuidePointers.Pointer pointer =
        GuidePointers.read(properties, name)
            .orElseThrow(
                () ->
                    new NotImportableException(
                        "the pointer of " + name,
                        "the contract has none. The guide's clients say that they anchored also"
                            + " where no key was set or the transaction ran out of gas; import the"
                            + " file without --from-pointer"));
    Digest checksum = digest(name, pointer.checksum());
    if (!isFileGiven) {
      throw hex(pointer.storageHash()).equals(hex(pointer.checksum()))
          ? new GuidePlaceholderException(name, checksum.hex())
          : new NotImportableException(
              "the pointer of " + name,
              "it names the object 0x"
                  + hex(pointer.storageHash())
                  + "; fetch that with 'inft storage get 0x"
                  + hex(pointer.storageHash())
                  + " snapshot', and import the file with --from-pointer, which holds it against"
                  + " the checksum");
    }
    return Optional.of(checksum);
  }

  private static String hex(String hash) {
    String lower = hash.toLowerCase(Locale.ROOT);
    return lower.startsWith("0x") ? lower.substring(2) : lower;
  }

  private static Digest digest(String name, String checksum) throws NotImportableException {
    try {
      return Digest.parse(hex(checksum));
    } catch (IllegalArgumentException e) {
      throw new NotImportableException(
          "the pointer of " + name,
          "its checksum is no SHA-256, so no file can be held against it");
    }
  }
}
