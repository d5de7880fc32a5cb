package io.inft.jdbc;

import io.inft.bytes.Address;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotImportableException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.registry.onchain.GuideContract;
import io.inft.store.zerog.ZeroGFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Pointers that clients of the guide wrote, on the chain that properties describe. */
public final class GuidePointers {
  private static final int STEP_BYTES = 1 << 22;

  private GuidePointers() {}

  /**
   * What a client of the guide wrote; nothing of it is checked.
   *
   * @param timestamp seconds since 1970, the chain's
   */
  public record Pointer(String storageHash, String checksum, long timestamp) {}

  /**
   * Reads a pointer; empty if none was written.
   *
   * @param given {@code rpc}, {@code contract} and what else a connection takes; the chain id is
   *     pinned as for one
   * @param id as that client was given it
   */
  public static Optional<Pointer> read(Properties given, String id) throws SQLException {
    Properties reading = new Properties();
    reading.putAll(given);
    reading.putIfAbsent(InftProperty.MODE.propertyName(), "ro");
    try {
      NetworkRequest request = ConnectionOpening.request(reading, Surroundings.ofThisProcess());
      String contract =
          request
              .text(InftProperty.CONTRACT)
              .orElseThrow(
                  () ->
                      new SettingException(
                          "contract", "the contract of the pointer is expected (--contract)"));
      return GuideContract.pointer(Networks.chainOf(request).chain(), address(contract), id)
          .map(found -> new Pointer(found.storageHash(), found.checksum(), found.timestamp()));
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /**
   * Fetches what a pointer names from 0G Storage; every byte is checked against the root.
   *
   * @param given {@code rpc}, {@code indexer} or {@code nodes}, and what else a connection takes
   * @param id for messages
   * @param file is there and empty
   * @throws SQLException its cause is a {@link NotImportableException} if no node has the object,
   *     or it is larger than {@code mostBytes}
   */
  public static void fetch(Properties given, String id, Digest root, long mostBytes, Path file)
      throws SQLException {
    Properties reading = new Properties();
    reading.putAll(given);
    reading.setProperty(InftProperty.MODE.propertyName(), "ro");
    try (StorageTarget target = StorageTarget.of(reading, 1)) {
      ByteSource stored = new ZeroGFiles(target.store()).open(List.of(root));
      if (stored.sizeBytes() > mostBytes) {
        throw new NotImportableException(
            "the pointer of " + id,
            "its object has " + stored.sizeBytes() + " bytes, and " + mostBytes + " are allowed");
      }
      copy(stored.sequential(), file);
    } catch (ObjectMissingException e) {
      throw SqlExceptions.of(
          new NotImportableException(
              "the pointer of " + id,
              "no node of 0G Storage has the object that it names ("
                  + e.getMessage()
                  + "). Name the file that the client wrote as '<database>.encrypted' on its own"
                  + " machine, and it is held against the pointer's checksum"));
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  private static void copy(ByteSource stored, Path file) throws InftException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long at = 0; at < stored.sizeBytes(); at += STEP_BYTES) {
        out.write(stored.read(at, (int) Math.min(STEP_BYTES, stored.sizeBytes() - at)));
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "write", e);
    }
  }

  private static Address address(String text) throws SettingException {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "contract", "'" + text + "' is no address: 0x and 40 hex digits are expected");
    }
  }
}
