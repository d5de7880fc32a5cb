package io.inft.api;

import io.inft.jdbc.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One batch: ids that cannot be used fail by themselves, the others go together. */
final class BatchRun {
  private final Set<String> ids;
  private final int parallelism;
  private final BatchProgress progress;
  private final Resolving resolving;
  private final Map<String, BatchResult> results = new LinkedHashMap<>();
  private int done;

  /** From an id to a database. */
  @FunctionalInterface
  interface Resolving {
    Target target(String id) throws SQLException;
  }

  BatchRun(List<String> ids, int parallelism, BatchProgress progress, Resolving resolving) {
    this.ids = new LinkedHashSet<>(ids);
    this.parallelism = parallelism;
    this.progress = progress;
    this.resolving = resolving;
  }

  List<BatchResult> run() {
    Map<String, Target> targets = new LinkedHashMap<>();
    for (String id : ids) {
      try {
        targets.put(id, resolving.target(id));
      } catch (SQLException e) {
        finished(new BatchResult(id, Optional.empty(), Optional.of(e)));
      }
    }
    // Two spellings can be one database.
    Map<String, List<String>> spellings = new LinkedHashMap<>();
    List<Target> distinct = new ArrayList<>();
    targets.forEach(
        (id, target) -> {
          List<String> same =
              spellings.computeIfAbsent(
                  target.settings().id().toString(),
                  key -> {
                    distinct.add(target);
                    return new ArrayList<>();
                  });
          same.add(id);
        });
    if (!distinct.isEmpty()) {
      Target.publish(
          distinct,
          parallelism,
          outcome -> {
            for (String id : spellings.getOrDefault(outcome.id().toString(), List.of())) {
              finished(
                  new BatchResult(
                      id,
                      outcome.head().map(head -> StorageMetadata.of(id, head)),
                      outcome.failure()));
            }
          });
    }
    List<BatchResult> inOrder = new ArrayList<>();
    ids.forEach(id -> inOrder.add(results.get(id)));
    return inOrder;
  }

  private void finished(BatchResult result) {
    results.put(result.id(), result);
    done++;
    progress.finished(result, done, ids.size());
  }
}
