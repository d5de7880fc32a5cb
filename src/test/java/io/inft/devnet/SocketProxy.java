package io.inft.devnet;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands between a client and the WebSocket of a chain, and does with what the chain says as it is
 * told: each text becomes a list of texts.
 */
public final class SocketProxy implements AutoCloseable {
  /** Nothing is changed. */
  public static final Function<String, List<String>> HONEST = List::of;

  /** Events are lost, answers are not. */
  public static final Function<String, List<String>> NO_EVENTS =
      text -> isEvent(text) ? List.of() : List.of(text);

  /** Nothing comes, and nothing is closed. */
  public static final Function<String, List<String>> SILENT = text -> List.of();

  private static final int TEXT = 1;
  private static final int HEADER_END = 0x0d0a0d0a;

  private final URI chain;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<OutputStream> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile Function<String, List<String>> rule = HONEST;
  private volatile boolean refusing;

  public SocketProxy(URI chain) throws IOException {
    this.chain = chain;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Whether a text is no answer but something that the chain tells. */
  public static boolean isEvent(String text) {
    return text.contains("eth_subscription");
  }

  public URI address() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort());
  }

  /** What becomes of each text from now on. */
  public void rule(Function<String, List<String>> changed) {
    rule = changed;
  }

  /** Breaks all connections. */
  public void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Whether new connections are broken at once. */
  public void refuse(boolean changed) {
    refusing = changed;
  }

  /** How many connections came so far. */
  public int accepted() {
    return accepted.get();
  }

  /** How many are open. */
  public int open() {
    return clients.size();
  }

  /** Tells all clients something that the chain did not say; those that go meanwhile miss it. */
  public void say(String text) {
    for (OutputStream client : List.copyOf(clients)) {
      try {
        write(client, TEXT, text.getBytes(StandardCharsets.UTF_8));
      } catch (IOException gone) {
        clients.remove(client);
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        accepted.incrementAndGet();
        if (refusing) {
          client.close();
        } else {
          threads.execute(() -> serve(client));
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(chain.getHost(), chain.getPort())) {
      open.add(client);
      open.add(upstream);
      OutputStream out = client.getOutputStream();
      threads.execute(() -> copy(client, upstream));
      DataInputStream in = new DataInputStream(new BufferedInputStream(upstream.getInputStream()));
      header(in, out);
      clients.add(out);
      try {
        while (true) {
          frame(in, out);
        }
      } finally {
        clients.remove(out);
        open.remove(client);
        open.remove(upstream);
      }
    } catch (IOException ended) {
      // one of the two sides has gone
    }
  }

  private static void copy(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // the other direction ends it all
    }
  }

  private static void header(DataInputStream in, OutputStream out) throws IOException {
    int last = 0;
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    while (last != HEADER_END) {
      int next = in.readUnsignedByte();
      header.write(next);
      last = (last << 8) | next;
    }
    out.write(header.toByteArray());
  }

  /** Frames of a server are not masked, and anvil's are not divided. */
  private void frame(DataInputStream in, OutputStream out) throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = in.readNBytes((int) length);
    if (opcode != TEXT) {
      write(out, opcode, payload);
      return;
    }
    for (String text : rule.apply(new String(payload, StandardCharsets.UTF_8))) {
      write(out, opcode, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(OutputStream out, int opcode, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 10);
    frame.put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else if (payload.length < 1 << 16) {
      frame.put((byte) 126).putShort((short) payload.length);
    } else {
      frame.put((byte) 127).putLong(payload.length);
    }
    frame.put(payload);
    synchronized (out) {
      out.write(frame.array(), 0, frame.position());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }
}
