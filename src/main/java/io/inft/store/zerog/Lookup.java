package io.inft.store.zerog;

import io.inft.bytes.Digest;
import io.inft.evm.Chain;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds out which nodes have a file. Safe for many threads. */
final class Lookup {
  private final NodeNetwork network;
  private final Chain chain;
  private final Workers workers;

  Lookup(NodeNetwork network, Chain chain, Workers workers) {
    this.network = network;
    this.chain = chain;
    this.workers = workers;
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
      List<KnownNode> nodes =
          finalized().stream()
              .map(holder -> new KnownNode(holder.node().address(), holder.node().shard()))
              .toList();
      return !NodeSelection.select(nodes, 1, NodeSelection.Order.GIVEN).isEmpty();
    }

    StoreUnavailableException unavailable(String store, String action) {
      StoreUnavailableException failure =
          new StoreUnavailableException(store, action, failures.isEmpty() ? null : failures.get(0));
      failures.stream().skip(1).forEach(failure::addSuppressed);
      return failure;
    }
  }

  /**
   * Asks the nodes the indexer names for the file, and all others when that is not enough.
   *
   * @param size the exact size wanted; empty takes any
   */
  Found find(Digest root, OptionalLong size) throws InftException {
    Map<String, StorageNode> asked = new LinkedHashMap<>();
    List<Holder> holders = new ArrayList<>();
    List<FileInfo> others = new ArrayList<>();
    List<InftException> failures = new ArrayList<>();
    ask(network.locations(root), root, size, asked, holders, others, failures);
    Found found = found(holders, others, failures);
    if (!found.isDurable()) {
      ask(network.all(failures), root, size, asked, holders, others, failures);
      found = found(holders, others, failures);
    }
    if (found.holders().isEmpty() && !others.isEmpty() && size.isPresent()) {
      return sameRootOtherFile(others.get(0), size.getAsLong(), asked, failures, found);
    }
    return found;
  }

  private static Found found(
      List<Holder> holders, List<FileInfo> others, List<InftException> failures) {
    List<Holder> ordered = new ArrayList<>();
    holders.stream().filter(holder -> holder.info().finalized()).forEach(ordered::add);
    holders.stream().filter(holder -> !holder.info().finalized()).forEach(ordered::add);
    return new Found(ordered, others.stream().map(FileInfo::sizeBytes).toList(), failures);
  }

  private void ask(
      List<StorageNode> nodes,
      Digest root,
      OptionalLong size,
      Map<String, StorageNode> asked,
      List<Holder> holders,
      List<FileInfo> others,
      List<InftException> failures)
      throws InftException {
    List<Question> questions = new ArrayList<>();
    for (StorageNode node : nodes) {
      if (asked.putIfAbsent(node.address().toString(), node) == null) {
        questions.add(new Question(node, root));
      }
    }
    workers.run(network.describe(), questions);
    for (Question question : questions) {
      question.failure.ifPresent(failures::add);
      Optional<FileInfo> info = question.answer.filter(FileInfo::isConsistent);
      if (info.isEmpty() || !info.get().root().equals(root)) {
        continue;
      }
      if (size.isEmpty() || info.get().sizeBytes() == size.getAsLong()) {
        holders.add(new Holder(question.node, info.get()));
      } else {
        others.add(info.get());
      }
    }
  }

  /** Asks one node, while others are asked. */
  private static final class Question implements Workers.Task {
    private final StorageNode node;
    private final Digest root;

    // Written by a worker before run() of all workers returns.
    private Optional<FileInfo> answer = Optional.empty();
    private Optional<InftException> failure = Optional.empty();

    private Question(StorageNode node, Digest root) {
      this.node = node;
      this.root = root;
    }

    @Override
    public void run() {
      try {
        answer = node.fileInfo(root);
      } catch (InftException e) {
        failure = Optional.of(e);
      }
    }
  }

  /**
   * Nodes answer for one file of a root only. Another one of the wanted size is found through the
   * contract's events.
   */
  private Found sameRootOtherFile(
      FileInfo known,
      long size,
      Map<String, StorageNode> asked,
      List<InftException> failures,
      Found soFar)
      throws InftException {
    Optional<Submission> submission =
        new FlowContract(chain, network.flow()).find(known.nodes(), size);
    if (submission.isEmpty()) {
      return soFar;
    }
    List<Holder> holders = new ArrayList<>();
    for (StorageNode node : asked.values()) {
      try {
        Optional<FileInfo> info = node.fileInfo(submission.get().txSeq());
        if (info.isPresent()
            && info.get().root().equals(known.root())
            && info.get().sizeBytes() == size
            && info.get().isConsistent()) {
          holders.add(new Holder(node, info.get()));
        }
      } catch (InftException e) {
        failures.add(e);
      }
    }
    return new Found(holders, soFar.otherSizes(), failures);
  }
}
