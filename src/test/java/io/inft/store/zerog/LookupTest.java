package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.inft.bytes.Digest;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.failure.StoreUnavailableException;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final int NODES = 3;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CyclicBarrier together = new CyclicBarrier(NODES);
  private final List<HttpServer> nodes = Stream.generate(this::node).limit(NODES).toList();
  private ZeroGStore store;

  @BeforeEach
  void openStore() {
    URI nowhere = URI.create("http://127.0.0.1:1");
    List<URI> addresses =
        nodes.stream()
            .map(node -> URI.create("http://127.0.0.1:" + node.getAddress().getPort()))
            .toList();
    store =
        ZeroGStore.readOnly(
            ZeroGSettings.withNodes(addresses),
            new Chain(JsonRpc.at(nowhere, RpcSettings.STANDARD), ChainSettings.STANDARD));
  }

  @AfterEach
  void stop() {
    store.close();
    nodes.forEach(node -> node.stop(0));
    threads.shutdownNow();
  }

  /** Each answers only when all were asked. */
  @Test
  void asksTheNodesSideBySide() throws Exception {
    assertThat(store.find(Digest.ZERO, OptionalLong.empty()).failures()).isEmpty();
  }

  @Test
  void aClosedStoreIsUnavailable() {
    store.close();
    assertThatThrownBy(() -> store.find(Digest.ZERO, OptionalLong.empty()))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("closed");
  }

  private HttpServer node() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode call = new ObjectMapper().readTree(exchange.getRequestBody());
    String result =
        switch (call.path("method").asText()) {
          case "zgs_getShardConfig" -> "\"result\":{\"shardId\":0,\"numShard\":1}";
          case "zgs_getFileInfo" -> allAreAsked() ? "\"result\":null" : error("asked alone");
          default -> error("not expected");
        };
    byte[] body =
        ("{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + "," + result + "}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private boolean allAreAsked() {
    try {
      together.await(5, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      return false;
    }
  }

  private static String error(String message) {
    return "\"error\":{\"code\":-32000,\"message\":\"" + message + "\"}";
  }
}
