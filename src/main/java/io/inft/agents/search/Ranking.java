package io.inft.agents.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reciprocal rank fusion: a memory's score is the sum of {@code 1 / (60 + rank)} over the lists it
 * stands in, its rank being 1 at their top. Cormack, Clarke, Buettcher, "Reciprocal Rank Fusion
 * outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009. Ranks, not scores, are
 * added up, because a word rank and a distance have no common measure.
 */
final class Ranking {
  private static final int K = 60;

  private final Map<Long, Double> scores = new HashMap<>();

  /**
   * @param id of the memory
   */
  record Scored(long id, double score) {}

  /** Counts a list in, best first. */
  void add(List<Long> ids) {
    for (int i = 0; i < ids.size(); i++) {
      scores.merge(ids.get(i), 1.0 / (K + i + 1), Double::sum);
    }
  }

  /** The best first; of two that are equally good, the one remembered earlier. */
  List<Scored> best(int limit) {
    List<Scored> all = new ArrayList<>();
    scores.forEach((id, score) -> all.add(new Scored(id, score)));
    all.sort(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id));
    return List.copyOf(all.subList(0, Math.min(limit, all.size())));
  }
}
