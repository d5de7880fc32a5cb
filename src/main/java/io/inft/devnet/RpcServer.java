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
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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

  /**
   * One server as its callers see it; several of them may share a socket.
   *
   * @param calls counts what was called, by method
   */
  record Site(Misbehaviour misbehaviour, Methods methods, CallTally calls) {}

  private final String name;
  private final Function<String, Optional<Site>> sites;
  private final int maxRequestBytes;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;
  private final ExecutorService threads;

  private RpcServer(
      String name, Function<String, Optional<Site>> sites, int maxRequestBytes, HttpServer server) {
    this.name = name;
    this.sites = sites;
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
  static RpcServer start(String name, int port, int maxRequestBytes, Site site)
      throws LocalStorageException {
    return start(name, port, maxRequestBytes, path -> Optional.of(site));
  }

  /**
   * Starts a server that plays several.
   *
   * @param sites by the path of the URL
   */
  static RpcServer start(
      String name, int port, int maxRequestBytes, Function<String, Optional<Site>> sites)
      throws LocalStorageException {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer http = HttpServer.create(address, 0);
      RpcServer server = new RpcServer(name, sites, maxRequestBytes, http);
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
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
        exchange.sendResponseHeaders(415, -1);
        return;
      }
      Optional<Site> found = sites.apply(exchange.getRequestURI().getPath());
      if (found.isEmpty()) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      Site site = found.get();
      byte[] body = exchange.getRequestBody().readNBytes(maxRequestBytes + 1);
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      String method = "";
      int status = 200;
      try {
        if (body.length > maxRequestBytes) {
          status = 413;
          throw RpcFault.tooLarge();
        }
        JsonNode request = request(body);
        method = request.path("method").asText();
        answer.set("id", request.path("id"));
        site.calls().count(method);
        if (misbehavesBefore(site.misbehaviour(), exchange, method, body.length)) {
          return;
        }
        Object result = site.methods().call(method, request.path("params"));
        answer.set("result", result instanceof JsonNode node ? node : JSON.valueToTree(result));
      } catch (RpcFault fault) {
        ObjectNode error = JSON.createObjectNode();
        error.put("code", fault.code()).put("message", fault.getMessage());
        if (fault.data() != null) {
          error.put("data", fault.data());
        }
        answer.set("error", error);
      }
      send(site.misbehaviour(), exchange, status, method, JSON.writeValueAsBytes(answer));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static JsonNode request(byte[] body) throws RpcFault {
    try {
      JsonNode request = JSON.readTree(body);
      if (request != null && request.isObject()) {
        return request;
      }
    } catch (IOException notJson) {
      throw RpcFault.noJson();
    }
    throw RpcFault.noRequest();
  }

  /** True if the exchange is over. */
  private boolean misbehavesBefore(
      Misbehaviour misbehaviour, HttpExchange exchange, String method, int requestBytes)
      throws IOException {
    if (misbehaviour.does(Misbehaviour.Kind.SILENT, method)) {
      await(Misbehaviour.SILENCE);
      return true;
    }
    if (misbehaviour.does(Misbehaviour.Kind.SLOW, method)) {
      await(Misbehaviour.SLOWNESS);
    }
    if (misbehaviour.does(Misbehaviour.Kind.DELAY, method)) {
      await(Misbehaviour.DELAY);
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

  /** Ends early when the server is closed. */
  private void await(Duration time) {
    try {
      if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        Thread.currentThread().interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(
      Misbehaviour misbehaviour, HttpExchange exchange, int status, String method, byte[] answer)
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
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Override
  public String toString() {
    return name + " at " + address();
  }
}
