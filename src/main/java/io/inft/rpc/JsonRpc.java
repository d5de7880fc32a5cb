package io.inft.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls methods of a JSON-RPC 2.0 server over HTTP. Every call has a deadline, every answer a
 * greatest length. With several addresses of one service, an attempt that failed is repeated at the
 * next address, and the address that answered is kept. Safe for many threads; connections are
 * shared by the whole process, and an old one that turns out to be closed costs no attempt.
 *
 * <p>All calls are repeated by {@link RetryRule}: this client is for methods that may be called
 * twice.
 */
public final class JsonRpc {
  private static final ObjectMapper JSON = JsonMappers.plain();

  /** An answer that is an error needs no more; what a contract reverted with is among it. */
  private static final int MAX_ERROR_BYTES = 64 << 10;

  /** Timed out, too early, too many requests; any other 4xx says no for good. */
  private static final Set<Integer> TRANSIENT_4XX = Set.of(408, 425, 429);

  private final List<URI> addresses;
  private final RpcSettings settings;
  private final Connections connections;
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicLong nextId = new AtomicLong(1);

  private JsonRpc(List<URI> addresses, RpcSettings settings, Connections connections) {
    this.addresses = List.copyOf(addresses);
    this.settings = settings;
    this.connections = connections;
  }

  /** Opens no connection yet. */
  public static JsonRpc at(URI address, RpcSettings settings) {
    return at(List.of(address), settings);
  }

  /** Opens no connection yet. */
  public static JsonRpc at(List<URI> addresses, RpcSettings settings) {
    return at(addresses, settings, Connections.shared());
  }

