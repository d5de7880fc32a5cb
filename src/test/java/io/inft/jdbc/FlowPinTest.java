package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.inft.bytes.Address;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.failure.WrongFlowException;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.network.ChainNetwork;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.store.zerog.FlowPin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which Flow contract is paid, from the settings of a connection on. */
class FlowPinTest extends OnDevnet {
  private static final String OTHERS = "0x" + "66".repeat(20);

  private static Optional<FlowPin.Pinned> pin(Properties properties) throws Exception {
    NetworkRequest request = ConnectionOpening.request(properties, Surroundings.ofThisProcess());
    ChainNetwork chain = Networks.wholeChain(request).orElseThrow();
    return ChainNetwork.storageSettings(request, chain.access(request)).flow().pinned();
  }

  /** Whoever the nodes are: before, naming them took the pin away. */
  @ParameterizedTest
  @CsvSource({
    ", 16661, 0x62D4144dB0F0a6fBBaeb6296c785C71B3D57C526",
    "mainnet, 16661, 0x62D4144dB0F0a6fBBaeb6296c785C71B3D57C526",
    "custom, 16661, 0x62D4144dB0F0a6fBBaeb6296c785C71B3D57C526",
    "galileo, 16602, 0x22E03a6A89B950F1c82ec5e74F8eCa321a105296"
  })
  void thatOfAPublicChainIsPinned(String name, long chainId, String flow) throws Exception {
    HttpServer chain =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chain.createContext(
        "/",
        exchange -> {
          String id = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] answer =
              ("{\"jsonrpc\":\"2.0\",\"id\":"
                      + id.replaceAll(".*\"id\":([0-9]+).*", "$1")
                      + ",\"result\":\"0x"
                      + Long.toHexString(chainId)
                      + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    chain.start();
    try {
      Properties properties =
          on("a", URI.create("http://127.0.0.1:" + chain.getAddress().getPort()), key);
      properties.remove("network");
      if (name != null) {
        properties.setProperty("network", name);
      }
      for (String nodes : new String[] {"indexer", "nodes"}) {
        properties.setProperty(nodes, "http://127.0.0.1:1");
        assertThat(pin(properties))
            .hasValueSatisfying(pinned -> assertThat(pinned.flow()).isEqualTo(Address.parse(flow)));
      }
    } finally {
      chain.stop(0);
    }
  }

  @Test
  void theOneThatIsSetCounts() throws Exception {
    Properties properties = on("a");
    properties.setProperty("flow", OTHERS);
    assertThat(pin(properties))
        .hasValueSatisfying(pinned -> assertThat(pinned.flow()).isEqualTo(Address.parse(OTHERS)));

    assertThatThrownBy(() -> write(properties)).rootCause().isInstanceOf(WrongFlowException.class);
  }

  @Test
  void whatWasUsedFirstIsWrittenDownAndStays() throws Exception {
    Properties properties = on("a");
    assertThat(pin(properties)).isEmpty();
    write(properties);
    String flow = network.devnet().contracts().flow().toString();
    assertThat(files("flow")).singleElement().satisfies(file -> assertThat(file).hasContent(flow));

    network.devnet().nodes().forEach(node -> node.misbehaviour().start(Kind.WRONG_FLOW));
    properties.setProperty("gasLimit", "499999"); // a network of its own, which knows no node yet
    assertThatThrownBy(() -> write(properties))
        .rootCause()
        .isInstanceOf(WrongFlowException.class)
        .hasMessageContaining("written down in " + files("flow").get(0))
        .hasMessageContaining("found " + OTHERS);
    assertThat(files("flow").get(0)).hasContent(flow);
  }

  private List<Path> files(String name) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.endsWith(name)).toList();
    }
  }

  private void write(Properties properties) throws SQLException {
    properties.setProperty("anchorTimeout", "20s");
    properties.setProperty("inline", "never");
    properties.setProperty("onClose", "background");
    try (Connection connection =
        connect("paid-" + key.address().toString().substring(2, 10), properties)) {
      run(connection, "CREATE TABLE IF NOT EXISTS t(a)");
      run(connection, "INSERT INTO t VALUES (1)");
    }
  }
}
