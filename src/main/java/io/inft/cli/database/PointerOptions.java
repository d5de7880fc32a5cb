package io.inft.cli.database;

import io.inft.bytes.Digest;
import io.inft.bytes.Scratch;
import io.inft.failure.GuidePlaceholderException;
import io.inft.failure.InftException;
import io.inft.failure.NotImportableException;
import io.inft.jdbc.GuidePointers;
import io.inft.jdbc.config.InftProperty;
import java.nio.file.Path;
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
      description =
          "Hold the file against the checksum that a client of the guide anchored; without a"
              + " database among the files, fetch it from 0G Storage, if it is there.")
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

  @Option(
      names = "--pointer-indexer",
      paramLabel = "<url>",
      description = "Indexer of the 0G Storage of that pointer (default: indexer, ZERO_G_INDEXER).")
  private @Nullable String indexer;

  /**
   * What a pointer says.
   *
   * @param id of the client
   * @param checksum SHA-256 that the file must have
   * @param network where the pointer was found
   */
  record Found(String id, String storageHash, Digest checksum, Properties network) {
    /**
     * Fetches the file from 0G Storage.
     *
     * @return a file in {@code scratch}
     */
    Path fetch(Scratch scratch, long mostBytes) throws SQLException, InftException {
      if (hex(storageHash).equals(checksum.hex())) {
        throw new GuidePlaceholderException(id, checksum.hex());
      }
      Digest root;
      try {
        root = Digest.parse(hex(storageHash));
      } catch (IllegalArgumentException e) {
        throw new NotImportableException(
            "the pointer of " + id, "'" + storageHash + "' is no root, so nothing can be fetched");
      }
      Path file = scratch.make(root + ".encrypted");
      GuidePointers.fetch(network, id, root, mostBytes, file);
      return file;
    }
  }

  /** Reads the pointer, if one was named. */
  Optional<Found> find(Properties given) throws SQLException, InftException {
    String name = id;
    if (name == null) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.putAll(given);
    if (rpc != null) {
      properties.setProperty(InftProperty.RPC.propertyName(), rpc);
      properties.remove(InftProperty.NETWORK.propertyName());
    }
    if (contract != null) {
      properties.setProperty(InftProperty.CONTRACT.propertyName(), contract);
    }
    if (indexer != null) {
      properties.setProperty(InftProperty.INDEXER.propertyName(), indexer);
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
    return Optional.of(
        new Found(name, pointer.storageHash(), digest(name, pointer.checksum()), properties));
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