  static JsonRpc at(List<URI> addresses, RpcSettings settings, Connections connections) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("at least one address");
    }
    for (URI address : addresses) {
      String scheme = address.getScheme();
      if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new IllegalArgumentException("not an http or https address: " + shown(address));
      }
    }
    return new JsonRpc(addresses, settings, connections);
  }

  /**
   * Calls a method with positional parameters.
   *
   * @param parameters strings, numbers, booleans, lists, maps, records with Jackson's rules, JSON
   *     nodes or null
   * @return the result, a JSON null included
   * @throws RpcErrorException the server answered with an error
   * @throws RpcUnavailableException no attempt got an answer
   */
  public JsonNode call(String method, @Nullable Object... parameters) throws InftException {
    return send(JSON::readTree, method, parameters);
  }

  /**
   * As {@link #call}, for answers that are mostly base64: fields with the name {@code base64Field}
   * are decoded already, see {@link JsonFields#base64}.
   */
  public JsonNode callForBase64(String base64Field, String method, @Nullable Object... parameters)
      throws InftException {
    return send(answer -> AnswerReader.read(answer, base64Field), method, parameters);
  }

  /** Makes a tree of an answer; null if it is empty. */
  @FunctionalInterface
  private interface Reader {
    @Nullable JsonNode read(byte[] answer) throws IOException;
  }

  private JsonNode send(Reader reader, String method, @Nullable Object[] parameters)
      throws InftException {
    long id = nextId.getAndIncrement();
    byte[] body = encode(id, method, parameters);
    return settings
        .retry()
        .run(
            attempt -> {
              int index = current.get();
              try {
                byte[] answer = post(index, method, body);
                return parse(reader, addresses.get(index), method, id, answer);
              } catch (RpcUnavailableException e) {
                current.compareAndSet(index, (index + 1) % addresses.size());
                throw e;
              }
            },
            ThreadLocalRandom.current(),
            pause -> TimeUnit.MILLISECONDS.sleep(pause.toMillis()));
  }

  static byte[] encode(long id, String method, @Nullable Object[] parameters) {
    ObjectNode request = JSON.createObjectNode();
    request.put("jsonrpc", "2.0").put("id", id).put("method", method);
    ArrayNode array = request.putArray("params");
    for (Object parameter : parameters) {
      array.add(parameter instanceof JsonNode node ? node : JSON.valueToTree(parameter));
    }
    try {
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("parameters of " + method + " are no JSON", e);
    }
  }

  private byte[] post(int index, String method, byte[] body) throws InftException {
    URI address = addresses.get(index);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> response =
          connections.send(request, settings.maxAnswerBytes(), settings.callTimeout());
      int status = response.statusCode();
      // Some servers answer a JSON-RPC error with an HTTP error; such a body is an answer.
      if (status / 100 != 2 && !looksLikeAnAnswer(response.body())) {
        if (status / 100 == 4 && !TRANSIENT_4XX.contains(status)) {
          throw new RpcErrorException(
              shown(address), method, status, "HTTP status " + status, null);
        }
        throw unavailable(address, method, "HTTP status " + status, null);
      }
      return response.body();
    } catch (TimeoutException e) {
      throw unavailable(address, method, "no answer within " + settings.callTimeout(), e);
    } catch (IOException e) {
      throw unavailable(address, method, String.valueOf(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(address, method, "interrupted", e);
    }
  }

  private static boolean looksLikeAnAnswer(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.path("error").isObject();
    } catch (IOException notJson) {
      return false;
    }
  }

  private JsonNode parse(Reader reader, URI address, String method, long id, byte[] body)
      throws InftException {
    @Nullable JsonNode answer;
    try {
      answer = reader.read(body);
    } catch (IOException e) {
      throw unavailable(address, method, "the answer is no JSON", e);
    }
    return result(answer, body.length > MAX_ERROR_BYTES, address, method, id);
  }

  /**
   * What an answer holds.
   *
   * @param tooLong for the data of an error to be looked at
   */
  static JsonNode result(
      @Nullable JsonNode answer, boolean tooLong, URI address, String method, long id)
      throws InftException {
    if (answer == null || !answer.isObject()) {
      throw unavailable(address, method, "the answer is no JSON object", null);
    }
    JsonNode error = answer.get("error");
    if (error != null && !error.isNull()) {
      JsonNode data = tooLong ? null : error.get("data");
      throw new RpcErrorException(
          shown(address),
          method,
          error.path("code").asLong(),
          error.path("message").asText(),
          data == null || data.isNull()
              ? null
              : data.isTextual() ? data.textValue() : JsonMappers.text(data));
    }
    JsonNode answeredId = answer.get("id");
    if (answeredId == null || !answeredId.canConvertToLong() || answeredId.longValue() != id) {
      throw unavailable(address, method, "the answer belongs to another request", null);
    }
    JsonNode result = answer.get("result");
    if (result == null) {
      throw unavailable(address, method, "the answer has neither result nor error", null);
    }
    return result;
  }

  static RpcUnavailableException unavailable(
      URI address, String method, String reason, @Nullable Throwable cause) {
    return new RpcUnavailableException(shown(address), method, reason, cause);
  }

  /** Scheme, host and port: paths, queries and user names often are keys. */
  static String shown(URI address) {
    int port = address.getPort();
    return address.getScheme() + "://" + address.getHost() + (port < 0 ? "" : ":" + port);
  }

  /**
   * Whether the service is one that only this machine, or its own network, can reach: a chain for
   * development, whatever number it has.
   */
  public boolean isPrivate() {
    return addresses.stream().map(URI::getHost).anyMatch(PrivateHost::is);
  }

  /**
   * A client of the address in use alone, for what one server remembers between two calls. It has
   * bounds of its own.
   */
  public JsonRpc atCurrentOnly(RpcSettings bounds) {
    return new JsonRpc(List.of(addresses.get(current.get())), bounds, connections);
  }

  /** All addresses. Paths, queries and user names often are keys: not for messages. */
  public List<URI> addresses() {
    return addresses;
  }

  /** The address in use, without path, query or user. */
  public String describe() {
    return shown(addresses.get(current.get()));
  }
}
