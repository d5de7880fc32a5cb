package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands between a client and a chain, and does what networks and public endpoints do. */
public final class ChainProxy implements AutoCloseable {
  private static final String NO_TOPIC = "no topic";

  private static final ObjectMapper JSON = new ObjectMapper();

  private enum Fault {
    NONE,
    /** The chain gets the call, the client no answer. */
    LOST_REPLY,
    /** 429, and the chain gets nothing. */
    TOO_MANY_REQUESTS,
    /** The connection breaks, and the chain gets nothing. */
    REFUSED
  }

  private final URI chain;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final AtomicLong delayMillis = new AtomicLong();
  private final AtomicLong oldHead = new AtomicLong(-1);
  private final AtomicReference<@Nullable Random> random = new AtomicReference<>();
  private final AtomicInteger faultPercent = new AtomicInteger();
  private final AtomicReference<String> loseReplyOf = new AtomicReference<>("");
  private final AtomicReference<String> refused = new AtomicReference<>("");
  private final AtomicLong longestRange = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean receiptsHidden = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<String> logsDropped = new AtomicReference<>(NO_TOPIC);
  private final AtomicReference<String> logsBent = new AtomicReference<>(NO_TOPIC);
  private final Map<String, String> lies = new ConcurrentHashMap<>();
  private final Map<String, UnaryOperator<JsonNode>> rewrites = new ConcurrentHashMap<>();
  private final Map<String, Integer> callsOf = new ConcurrentHashMap<>();

