package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonRpcTest {
  private static final RpcSettings QUICK =
      new RpcSettings(
          Duration.ofSeconds(5),
          1000,
          new RetryRule(3, Duration.ofMillis(1), Duration.ofMillis(2)));

  private static final RpcSettings ROOMY =
      new RpcSettings(
          Duration.ofSeconds(5),
          1 << 20,
          new RetryRule(1, Duration.ofMillis(1), Duration.ofMillis(2)));

  /** Answers one request. */
  private interface Answer {
    void to(HttpExchange exchange, JsonNode request) throws IOException;
  }

  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<JsonNode> requests = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          JsonNode request = new ObjectMapper().readTree(exchange.getRequestBody());
          requests.add(request);
          answers.remove().to(exchange, request);
        });
    server.start();
    address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/key-in-path");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static Answer result(String json) {
    return (exchange, request) ->
        send(
            exchange,
            200,
            "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":" + json + "}");
  }

  private static Answer body(int status, String body) {
    return (exchange, request) -> send(exchange, status, body);
  }

  @Test
  void sendsPositionalParametersAndReadsTheResult() throws Exception {
    answers.add(result("{\"a\":1}"));

    JsonNode result = JsonRpc.at(address, QUICK).call("m", "x", 7, true, null, List.of("y"));

    assertThat(result.get("a").intValue()).isEqualTo(1);
    assertThat(requests.get(0).get("params")).hasToString("[\"x\",7,true,null,[\"y\"]]");
    assertThat(requests.get(0).get("method").textValue()).isEqualTo("m");
  }

  @Test
  void aNullResultIsAResult() throws Exception {
    answers.add(result("null"));

    assertThat(JsonRpc.at(address, QUICK).call("m").isNull()).isTrue();
  }

  @Test
  void carriesNumbersOf64BitsWithoutLoss() throws Exception {
    answers.add(result("{\"n\":9223372036854775807,\"big\":18446744073709551615}"));

    JsonFields fields = new JsonFields("answer", JsonRpc.at(address, QUICK).call("m"));

    assertThat(fields.u64("n")).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> fields.u64("big"))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("big");
    assertThatThrownBy(() -> fields.u64("absent")).isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void anErrorCarriesCodeMessageAndDataAndIsNotRepeated() {
    answers.add(
        body(
            200,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32602,\"message\":\"Invalid"
                + " params: root\",\"data\":\"already uploaded and finalized\"}}"));

    RpcErrorException error =
        catchThrowableOfType(
            RpcErrorException.class, () -> JsonRpc.at(address, QUICK).call("zgs_upload"));

    assertThat(error.code()).isEqualTo(-32602);
    assertThat(error.reason()).isEqualTo("Invalid params: root");
    assertThat(error.data()).isEqualTo("already uploaded and finalized");
    assertThat(error.method()).isEqualTo("zgs_upload");
    assertThat(requests).hasSize(1);
  }

  /** What a server says stands in messages and logs, and must not forge a line of them. */
  @Test
  void whatAServerSaysIsShownBoundedAndWithoutControls() {
    String hostile = "a\\r\\n2026 WARN forged\\u001b[2J\\u202e\\u2028";
    answers.add(
        body(
            200,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\""
                + hostile
                + "m".repeat(5000)
                + "\",\"data\":\""
                + hostile
                + "d".repeat(5000)
                + "\"}}"));

    RpcErrorException error =
        catchThrowableOfType(RpcErrorException.class, () -> JsonRpc.at(address, ROOMY).call("m"));

    assertThat(error.getMessage())
        .contains("forged")
        .matches("[\\p{Print}…]*")
        .hasSizeLessThan(2 * 600 + 100);
    assertThat(error.reason()).matches("[\\p{Print}…]*").hasSizeLessThan(600);
    assertThat(error.data()).as("for who decodes it").hasSizeGreaterThan(5000);
  }

  @Test
  void anErrorOfMegabytesIsNotCarriedAlong() {
    answers.add(
        body(
            200,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"no\",\"data\":\""
                + "d".repeat(100_000)
                + "\"}}"));

    assertThat(
            catchThrowableOfType(
                    RpcErrorException.class, () -> JsonRpc.at(address, ROOMY).call("m"))
                .data())
        .isNull();
  }

  @Test
  void anErrorThatComesWithAnHttpErrorIsStillAnAnswer() {
    answers.add(
        body(
            413, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32701,\"message\":\"big\"}}"));

    assertThatThrownBy(() -> JsonRpc.at(address, QUICK).call("m"))
        .isInstanceOf(RpcErrorException.class)
        .hasMessageContaining("-32701");
  }

  @Test
  void repeatsWhatCouldNotBeAskedAndKeepsEveryFailure() throws Exception {
    answers.add(body(429, "slow down"));
    answers.add(body(503, ""));
    answers.add(result("5"));

    assertThat(JsonRpc.at(address, QUICK).call("m").intValue()).isEqualTo(5);

    answers.add(body(429, ""));
    answers.add(body(502, ""));
    answers.add(body(500, ""));
    RpcUnavailableException last =
        catchThrowableOfType(
            RpcUnavailableException.class, () -> JsonRpc.at(address, QUICK).call("m"));
    assertThat(last).hasMessageContaining("500");
    assertThat(last.getSuppressed())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains("429"),
            second -> assertThat(second).contains("502"));
  }

  @Test
  void hangsUpOnAGiantAnswer() {
    for (int i = 0; i < 3; i++) {
      answers.add(result("\"" + "x".repeat(100_000) + "\""));
    }

    assertThatThrownBy(() -> JsonRpc.at(address, QUICK).call("m"))
        .isInstanceOf(RpcUnavailableException.class)
        .hasMessageContaining("longer than 1000 bytes");
  }

  @Test
  void refusesWhatIsNoAnswerToItsRequest() {
    for (String bad :
        List.of("", "<html>", "[]", "{\"id\":999,\"result\":1}", "{\"id\":1}", "{\"resul")) {
      JsonRpc rpc = JsonRpc.at(address, QUICK.withRetry(RetryRule.ONCE));
      answers.add(body(200, bad));
      assertThatThrownBy(() -> rpc.call("m")).as(bad).isInstanceOf(RpcUnavailableException.class);
    }
  }

  @Test
  void noticesAnAnswerThatIsCutOff() {
    for (int i = 0; i < 3; i++) {
      answers.add(
          (exchange, request) -> {
            exchange.sendResponseHeaders(200, 500);
            exchange.getResponseBody().write("{\"id\":1,".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
          });
    }

    assertThatThrownBy(() -> JsonRpc.at(address, QUICK).call("m"))
        .isInstanceOf(RpcUnavailableException.class);
  }

  @Test
  void doesNotWaitLongerThanItsDeadlineEvenForABodyThatDrips() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    answers.add(
        (exchange, request) -> {
          exchange.sendResponseHeaders(200, 500);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    RpcSettings impatient = QUICK.withCallTimeout(Duration.ofMillis(150)).withRetry(RetryRule.ONCE);

    assertThatThrownBy(() -> JsonRpc.at(address, impatient).call("m"))
        .isInstanceOf(RpcUnavailableException.class)
        .hasMessageContaining("no answer within");
    end.countDown();
  }

  @Test
  void goesToTheNextAddressAndStaysThere() throws Exception {
    URI dead = URI.create("http://127.0.0.1:1/");
    JsonRpc rpc = JsonRpc.at(List.of(dead, address), QUICK);
    answers.add(result("1"));
    answers.add(result("2"));

    assertThat(rpc.call("m").intValue()).isEqualTo(1);
    assertThat(rpc.call("m").intValue()).isEqualTo(2);
    assertThat(rpc.describe()).isEqualTo("http://127.0.0.1:" + address.getPort());
  }

  @Test
  void namesNeitherPathNorUserOfAnAddress() {
    JsonRpc rpc =
        JsonRpc.at(
            URI.create("http://user:secret@127.0.0.1:1/v3/secret?key=secret"),
            QUICK.withRetry(RetryRule.ONCE));

    assertThat(rpc.describe()).doesNotContain("secret");
    assertThatThrownBy(() -> rpc.call("m"))
        .isInstanceOf(RpcUnavailableException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> JsonRpc.at(URI.create("ftp://secret@x"), QUICK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void anInterruptEndsTheCall() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> JsonRpc.at(address, QUICK).call("m"))
        .isInstanceOf(RpcUnavailableException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void pausesDoubleWithinBoundsAndAreSpread() {
    RetryRule rule = new RetryRule(9, Duration.ofMillis(100), Duration.ofMillis(1000));
    Random random = new Random(7);

    for (int attempt = 0; attempt < 8; attempt++) {
      long full = Math.min(1000, 100L << attempt);
      assertThat(rule.pauseAfter(attempt, random).toMillis()).isBetween(full / 2, full);
    }
  }
}
