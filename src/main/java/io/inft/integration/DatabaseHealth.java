package io.inft.integration;

import io.inft.observe.Figure;
import io.inft.observe.Observations;
import io.inft.observe.Observed;
import io.inft.observe.Standing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whether the databases that this process has open are published as they should be. */
final class DatabaseHealth {
  private final Duration maxLag;

  /**
   * @param maxLag a database is well while nothing waits longer than that to be anchored
   */
  DatabaseHealth(Duration maxLag) {
    this.maxLag = maxLag;
  }

  /** Why a database is not well; empty if it is. */
  Optional<String> trouble(Standing now) {
    if (now.putAside()) {
      return Optional.of(
          "another writer was first: what was written here was put aside ('inft forks list')");
    }
    if (now.lag().compareTo(maxLag) > 0) {
      return Optional.of(
          "the oldest commit has been waiting for "
              + now.lag().toSeconds()
              + " s to be anchored"
              + now.failure().map(why -> ": " + why).orElse(""));
    }
    return Optional.empty();
  }

  /** Whether all that are open are well. */
  boolean isWell() {
    return Observations.all().stream()
        .flatMap(one -> one.standing().stream())
        .allMatch(now -> trouble(now).isEmpty());
  }

  /** What is shown of the open databases, by their names. */
  Map<String, Object> details() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Observed one : Observations.all()) {
      one.standing()
          .ifPresent(
              now -> {
                Map<String, Object> details = new LinkedHashMap<>();
                details.put("network", one.network());
                details.put("version", now.version());
                details.put("lagMillis", now.lag().toMillis());
                details.put("waiting", now.waiting());
                now.paidUntil().ifPresent(end -> details.put("paidUntil", end.toString()));
                now.failure().ifPresent(why -> details.put("failure", why));
                trouble(now).ifPresent(why -> details.put("trouble", why));
                all.put(one.id(), details);
              });
    }
    return all;
  }

  /** All figures of all databases, open or not. */
  static Map<String, Object> figures() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Observed one : Observations.all()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("network", one.network());
      figures.put("open", one.standing().isPresent());
      for (Figure figure : Figure.values()) {
        double value = figure.value(one);
        if (figure.kind() == Figure.Kind.TIMER) {
          figures.put(figure.meter() + ".count", figure.count(one));
        }
        String unit = figure.unit().isEmpty() ? "" : "." + figure.unit();
        if (!Double.isNaN(value)) {
          figures.put(figure.meter() + unit, value);
        }
      }
      one.standing().flatMap(Standing::failure).ifPresent(why -> figures.put("failure", why));
      all.put(one.id(), figures);
    }
    return all;
  }
}
