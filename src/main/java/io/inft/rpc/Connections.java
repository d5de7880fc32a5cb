package io.inft.rpc;

import io.inft.bytes.LastActs;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP connections, kept open between requests. Servers and proxies close a kept connection
 * whenever they like, perhaps while a request is on its way; such a request was not answered
 * because the connection was old, which says nothing about the server. It is sent again at once, as
 * often as there may be old connections. A proxy that forgets a connection without closing it would
 * cost a whole time-out each, so none is kept for long.
 *
 * <p>Only for requests that may be sent twice. Safe for many threads.
 */
final class Connections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Shorter than the patience of the usual proxies and address translators. */
  private static final Duration LIFETIME = Duration.ofSeconds(50);

  private final LongSupplier nanoClock;
  private volatile @Nullable Generation current;

  Connections(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.current = new Generation(nanoClock.getAsLong());
  }

  /** Those of the whole process, made when the first request needs them. */
  static Connections shared() {
    return Shared.CONNECTIONS;
  }

  /**
   * Sends a request and waits for the whole answer.
   *
   * @throws IOException there was none, or it broke off, or it is too long; earlier tries on old
   *     connections are suppressed in it
   * @throws TimeoutException it was not there in time
   */
  HttpResponse<byte[]> send(HttpRequest request, int maxAnswerBytes, Duration timeout)
      throws IOException, TimeoutException, InterruptedException {
    long deadline = nanoClock.getAsLong() + timeout.toNanos();
    List<IOException> earlier = new ArrayList<>();
    while (true) {
      Generation generation = generation();
      AtomicInteger kept = generation.kept(request.uri());
      boolean mayBeOld = kept.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
      AtomicBoolean answered = new AtomicBoolean();
      CompletableFuture<HttpResponse<byte[]>> exchange =
          generation.client.sendAsync(
              request,
              head -> {
                answered.set(true);
                kept.incrementAndGet(); // before another request can be given this connection
                return new BoundedBody(
                    maxAnswerBytes, head.headers().firstValueAsLong("Content-Length").orElse(0));
              });
      try {
        return exchange.get(deadline - nanoClock.getAsLong(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        IOException failure = e.getCause() instanceof IOException io ? io : new IOException(e);
        if (answered.get()) {
          kept.getAndUpdate(count -> Math.max(0, count - 1)); // broke off, so it is not kept
        }
        if (answered.get() || !mayBeOld || wasNew(failure)) {
          earlier.forEach(failure::addSuppressed);
          throw failure;
        }
        earlier.add(failure);
      } finally {
        exchange.cancel(true);
      }
    }
  }

  /** Begins to open a WebSocket; the caller ends it, or gives up waiting for it. */
  CompletableFuture<WebSocket> socket(URI address, WebSocket.Listener listener) {
    return generation()
        .client
        .newWebSocketBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .buildAsync(address, listener);
  }

  /** What can only befall a connection that is being made. */
  private static boolean wasNew(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof HttpTimeoutException
        || failure instanceof SSLHandshakeException;
  }

  /**
   * Forgets the connections. The thread of a {@code HttpClient} ends when nobody has the client any
   * more, and keeps the class loader that made it, with its statics, until then.
   */
  void letGo() {
    current = null;
  }

  private Generation generation() {
    Generation now = current;
    long time = nanoClock.getAsLong();
    if (now != null && time - now.bornNanos < LIFETIME.toNanos()) {
      return now;
    }
    // Requests under way go on and end the old ones; two threads here make one too many, no harm.
    Generation next = new Generation(time);
    current = next;
    return next;
  }

  /** Connections that were made within one lifetime. */
  private static final class Generation {
    final long bornNanos;
    final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * By server, how many connections may be open and idle. {@code HttpClient} tells nobody what
     * its pool holds, nor that it noticed a connection being closed, so closed ones are counted
     * until a request has found that out. Too many only allow a request more tries at once, each on
     * a connection that fails at once or is new; every try takes one off, and all of them end with
     * the deadline and are forgotten with the generation. Too few would report an old connection as
     * a server that is down.
     */
    private final ConcurrentMap<String, AtomicInteger> kept = new ConcurrentHashMap<>();

    Generation(long bornNanos) {
      this.bornNanos = bornNanos;
    }

    AtomicInteger kept(URI address) {
      String server = address.getScheme() + "://" + address.getHost() + ":" + address.getPort();
      return kept.computeIfAbsent(server, ignored -> new AtomicInteger());
    }
  }

  private static final class Shared {
    static final Connections CONNECTIONS = new Connections(System::nanoTime);

    static {
      LastActs.add(CONNECTIONS::letGo);
    }
  }
}
