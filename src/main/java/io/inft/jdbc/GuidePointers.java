package io.inft.jdbc;

import io.inft.bytes.Address;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.registry.onchain.GuideContract;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** Pointers that clients of the guide wrote, on the chain that properties describe. */
public final class GuidePointers {
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

  private static Address address(String text) throws SettingException {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "contract", "'" + text + "' is no address: 0x and 40 hex digits are expected");
    }
  }
}
