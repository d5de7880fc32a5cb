package io.inft.store.zerog;

import io.inft.bytes.Digest;
import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds out which nodes have a file. The nodes that the indexer trusts, or that were configured,
 * are asked first and side by side; where the indexer says that the file is, at the same time; some
 * of the strangers only if that does not suffice or takes too long. Whoever is silent delays nobody
 * who can get the file elsewhere. Safe for many threads.
 */
final class Lookup {
  /** How long the nodes that should know are waited for before strangers are asked too. */
  private static final Duration HEAD_START = Duration.ofSeconds(2);

  private static final Duration STRANGERS_PATIENCE = Duration.ofSeconds(4);
  private static final int MAX_LOCATIONS = 16;

  /** Strangers asked in one search, drawn by lot, and how many of them at once. */
  private static final int MAX_STRANGERS = 48;

  private static final int STRANGERS_AT_ONCE = 24;

  private final NodeNetwork network;
  private final Chain chain;
  private final Workers workers;
  private final RpcSettings bounds;
  private final RpcSettings strangersBounds;

  /**
   * @param bounds of calls to nodes that are trusted
   */
  Lookup(NodeNetwork network, Chain chain, Workers workers, RpcSettings bounds) {
    this.network = network;
    this.chain = chain;
    this.workers = workers;
    this.bounds = bounds;
    Duration patience =
        bounds.callTimeout().compareTo(STRANGERS_PATIENCE) < 0
            ? bounds.callTimeout()
            : STRANGERS_PATIENCE;
    this.strangersBounds = bounds.withCallTimeout(patience).withRetry(RetryRule.ONCE);
  }

  /** A node and what it says about the file; believed only as far as it is checked. */
  record Holder(StorageNode node, FileInfo info) {}

  /**
   * What the nodes that could be asked said.
   *
   * @param holders nodes that know the file with the right size, those that have all of it first
   * @param otherSizes sizes under which the root is known otherwise
   * @param failures why other nodes could not be asked, or gave no sound answer
   */
  record Found(List<Holder> holders, List<Long> otherSizes, List<InftException> failures) {
    Found {
      holders = List.copyOf(holders);
      otherSizes = List.copyOf(otherSizes);
      failures = List.copyOf(failures);
    }

    /** Nodes that know the file with this size. */
    List<Holder> of(long sizeBytes) {
      return holders.stream().filter(holder -> holder.info().sizeBytes() == sizeBytes).toList();
    }

    /** Nodes that say they store all their segments of it. */
    List<Holder> finalized() {
      return holders.stream().filter(holder -> holder.info().finalized()).toList();
    }

    /** Whether these keep every segment between them. */
    boolean isDurable() {
      return isDurable(1);
    }

    /** Whether these keep every segment so often between them. */
    boolean isDurable(int replicas) {
      List<KnownNode> nodes =
          finalized().stream()
              .map(holder -> new KnownNode(holder.node().address(), holder.node().shard()))
              .toList();
      return !NodeSelection.select(nodes, replicas, NodeSelection.Order.GIVEN).isEmpty();
    }

    StoreUnavailableException unavailable(String store, String action) {
      StoreUnavailableException failure =
          new StoreUnavailableException(store, action, failures.isEmpty() ? null : failures.get(0));
      failures.stream().skip(1).forEach(failure::addSuppressed);
      return failure;
    }
  }

  /**
   * Asks until the nodes that have the file keep every segment between them, or all that are to be
   * asked have said that they do not.
   *
   * @param size the exact size wanted; empty takes any
   */
  Found find(Digest root, OptionalLong size) throws InftException {
    return new Search(root, size, true).run();
  }

  /** As {@link #find}, among the nodes that are not these. */
  Found besides(Set<URI> known, Digest root, OptionalLong size) throws InftException {
    Search search = new Search(root, size, true);
    search.asked.addAll(known);
    return search.run();
  }

  /** Asks everybody who is to be asked, and waits for all of them within their bounds. */
  Found everywhere(Digest root, OptionalLong size) throws InftException {
    return new Search(root, size, false).run();
  }

  /** Asks these nodes and nobody else. */
  Found at(List<StorageNode> nodes, Digest root, long size) throws InftException {
    Search search = new Search(root, OptionalLong.of(size), false);
    try {
      for (StorageNode node : nodes) {
        search.ask(node, true);
      }
      while (search.inquiry.open() > 0) {
        search.hear(HEAD_START);
      }
      return search.found();
    } finally {
      search.inquiry.close();
    }
  }

  /** What one question brought: what a node says of the file, or where the indexer says it is. */
  private record Heard(
      Optional<StorageNode> node,
      boolean isTrusted,
      Optional<FileInfo> info,
      Optional<InftException> failure,
      List<KnownNode> locations) {}

  /** Used by one thread. */
  private final class Search {
    private final Digest root;
    private final OptionalLong size;
    private final boolean stopsWhenEnough;
    private final Inquiry<Heard> inquiry = new Inquiry<>(network.describe(), workers);
    private final Set<URI> asked = new HashSet<>();
    private final List<Holder> holders = new ArrayList<>();
    private final List<Holder> others = new ArrayList<>();
    private final List<InftException> failures = new ArrayList<>();
    private final List<InftException> strangersFailures = new ArrayList<>();
    private boolean trustedAnswered;
    private int trustedOpen;
    private int strangersOpen;
    private boolean locationsOpen;
    private final Deque<KnownNode> strangers = new ArrayDeque<>();

    Search(Digest root, OptionalLong size, boolean stopsWhenEnough) {
      this.root = root;
      this.size = size;
      this.stopsWhenEnough = stopsWhenEnough;
    }

