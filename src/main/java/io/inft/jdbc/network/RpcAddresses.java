package io.inft.jdbc.network;

import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.rpc.JsonRpcSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that {@code rpc} names.
 *
 * @param servers those that are asked; at least one
 * @param sockets those that tell of what is new
 */
record RpcAddresses(List<URI> servers, List<URI> sockets) {
  RpcAddresses {
    servers = List.copyOf(servers);
    sockets = List.copyOf(sockets);
  }

  static RpcAddresses parse(String text) throws SettingException {
    List<URI> servers = new ArrayList<>();
    List<URI> sockets = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      URI address = address(part.strip());
      if (JsonRpcSocket.isAddress(address)) {
        sockets.add(address);
      } else {
        servers.add(http(InftProperty.RPC, address));
      }
    }
    if (servers.isEmpty()) {
      throw new SettingException(
          InftProperty.RPC.propertyName(),
          "a ws or wss URL is only told of new versions; name an http or https URL of the chain"
              + " before it, with a comma between them");
    }
    return new RpcAddresses(servers, sockets);
  }

  /** Addresses of servers that are asked, separated by commas. */
  static List<URI> servers(InftProperty property, String text) throws SettingException {
    List<URI> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      addresses.add(http(property, address(part.strip())));
    }
    return addresses;
  }

  private static URI http(InftProperty property, URI address) throws SettingException {
    boolean http =
        address.getHost() != null
            && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
    if (!http) {
      throw new SettingException(
          property.propertyName(), "an http or https URL is expected, or several with commas");
    }
    return address;
  }

  private static URI address(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException noUrl) {
      return URI.create("");
    }
  }
}
