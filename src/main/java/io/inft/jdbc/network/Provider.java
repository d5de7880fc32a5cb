package io.inft.jdbc.network;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;

/** What both halves of a network have: a name to be asked for by, and an identity. */
public sealed interface Provider permits StoreProvider, RegistryProvider {
  /**
   * What stands before the colon in the properties {@code store} and {@code registry}, or in {@code
   * network}, which means both.
   */
  String name();

  /**
   * Tells this half from every other one that this machine may use: it is part of the name of
   * working copies. The same for the same place, whatever else is set.
   *
   * @param reference what stands after the colon; empty if nothing does
   */
  default String identity(String reference, NetworkRequest request) throws InftException {
    return reference.isEmpty()
        ? name()
        : name()
            + "-"
            + Digest.sha256(reference.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
  }
}
