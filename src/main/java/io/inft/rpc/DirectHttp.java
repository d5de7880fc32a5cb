package io.inft.rpc;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 as far as a JSON-RPC call without TLS and without a proxy needs it, done by the thread
 * that waits for the answer, straight into the array that the answer becomes. {@code HttpClient}
 * hands every 16 KiB from thread to thread, which costs more than to decode and to hash them. Safe
 * for many threads.
 */
final class DirectHttp {
  private static final int DEFAULT_PORT = 80;

  /** Idle connections to one server; more are closed. */
  private static final int MAX_IDLE = 32;

  /** A request up to this length leaves together with its head. */
  private static final int SHORT_BYTES = 16 << 10;

  private final LongSupplier nanoClock;
  private final Duration connectTimeout;
  private final Duration lifetime;

  /** By server, the one that was used last first. Guarded by itself. */
  private final Map<String, Deque<Wire>> idle = new HashMap<>();

  DirectHttp(LongSupplier nanoClock, Duration connectTimeout, Duration lifetime) {
    this.nanoClock = nanoClock;
    this.connectTimeout = connectTimeout;
    this.lifetime = lifetime;
  }

  /** Whether a request to this address needs neither TLS nor a proxy. */
  static boolean suits(URI address, @Nullable ProxySelector proxies) {
    return "http".equals(address.getScheme())
        && (proxies == null
            || proxies.select(address).stream()
                .allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT));
  }

  /**
   * Posts JSON and waits for the whole answer. On a kept connection that ends before anything of an
   * answer came it is posted again, on the next one, in the end on a new one.
   *
   * @throws IOException there was no answer, or it broke off, or it is too long; earlier tries on
   *     old connections are suppressed in it
   * @throws TimeoutException it was not there at the deadline
   */
  Answer post(URI address, byte[] body, int maxAnswerBytes, long deadline)
      throws IOException, TimeoutException, InterruptedException {
    int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
    String server = address.getHost() + ":" + port;
    List<IOException> earlier = new ArrayList<>();
    while (true) {
      Optional<Wire> old = take(server);
      Wire wire =
          old.isPresent()
              ? old.get()
              : Wire.to(address.getHost(), port, nanoClock, deadline, connectTimeout);
      boolean isKept = false;
      try {
        wire.begin(deadline);
        send(wire, address, body);
        AnswerHead head = AnswerHead.read(wire);
        byte[] answer = head.body(wire, maxAnswerBytes);
        isKept = head.isKept() && head.hasEnd() && wire.isRead() && keep(server, wire);
        return new Answer(head.status(), answer);
      } catch (IOException e) {
        if (old.isEmpty() || wire.hasBegun()) {
          earlier.forEach(e::addSuppressed);
          throw e;
        }
        earlier.add(e);
      } finally {
        if (!isKept) {
          wire.close();
        }
      }
    }
  }

  private static void send(Wire wire, URI address, byte[] body)
      throws IOException, TimeoutException, InterruptedException {
    String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    byte[] head =
        ("POST " + path + query + " HTTP/1.1\r\nHost: " + address.getHost() + port)
            .concat("\r\nUser-Agent: inft-jdbc\r\nContent-Type: application/json")
            .concat("\r\nContent-Length: " + body.length + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    if (body.length > SHORT_BYTES) {
      wire.write(ByteBuffer.wrap(head));
      wire.write(ByteBuffer.wrap(body));
    } else {
      ByteBuffer both = ByteBuffer.allocate(head.length + body.length);
      wire.write(both.put(head).put(body).flip());
    }
  }

  private Optional<Wire> take(String server) throws IOException {
    List<Wire> aged = new ArrayList<>();
    Optional<Wire> taken;
    synchronized (idle) {
      for (Iterator<Deque<Wire>> all = idle.values().iterator(); all.hasNext(); ) {
        Deque<Wire> wires = all.next();
        wires.removeIf(wire -> !wire.isYoungerThan(lifetime) && aged.add(wire));
        if (wires.isEmpty()) {
          all.remove();
        }
      }
      Deque<Wire> wires = idle.get(server);
      taken = Optional.ofNullable(wires).map(Deque::pollFirst);
    }
    for (Wire wire : aged) {
      wire.close();
    }
    return taken;
  }

  /** False if there are enough. */
  private boolean keep(String server, Wire wire) {
    synchronized (idle) {
      Deque<Wire> wires = idle.computeIfAbsent(server, ignored -> new ArrayDeque<>());
      return wires.size() < MAX_IDLE && wires.offerFirst(wire);
    }
  }

  /** Closes what is idle. */
  void letGo() throws IOException {
    List<Wire> all = new ArrayList<>();
    synchronized (idle) {
      idle.values().forEach(all::addAll);
      idle.clear();
    }
    for (Wire wire : all) {
      wire.close();
    }
  }
}
