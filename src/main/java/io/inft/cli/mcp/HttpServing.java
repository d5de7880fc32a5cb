package io.inft.cli.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The streamable HTTP of the protocol, without sessions and streams of the server's own: each
 * request is answered by itself, so a client goes on when the server was started anew. Who has no
 * token, or comes from a web page that nobody named, is turned away before anything is read.
 */
final class HttpServing implements McpStatelessServerTransport, AutoCloseable {
  static final String PATH = "/mcp";
  static final int LEAST_TOKEN = 16;
  private static final int THREADS = 16;
  private static final int SECONDS_TO_SEND = 30;
  private static final int PARSE_ERROR = -32700;

  private final HttpServer server;
  private final ExecutorService threads;
  private final byte[] token;
  private final Set<String> origins;
  private final McpJsonMapper json = Serving.json();

  // Mutable: given once, before the server starts.
  private volatile @Nullable McpStatelessServerHandler handler;

  static {
    // A client that sends its request byte by byte would keep a thread for as long as it likes.
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(SECONDS_TO_SEND));
    }
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  /**
   * @param token what a client must show
   * @param origins of web pages that may call
   */
  HttpServing(InetSocketAddress address, String token, Set<String> origins) throws IOException {
    this.token = digest(token);
    this.origins = Set.copyOf(origins);
    this.server = HttpServer.create(address, 0);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "inft-mcp-http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void setMcpHandler(McpStatelessServerHandler given) {
    handler = given;
  }

  @Override
  public List<String> protocolVersions() {
    return List.of(
        ProtocolVersions.MCP_2025_03_26,
        ProtocolVersions.MCP_2025_06_18,
        ProtocolVersions.MCP_2025_11_25);
  }

  /** Begins to answer. */
  void start() {
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  /** Waits until it is closed, or the thread is interrupted. */
  void awaitEnd() throws InterruptedException {
    while (!threads.awaitTermination(1, TimeUnit.HOURS)) {
      // It goes on.
    }
  }

  @Override
  public void close() {
    server.stop(1);
    threads.shutdown();
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int refused = refusal(exchange);
      if (refused != 0) {
        exchange.sendResponseHeaders(refused, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(Serving.MAX_MESSAGE_BYTES + 1);
      if (body.length > Serving.MAX_MESSAGE_BYTES) {
        exchange.sendResponseHeaders(413, -1);
        return;
      }
      answer(exchange, new String(body, StandardCharsets.UTF_8));
    }
  }

  /** The status that turns a request away, or 0. */
  private int refusal(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin != null && !origins.contains(origin.toLowerCase(Locale.ROOT))) {
      return 403;
    }
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    String prefix = "Bearer ";
    if (shown == null
        || !shown.regionMatches(true, 0, prefix, 0, prefix.length())
        || !MessageDigest.isEqual(digest(shown.substring(prefix.length()).strip()), token)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      return 401;
    }
    if (!exchange.getRequestURI().getPath().equals(PATH)) {
      return 404;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      return 405;
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return 415;
    }
    String version = exchange.getRequestHeaders().getFirst("MCP-Protocol-Version");
    return version == null || protocolVersions().contains(version) ? 0 : 400;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void answer(HttpExchange exchange, String body) throws IOException {
    McpSchema.JSONRPCMessage message;
    try {
      message = McpSchema.deserializeJsonRpcMessage(json, body);
    } catch (IOException | IllegalArgumentException e) {
      send(
          exchange,
          400,
          McpSchema.JSONRPCResponse.error(
              "",
              new McpSchema.JSONRPCResponse.JSONRPCError(
                  PARSE_ERROR, "this is no message of the protocol", null)));
      return;
    }
    McpStatelessServerHandler serving = Objects.requireNonNull(handler);
    if (message instanceof McpSchema.JSONRPCRequest request) {
      send(exchange, 200, serving.handleRequest(McpTransportContext.EMPTY, request).block());
    } else {
      if (message instanceof McpSchema.JSONRPCNotification notification) {
        serving.handleNotification(McpTransportContext.EMPTY, notification).block();
      }
      exchange.sendResponseHeaders(202, -1);
    }
  }

  private void send(HttpExchange exchange, int status, @Nullable Object message)
      throws IOException {
    byte[] bytes = json.writeValueAsBytes(message);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