  public ChainProxy(URI chain) throws IOException {
    this.chain = chain;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Every call takes so much longer. */
  public void delay(long millis) {
    delayMillis.set(millis);
  }

  /** A share of all calls fails, in ways and at times that the seed decides. */
  public void failAtRandom(int percent, long seed) {
    random.set(new Random(seed));
    faultPercent.set(percent);
  }

  /** The next call of a method reaches the chain, but its answer is lost. */
  public void loseNextReplyOf(String method) {
    loseReplyOf.set(method);
  }

  /** Answers as a node that has not come further than this block. */
  public void serveOldHead(long block) {
    oldHead.set(block);
  }

  /** No transaction has a receipt. */
  public void hideReceipts() {
    receiptsHidden.set(true);
  }

  /** Answers questions about the events of more blocks with an error, as public endpoints do. */
  public void refuseLogsOfMoreThan(long blocks) {
    longestRange.set(blocks);
  }

  /** Answers every call of a method with an error; the chain gets none. */
  public void refuse(String method) {
    refused.set(method);
  }

  /** Answers every call of a method with this, whatever the chain would say. */
  public void lie(String method, String result) {
    lies.put(method, result);
  }

  /** Changes what the chain answers to calls of a method. */
  public void rewrite(String method, UnaryOperator<JsonNode> change) {
    rewrites.put(method, change);
  }

  /** How many calls of a method came so far. */
  public int calls(String method) {
    return callsOf.getOrDefault(method, 0);
  }

  /** Answers that there are no events, as a node does that has pruned them. */
  public void dropLogs() {
    dropLogs("");
  }

  /**
   * Answers so only when it is asked for events of a kind.
   *
   * @param topic in hex with 0x
   */
  public void dropLogs(String topic) {
    logsDropped.set(topic);
  }

  /** Sends other data with events of a kind than the chain has. */
  public void bendLogs(String topic) {
    logsBent.set(topic);
  }

  /** Behaves again. */
  public void behave() {
    lies.clear();
    rewrites.clear();
    delayMillis.set(0);
    oldHead.set(-1);
    faultPercent.set(0);
    loseReplyOf.set("");
    refused.set("");
    longestRange.set(Long.MAX_VALUE);
    receiptsHidden.set(false);
    logsDropped.set(NO_TOPIC);
    logsBent.set(NO_TOPIC);
  }

  /** How many calls came so far. */
  public int calls() {
    return calls.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.incrementAndGet();
      ObjectNode request = (ObjectNode) JSON.readTree(exchange.getRequestBody());
      String method = request.path("method").asText();
      callsOf.merge(method, 1, Integer::sum);
      Fault fault = fault(method);
      TimeUnit.MILLISECONDS.sleep(delayMillis.get());
      if (fault == Fault.TOO_MANY_REQUESTS) {
        exchange.sendResponseHeaders(429, -1);
        return;
      }
      if (fault == Fault.REFUSED) {
        return;
      }
      byte[] answer;
      if (method.equals("eth_getLogs") && range(request) > longestRange.get()) {
        answer = error(request, "query exceeds max block range");
      } else if (refused.get().equals(method)) {
        answer = error(request, "the pool is full");
      } else if (lies.containsKey(method)) {
        ObjectNode lie = JSON.createObjectNode().put("jsonrpc", "2.0");
        lie.set("id", request.get("id"));
        answer = JSON.writeValueAsBytes(lie.put("result", lies.get(method)));
      } else if (method.equals("eth_getLogs") && asksFor(request, logsDropped.get())) {
        ObjectNode none = JSON.createObjectNode().put("jsonrpc", "2.0");
        none.set("id", request.get("id"));
        none.putArray("result");
        answer = JSON.writeValueAsBytes(none);
      } else if (method.equals("eth_getTransactionReceipt") && receiptsHidden.get()) {
        ObjectNode nothing = JSON.createObjectNode().put("jsonrpc", "2.0");
        nothing.set("id", request.get("id"));
        answer = JSON.writeValueAsBytes(nothing.putNull("result"));
      } else {
        answer = oldHead.get() >= 0 ? answerOld(request, method) : forward(request);
        UnaryOperator<JsonNode> change = rewrites.get(method);
        if (change != null) {
          answer = JSON.writeValueAsBytes(change.apply(JSON.readTree(answer)));
        }
        if (method.equals("eth_getLogs") && asksFor(request, logsBent.get())) {
          answer = bent(answer);
        }
      }
      if (fault == Fault.NONE) {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Fault fault(String method) {
    if (loseReplyOf.compareAndSet(method, "")) {
      return Fault.LOST_REPLY;
    }
    Random chance = random.get();
    if (chance == null) {
      return Fault.NONE;
    }
    synchronized (chance) {
      if (chance.nextInt(100) >= faultPercent.get()) {
        return Fault.NONE;
      }
      return Fault.values()[1 + chance.nextInt(3)];
    }
  }

  private static boolean asksFor(JsonNode request, String topic) {
    return request.get("params").get(0).get("topics").toString().contains(topic);
  }

  /** The first byte of the bytes that each event has is another one. */
  private static byte[] bent(byte[] answer) throws IOException {
    JsonNode read = JSON.readTree(answer);
    for (JsonNode log : read.get("result")) {
      char[] data = log.get("data").asText().toCharArray();
      int at = 2 + 2 * 64;
      data[at] = data[at] == '0' ? '1' : '0';
      ((ObjectNode) log).put("data", new String(data));
    }
    return JSON.writeValueAsBytes(read);
  }

  private static long range(JsonNode request) {
    JsonNode filter = request.get("params").get(0);
    if (filter.has("blockHash")) {
      return 1;
    }
    return Long.decode(filter.get("toBlock").asText())
        - Long.decode(filter.get("fromBlock").asText())
        + 1;
  }

  private static byte[] error(JsonNode request, String message) throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.get("id"));
    answer.putObject("error").put("code", -32000).put("message", message);
    return JSON.writeValueAsBytes(answer);
  }

  private byte[] forward(JsonNode request) throws IOException, InterruptedException {
    HttpRequest forwarded =
        HttpRequest.newBuilder(chain)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
            .build();
    return client.send(forwarded, HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  private byte[] answerOld(ObjectNode request, String method)
      throws IOException, InterruptedException {
    String head = "0x" + Long.toHexString(oldHead.get());
    if (method.equals("eth_blockNumber")) {
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", request.get("id"));
      return JSON.writeValueAsBytes(answer.put("result", head));
    }
    ArrayNode parameters = (ArrayNode) request.get("params");
    for (int i = 0; i < parameters.size(); i++) {
      String text = parameters.get(i).asText();
      boolean tooNew =
          text.matches("0x[0-9a-f]{1,15}")
              && method.equals("eth_getBlockByNumber")
              && Long.decode(text) > oldHead.get();
      if (tooNew) {
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.get("id"));
        answer.putNull("result");
        return JSON.writeValueAsBytes(answer);
      }
      if (text.equals("latest") || text.equals("pending") || text.equals("finalized")) {
        parameters.set(i, head);
      }
    }
    return forward(request);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
