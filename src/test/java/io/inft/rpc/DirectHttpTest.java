package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers what the test says, whatever it is asked. */
class DirectHttpTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final int MAX_BYTES = 1000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final DirectHttp http =
      new DirectHttp(System::nanoTime, Duration.ofSeconds(5), Duration.ofSeconds(50));
  private volatile String answer = "";
  private volatile boolean drips = true;
  private volatile boolean hangsUp;
  private volatile boolean reads = true;
  private ServerSocket server;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    address = URI.create("http://me:secret@127.0.0.1:" + server.getLocalPort() + "/a%20b?c=d");
    threads.execute(
        new FutureTask<Void>(
            () -> {
              while (true) {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                threads.execute(new FutureTask<>(() -> serve(socket)));
              }
            }));
  }

  @AfterEach
  void stop() throws IOException {
    end.countDown();
    http.letGo();
    server.close();
    threads.shutdownNow();
  }

  private Void serve(Socket socket) throws Exception {
    try (socket) {
      while (reads) {
        requests.add(request(socket));
        byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
        int piece = drips ? 1 : Math.max(1, bytes.length);
        for (int at = 0; at < bytes.length; at += piece) {
          socket.getOutputStream().write(bytes, at, piece);
        }
        if (hangsUp) {
          return null;
        }
      }
      end.await();
    }
    return null;
  }

  private static String request(Socket socket) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the client hung up");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    int length = Integer.parseInt(text.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    byte[] body = socket.getInputStream().readNBytes(length);
    return text + new String(body, StandardCharsets.US_ASCII);
  }

  private Answer post(String body, Duration atMost) throws Exception {
    return http.post(
        address,
        body.getBytes(StandardCharsets.US_ASCII),
        MAX_BYTES,
        System.nanoTime() + atMost.toNanos());
  }

  private String post() throws Exception {
    return new String(post("{}", Duration.ofSeconds(20)).body(), StandardCharsets.US_ASCII);
  }

  @Test
  void asksForPathAndQueryAndTellsNobodyTheUser() throws Exception {
    answer = OK + "content-LENGTH:  2 \r\n\r\nhi";

    assertThat(post()).isEqualTo("hi");
    assertThat(requests.get(0))
        .isEqualTo(
            "POST /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:"
                + server.getLocalPort()
                + "\r\nUser-Agent: inft-jdbc\r\nContent-Type: application/json"
                + "\r\nContent-Length: 2\r\n\r\n{}");
  }

  @Test
  void aLongRequestArrivesWhole() throws Exception {
    answer = OK + "Content-Length: 0\r\n\r\n";
    String body = "x".repeat(3_000_000);

    post(body, Duration.ofSeconds(20));

    assertThat(requests.get(0)).endsWith("\r\n\r\n" + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\n\r\nhi",
        "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
        "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n01;a=b\r\ni\r\n0\r\nTrailer: x\r\n\r\n",
        "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
      })
  void usesTheConnectionAgain(String rest) throws Exception {
    answer = "HTTP/1.1 100 Continue\r\n\r\n" + OK + rest;

    assertThat(List.of(post(), post(), post())).containsOnly("hi");
    assertThat(accepted).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200\r\n\r\nhi",
      })
  void takesAnAnswerThatEndsTheConnection(String whole) throws Exception {
    answer = whole;
    hangsUp = true;

    assertThat(List.of(post(), post())).containsOnly("hi");
    assertThat(accepted).hasValue(2);
  }

  /** Else they would be the answer to the next request. */
  @Test
  void aConnectionOnWhichMoreCameThanAnAnswerIsNotUsedAgain() throws Exception {
    answer = OK + "Content-Length: 2\r\n\r\nhi" + OK + "Content-Length: 3\r\n\r\nbad";

    drips = false;

    assertThat(List.of(post(), post(), post())).containsOnly("hi");
    assertThat(accepted).hasValue(3);
  }

  /** Longer than what is believed at first, so the array grows on the way. */
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 3000000", "Transfer-Encoding: chunked", "X: y"})
  void aLongAnswerArrivesWhole(String header) throws Exception {
    String body = "0123456789".repeat(300_000);
    boolean isInPieces = header.endsWith("chunked");
    drips = false;
    hangsUp = true;
    answer = OK + header + "\r\n\r\n" + (isInPieces ? "2dc6c0\r\n" + body + "\r\n0\r\n\r\n" : body);

    Answer got =
        http.post(address, new byte[] {'x'}, 3_000_000, System.nanoTime() + 20_000_000_000L);

    assertThat(new String(got.body(), StandardCharsets.US_ASCII).equals(body)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1001\r\n\r\n",
        "Content-Length: 9223372036854775807\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3e9\r\n",
        "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
      })
  void hangsUpOnAnAnswerThatSaysItIsTooLong(String rest) {
    answer = OK + rest;

    assertThatThrownBy(this::post).hasMessage("the answer is longer than 1000 bytes");
  }

  @Test
  void hangsUpOnAnAnswerWithoutALengthThatBecomesTooLong() {
    answer = OK + "\r\n" + "x".repeat(MAX_BYTES + 1);

    assertThatThrownBy(this::post).hasMessage("the answer is longer than 1000 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-x\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "",
      })
  void refusesWhatIsNoAnswerOrBreaksOff(String whole) {
    answer = whole;
    hangsUp = true;

    assertThatThrownBy(this::post).isInstanceOf(IOException.class);
    assertThat(accepted).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a: b\r\n", "HTTP/1.1 100 Continue\r\n\r\n"})
  void aHeadThatDoesNotEndIsNotReadForEver(String part) {
    drips = false;
    answer = (part.startsWith("HTTP") ? "" : OK) + part.repeat(20_000);

    assertThatThrownBy(this::post).isInstanceOf(IOException.class);
  }

  @Test
  void aDripOfBytesDoesNotMoveTheDeadline() throws Exception {
    answer = OK + "Content-Length: 3\r\n\r\nhi";

    assertThatThrownBy(() -> post("{}", Duration.ofMillis(200)))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void aServerThatDoesNotReadTheRequestIsNotWaitedForLonger() {
    reads = false;

    assertThatThrownBy(() -> post("x".repeat(30 << 20), Duration.ofMillis(200)))
        .isInstanceOf(TimeoutException.class);
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    Future<Boolean> waiting =
        threads.submit(
            () -> {
              assertThatThrownBy(() -> post("{}", Duration.ofSeconds(20)))
                  .isInstanceOf(InterruptedException.class);
              return true;
            });
    while (requests.isEmpty()) {
      Thread.onSpinWait();
    }
    threads.shutdownNow();

    assertThat(waiting.get()).isTrue();
  }

  @Test
  void saysWhyItDoesNotConnect() {
    address = URI.create("http://127.0.0.1:1/");

    assertThatThrownBy(this::post).isInstanceOf(ConnectException.class);
    address = URI.create("http://nowhere.invalid/");
    assertThatThrownBy(this::post).isInstanceOf(UnknownHostException.class);
  }

  @Test
  void isForPlainAddressesWithoutAProxy() {
    ProxySelector proxy =
        ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

    assertThat(DirectHttp.suits(address, null)).isTrue();
    assertThat(DirectHttp.suits(address, ProxySelector.of(null))).isTrue();
    assertThat(DirectHttp.suits(address, proxy)).isFalse();
    assertThat(DirectHttp.suits(URI.create("https://127.0.0.1/"), null)).isFalse();
  }

  @Test
  void whatIsLetGoOfIsClosed() throws Exception {
    answer = OK + "Content-Length: 2\r\n\r\nhi";

    assertThat(post()).isEqualTo("hi");
    http.letGo();
    assertThat(post()).isEqualTo("hi");
    assertThat(accepted).hasValue(2);
  }
}
