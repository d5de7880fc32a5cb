package io.inft.store.zerog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Chooses nodes so that every segment is kept by enough of them. */
public final class NodeSelection {
  /** Which nodes come first. */
  public enum Order {
    /** Those that keep most. */
    MIN,
    /** Those that keep least. */
    MAX,
    /** As given. */
    GIVEN
  }

  private NodeSelection() {}

  /** Takes, in order, each node that still adds coverage; empty if they do not suffice. */
  public static List<KnownNode> select(List<KnownNode> candidates, int replicas, Order order) {
    if (replicas < 1) {
      throw new IllegalArgumentException("at least one replica");
    }
    List<KnownNode> ordered = new ArrayList<>(candidates);
    Comparator<KnownNode> byCount = Comparator.comparingLong(node -> node.shard().count());
    Comparator<KnownNode> byId = Comparator.comparingLong(node -> node.shard().id());
    switch (order) {
      case MIN -> ordered.sort(byCount.thenComparing(byId));
      case MAX -> ordered.sort(byCount.reversed().thenComparing(byId));
      case GIVEN -> {}
    }
    long residues = 1;
    for (KnownNode node : ordered) {
      residues = Math.max(residues, node.shard().count());
    }
    int[] coverage = new int[(int) residues];
    List<KnownNode> selected = new ArrayList<>();
    for (KnownNode node : ordered) {
      if (least(coverage, node.shard()) < replicas) {
        for (int r = (int) node.shard().id(); r < residues; r += (int) node.shard().count()) {
          coverage[r]++;
        }
        selected.add(node);
        if (least(coverage, new ShardConfig(0, 1)) >= replicas) {
          return selected;
        }
      }
    }
    return List.of();
  }

  private static int least(int[] coverage, ShardConfig shard) {
    int least = Integer.MAX_VALUE;
    for (int r = (int) shard.id(); r < coverage.length; r += (int) shard.count()) {
      least = Math.min(least, coverage[r]);
    }
    return least;
  }
}
