package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A JSON-RPC server on the loopback interface that can be told to misbehave. */
final class RpcServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final int SMALL_BODY_BYTES = 1 << 20;
  private static final int GIANT_BYTES = 64 << 20;

  static {
    // Without it every small answer waits 40 ms for an acknowledgement.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  /** Answers calls; null is JSON's null. */
  interface Methods {
    @Nullable Object call(String method, JsonNode parameters) throws RpcFault;
  }

  private final String name;
  private final Methods methods;
  private final Misbehaviour misbehaviour;
  private final int maxRequestBytes;
  private final HttpServer server;
  private final ExecutorService threads;

  private RpcServer(
      String name,
      Methods methods,
      Misbehaviour misbehaviour,
      int maxRequestBytes,
      HttpServer server) {
    this.name = name;
    this.methods = methods;
    this.misbehaviour = misbehaviour;
    this.maxRequestBytes = maxRequestBytes;
    this.server = server;
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newCachedThreadPool(
            runnable -> {
              Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a server.
   *
   * @param port 0 takes a free one
   */
  static RpcServer start(
      String name, int port, int maxRequestBytes, Misbehaviour misbehaviour, Methods methods)
      throws LocalStorageException {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer http = HttpServer.create(address, 0);
      RpcServer server = new RpcServer(name, methods, misbehaviour, maxRequestBytes, http);
      http.setExecutor(server.threads);
      http.createContext("/", server::handle);
      http.start();
      return server;
    } catch (IOException e) {
      throw new LocalStorageException(Path.of("port " + port), "listen on", e);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(maxRequestBytes + 1);
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      String method = "";
      int status = 200;
      try {
        if (body.length > maxRequestBytes) {
          status = 413;
          throw RpcFault.tooLarge();
        }
        JsonNode request = JSON.readTree(body);
        method = request.path("method").asText();
        answer.set("id", request.path("id"));
        if (misbehavesBefore(exchange, method, body.length)) {
          return;
        }
        Object result = methods.call(method, request.path("params"));
        answer.set("result", result instanceof JsonNode node ? node : JSON.valueToTree(result));
      } catch (RpcFault fault) {
        ObjectNode error = JSON.createObjectNode();
        error.put("code", fault.code()).put("message", fault.getMessage());
        if (fault.data() != null) {
          error.put("data", fault.data());
        }
        answer.set("error", error);
      }
      send(exchange, status, method, JSON.writeValueAsBytes(answer));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** True if the exchange is over. */
  private boolean misbehavesBefore(HttpExchange exchange, String method, int requestBytes)
      throws IOException {
    if (misbehaviour.does(Misbehaviour.Kind.DELAY, method)) {
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (misbehaviour.does(Misbehaviour.Kind.DROP, method)) {
      return true; // closing without a header resets the connection
    }
    if (misbehaviour.does(Misbehaviour.Kind.TOO_MANY_REQUESTS, method)) {
      exchange.sendResponseHeaders(429, -1);
      return true;
    }
    if (requestBytes > SMALL_BODY_BYTES
        && misbehaviour.does(Misbehaviour.Kind.SMALL_BODIES, method)) {
      byte[] page = "<html>413 Request Entity Too Large</html>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(413, page.length);
      exchange.getResponseBody().write(page);
      return true;
    }
    return false;
  }

  private void send(HttpExchange exchange, int status, String method, byte[] answer)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (misbehaviour.does(Misbehaviour.Kind.GARBAGE, method)) {
      byte[] garbage = "<html>it works</html>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, garbage.length);
      exchange.getResponseBody().write(garbage);
    } else if (misbehaviour.does(Misbehaviour.Kind.GIANT, method)) {
      exchange.sendResponseHeaders(200, GIANT_BYTES);
      byte[] blank = new byte[1 << 16];
      java.util.Arrays.fill(blank, (byte) ' ');
      for (int sent = 0; sent < GIANT_BYTES; sent += blank.length) {
        exchange.getResponseBody().write(blank);
      }
    } else if (misbehaviour.does(Misbehaviour.Kind.CUT, method)) {
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer, 0, answer.length / 2);
      exchange.getResponseBody().flush();
    } else {
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Override
  public String toString() {
    return name + " at " + address();
  }
}