    Found run() throws InftException {
      try {
        Indexer.Listed listed = network.listed(failures);
        for (KnownNode node : listed.trusted()) {
          ask(network.open(node, bounds), true);
        }
        askForLocations();
        boolean strangersAsked = false;
        long headStartEnds = System.nanoTime() + HEAD_START.toNanos();
        while (!(stopsWhenEnough && found().isDurable())) {
          long headStart = headStartEnds - System.nanoTime();
          if (!strangersAsked && (headStart <= 0 || (trustedOpen == 0 && !locationsOpen))) {
            strangersAsked = true;
            drawStrangers(listed.discovered());
          }
          while (!strangers.isEmpty() && strangersOpen < STRANGERS_AT_ONCE) {
            askStranger(strangers.remove());
          }
          if (inquiry.open() == 0) {
            break;
          }
          hear(strangersAsked ? HEAD_START : Duration.ofNanos(Math.max(0, headStart)));
        }
        Found found = found();
        return found.holders().isEmpty() && !others.isEmpty() && size.isPresent()
            ? sameRootOtherFile(others, size.getAsLong(), found)
            : found;
      } finally {
        inquiry.close();
      }
    }

    private void askForLocations() throws StoreUnavailableException {
      locationsOpen = true;
      inquiry.ask(
          () -> {
            try {
              return new Heard(
                  Optional.empty(),
                  true,
                  Optional.empty(),
                  Optional.empty(),
                  network.locations(root));
            } catch (InftException e) {
              return new Heard(Optional.empty(), true, Optional.empty(), Optional.of(e), List.of());
            }
          });
    }

    private void drawStrangers(List<KnownNode> discovered) {
      List<KnownNode> drawn = new ArrayList<>(discovered);
      drawn.removeIf(node -> asked.contains(node.address()));
      Collections.shuffle(drawn, ThreadLocalRandom.current());
      strangers.addAll(drawn.subList(0, Math.min(MAX_STRANGERS, drawn.size())));
    }

    private void askStranger(KnownNode node) throws StoreUnavailableException {
      strangersOpen += ask(network.open(node, strangersBounds), false) ? 1 : 0;
    }

    /** False if the node was asked before. */
    boolean ask(StorageNode node, boolean isTrusted) throws StoreUnavailableException {
      if (!asked.add(node.address())) {
        return false;
      }
      trustedOpen += isTrusted ? 1 : 0;
      inquiry.ask(
          () -> {
            try {
              return new Heard(
                  Optional.of(node), isTrusted, node.fileInfo(root), Optional.empty(), List.of());
            } catch (InftException e) {
              return new Heard(
                  Optional.of(node), isTrusted, Optional.empty(), Optional.of(e), List.of());
            }
          });
      return true;
    }

    void hear(Duration atMost) throws StoreUnavailableException {
      Optional<Inquiry.Outcome<Heard>> outcome = inquiry.next(atMost);
      if (outcome.isEmpty()) {
        return;
      }
      outcome.get().failure().ifPresent(failures::add);
      if (outcome.get().answer().isPresent()) {
        take(outcome.get().answer().get());
      }
    }

    private void take(Heard heard) throws StoreUnavailableException {
      heard.failure().ifPresent(heard.isTrusted() ? failures::add : strangersFailures::add);
      if (heard.node().isEmpty()) {
        locationsOpen = false;
        for (KnownNode node :
            heard.locations().subList(0, Math.min(MAX_LOCATIONS, heard.locations().size()))) {
          askStranger(node);
        }
        return;
      }
      if (heard.isTrusted()) {
        trustedOpen--;
        trustedAnswered |= heard.failure().isEmpty();
      } else {
        strangersOpen--;
      }
      Optional<FileInfo> info = heard.info().filter(FileInfo::isConsistent);
      if (info.isPresent() && info.get().root().equals(root)) {
        boolean fits = size.isEmpty() || info.get().sizeBytes() == size.getAsLong();
        (fits ? holders : others).add(new Holder(heard.node().get(), info.get()));
      }
    }

    /** What strangers did not say counts only where no node answered that is trusted. */
    Found found() {
      List<Holder> ordered = new ArrayList<>();
      holders.stream().filter(holder -> holder.info().finalized()).forEach(ordered::add);
      holders.stream().filter(holder -> !holder.info().finalized()).forEach(ordered::add);
      List<InftException> counted = new ArrayList<>(failures);
      if (!trustedAnswered) {
        counted.addAll(strangersFailures);
      }
      return new Found(
          ordered, others.stream().map(holder -> holder.info().sizeBytes()).toList(), counted);
    }
  }

  /**
   * Nodes answer for one file of a root only. Another one of the wanted size is found through the
   * contract's events.
   */
  private Found sameRootOtherFile(List<Holder> known, long size, Found soFar) throws InftException {
    Optional<Submission> submission =
        new FlowContract(chain, network.flow()).find(known.get(0).info().nodes(), size);
    if (submission.isEmpty()) {
      return soFar;
    }
    List<Holder> holders = new ArrayList<>();
    List<InftException> failures = new ArrayList<>(soFar.failures());
    for (Holder other : known) {
      try {
        Optional<FileInfo> info = other.node().fileInfo(submission.get().txSeq());
        if (info.isPresent()
            && info.get().root().equals(other.info().root())
            && info.get().sizeBytes() == size
            && info.get().isConsistent()) {
          holders.add(new Holder(other.node(), info.get()));
        }
      } catch (InftException e) {
        failures.add(e);
      }
    }
    return new Found(holders, soFar.otherSizes(), failures);
  }
}
