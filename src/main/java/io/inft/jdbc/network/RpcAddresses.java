package io.inft.jdbc.network;

import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.rpc.Endpoints;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.JsonRpcSocket;
import io.inft.rpc.Quorum;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses that {@code rpc} names.
 *
 * @param servers those that are asked; at least one
 * @param sockets those that tell of what is new
 */
record RpcAddresses(List<URI> servers, List<URI> sockets) {
  private static final String QUORUM = "quorum";

  /** None named, http's, https's. */
  private static final Set<Integer> USUAL_PORTS = Set.of(-1, 80, 443);

  /** Each endpoint has the others for its failures. */
  private static final RetryRule EACH =
      new RetryRule(2, Duration.ofMillis(200), Duration.ofMillis(400));

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

  /**
   * Those that are asked, and how many of them must say the same.
   *
   * @throws SettingException they are too few, or one of them stands there twice
   */
  Endpoints endpoints(NetworkRequest request) throws SettingException {
    Optional<Long> wanted = request.number(InftProperty.QUORUM);
    if (!QUORUM.equals(request.text(InftProperty.TRUST).orElse(""))) {
      if (wanted.isPresent()) {
        throw new SettingException(
            InftProperty.QUORUM.propertyName(), "it counts with trust=quorum; set that too");
      }
      return Endpoints.oneOf(JsonRpc.at(servers, RpcSettings.STANDARD));
    }
    int count = servers.size();
    if (count < 2) {
      throw new SettingException(
          InftProperty.TRUST.propertyName(),
          "trust=quorum needs two or more endpoints to compare, of different operators, and rpc"
              + " names one: add http or https URLs, with commas (a WebSocket is never asked)");
    }
    Set<String> operators = new HashSet<>();
    for (URI server : servers) {
      if (!operators.add(operator(server))) {
        throw new SettingException(
            InftProperty.RPC.propertyName(),
            "with trust=quorum "
                + server.getHost()
                + " may stand there once: who answers twice is no second voice");
      }
    }
    long need = wanted.orElse((long) Quorum.majority(count));
    if (need > count || need * 2 <= count) {
      throw new SettingException(
          InftProperty.QUORUM.propertyName(),
          need
              + " of "
              + count
              + " endpoints is not possible: from "
              + Quorum.majority(count)
              + " to "
              + count
              + " must agree, or two different answers could both be believed");
    }
    return Quorum.of(servers, (int) need, RpcSettings.STANDARD.withRetry(EACH));
  }

  /** Who answers there, however the address is written: only a port of its own is another one. */
  private static String operator(URI server) {
    String host = server.getHost().toLowerCase(Locale.ROOT);
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return USUAL_PORTS.contains(server.getPort()) ? name : name + ":" + server.getPort();
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
