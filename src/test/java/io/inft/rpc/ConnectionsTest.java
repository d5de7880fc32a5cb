package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that the other side has closed or forgotten, against a server made of sockets. */
class ConnectionsTest {
  private static final RpcSettings ONCE =
      RpcSettings.STANDARD.withCallTimeout(Duration.ofSeconds(10)).withRetry(RetryRule.ONCE);

  /** What the server does with a request on a connection. */
  private interface Conduct {
    /**
     * Called with the number of the connection and of the request on it, both from 1.
     *
     * @return false to close the connection instead of answering
     */
    boolean answers(int connection, int request) throws Exception;
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Conduct conduct = (connection, request) -> true;
  private volatile boolean resets;
  private ServerSocket server;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    address = URI.create("http://127.0.0.1:" + server.getLocalPort());
    threads.execute(new FutureTask<>(this::accept));
  }

  /** Ends when the server is closed. */
  private Void accept() throws IOException {
    while (true) {
      Socket socket = server.accept();
      int number = accepted.incrementAndGet();
      threads.execute(new FutureTask<>(() -> serve(socket, number)));
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  private Void serve(Socket socket, int number) throws Exception {
    try (socket) {
      for (int request = 1; ; request++) {
        int id = readRequest(socket);
        if (!conduct.answers(number, request)) {
          if (resets) {
            socket.setSoLinger(true, 0);
          }
          return null;
        }
        byte[] body =
            ("{\"id\":" + id + ",\"result\":" + number + "}").getBytes(StandardCharsets.US_ASCII);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
      }
    }
  }

  /** Reads a whole request and returns the id in its body. */
  private static int readRequest(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the client hung up");
      }
      text.append((char) next);
    }
    String head = text.toString().toLowerCase(java.util.Locale.ROOT);
    int from = head.indexOf("content-length: ") + "content-length: ".length();
    int length = Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)));
    String body = new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    return Integer.parseInt(body.replaceAll(".*\"id\":(\\d+).*", "$1"));
  }

  private JsonRpc rpc(AtomicLong clock) {
    return JsonRpc.at(List.of(address), ONCE, new Connections(clock::get));
  }

  /** Makes so many connections that are kept. */
  private void keep(JsonRpc rpc, int count) throws Exception {
    CyclicBarrier all = new CyclicBarrier(count);
    conduct =
        (connection, request) -> {
          all.await();
          return true;
        };
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(threads.submit(() -> rpc.call("m")));
    }
    for (Future<?> call : calls) {
      call.get();
    }
    assertThat(accepted).hasValue(count);
  }

  @Test
  void keepsAConnection() throws Exception {
    JsonRpc rpc = rpc(new AtomicLong());

    assertThat(rpc.call("m").intValue()).isEqualTo(1);
    assertThat(rpc.call("m").intValue()).isEqualTo(1);
  }

  /** Java's thread for them would keep this class's loader, and so them, for ever. */
  @Test
  void whatIsLetGoOfIsMadeAnewAndLeavesNoThread() throws Exception {
    Set<Thread> before = selectors();
    Connections connections = new Connections(new AtomicLong()::get);
    JsonRpc rpc = JsonRpc.at(List.of(address), ONCE, connections);
    assertThat(rpc.call("m").intValue()).isEqualTo(1);
    Set<Thread> made = selectors();
    made.removeAll(before);
    assertThat(made).isNotEmpty();
    connections.letGo();
    assertThat(rpc.call("m").intValue()).as("a connection made anew").isEqualTo(2);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (made.stream().anyMatch(Thread::isAlive) && System.nanoTime() < deadline) {
      System.gc();
      Thread.sleep(100);
    }
    assertThat(made).noneMatch(Thread::isAlive);
  }

  private static Set<Thread> selectors() {
    Set<Thread> found = new HashSet<>(Thread.getAllStackTraces().keySet());
    found.removeIf(thread -> !thread.getName().endsWith("SelectorManager"));
    return found;
  }

  @Test
  void severalConnectionsThatWereClosedMeanwhileCostNoAttempt() throws Exception {
    JsonRpc rpc = rpc(new AtomicLong());
    keep(rpc, 5);
    conduct = (connection, request) -> request == 1;

    assertThat(rpc.call("m").intValue()).isEqualTo(6);
  }

  @Test
  void connectionsThatAreResetMeanwhileCostNoAttemptEither() throws Exception {
    JsonRpc rpc = rpc(new AtomicLong());
    keep(rpc, 3);
    resets = true;
    conduct = (connection, request) -> request == 1;

    assertThat(rpc.call("m").intValue()).isEqualTo(4);
  }

  @Test
  void aServerThatHangsUpOnNewConnectionsIsNotAskedMoreOftenThanTheRuleSays() throws Exception {
    JsonRpc rpc = rpc(new AtomicLong());
    keep(rpc, 3);
    AtomicInteger asked = new AtomicInteger();
    conduct =
        (connection, request) -> {
          asked.incrementAndGet();
          return false;
        };

    assertThatThrownBy(() -> rpc.call("m")).hasMessageContaining("no bytes");
    assertThat(asked).as("three old connections and a new one").hasValueLessThanOrEqualTo(4);
    asked.set(0);
    assertThatThrownBy(() -> rpc.call("m")).hasMessageContaining("no bytes");
    assertThat(asked).as("no old connection is left").hasValue(1);
  }

  @Test
  void aConnectionIsNotKeptSoLongThatAProxyForgetsIt() throws Exception {
    AtomicLong clock = new AtomicLong();
    JsonRpc rpc = rpc(clock);
    rpc.call("m");
    CountDownLatch end = new CountDownLatch(1);
    conduct =
        (connection, request) -> {
          if (connection == 1) {
            end.await(); // forgotten: nobody says that it is closed
          }
          return true;
        };

    clock.addAndGet(Duration.ofSeconds(51).toNanos());

    assertThat(rpc.call("m").intValue()).isEqualTo(2);
    end.countDown();
  }
}
