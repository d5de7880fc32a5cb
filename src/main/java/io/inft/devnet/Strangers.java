package io.inft.devnet;

import io.inft.failure.LocalStorageException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Any number of discovered nodes on one socket, each at a path of its own. */
final class Strangers implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 100 << 20;

  /** As in {@link DevnetOptions.Crowd}: sound, silent, slow, lying. */
  private static final List<List<Misbehaviour.Kind>> KINDS =
      List.of(
          List.of(),
          List.of(Misbehaviour.Kind.SILENT),
          List.of(Misbehaviour.Kind.SLOW),
          List.of(Misbehaviour.Kind.WRONG_FLOW, Misbehaviour.Kind.SUBSTITUTE));

  private final List<DevStranger> all = new ArrayList<>();
  private final List<RpcServer.Site> sites = new ArrayList<>();
  private final RpcServer server;

  private Strangers() throws LocalStorageException {
    this.server = RpcServer.start("inft-strangers", 0, MAX_REQUEST_BYTES, this::site);
  }

  /** The kinds are mixed evenly, as they would be in a list. */
  static Strangers start(DevnetOptions.Crowd crowd, List<DevNode> nodes)
      throws LocalStorageException {
    Strangers strangers = new Strangers();
    int[] wanted = {crowd.sound(), crowd.silent(), crowd.slow(), crowd.lying()};
    int[] left = wanted.clone();
    for (int i = 0; i < crowd.size(); i++) {
      int next = 0;
      for (int kind = 1; kind < left.length; kind++) {
        if ((long) left[kind] * Math.max(1, wanted[next])
            > (long) left[next] * Math.max(1, wanted[kind])) {
          next = kind; // the kind of which the largest part is still missing
        }
      }
      left[next]--; // those of one kind keep all shards between them
      strangers.add(i, nodes.get(left[next] % nodes.size()), KINDS.get(next));
    }
    return strangers;
  }

  private void add(int number, DevNode beside, List<Misbehaviour.Kind> kinds) {
    Misbehaviour misbehaviour = new Misbehaviour();
    kinds.forEach(misbehaviour::start);
    CallTally calls = new CallTally();
    URI address = server.address().resolve("/" + number);
    DevStranger stranger = new DevStranger(address, beside, calls);
    synchronized (sites) {
      sites.add(beside.site(misbehaviour, calls));
      all.add(stranger);
    }
  }

  private Optional<RpcServer.Site> site(String path) {
    synchronized (sites) {
      int number = path.matches("/[0-9]{1,6}") ? Integer.parseInt(path.substring(1)) : -1;
      return number >= 0 && number < sites.size()
          ? Optional.of(sites.get(number))
          : Optional.empty();
    }
  }

  List<DevStranger> all() {
    synchronized (sites) {
      return List.copyOf(all);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
