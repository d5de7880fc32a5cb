package io.inft.cli.report;

import io.inft.registry.Anchored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who published, with a colour each: those with most versions have one of their own. */
final class Authors {
  /** So many have a colour and a lane; the others share one. */
  static final int MOST = 6;

  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final String owner;

  Authors(List<Anchored> versions, String owner) {
    this.owner = owner;
    for (Anchored one : versions) {
      counts.merge(one.author().toString(), 1L, Long::sum);
    }
    List<String> most = new ArrayList<>(counts.keySet());
    most.sort(Comparator.comparing((String one) -> -counts.getOrDefault(one, 0L)));
    for (String one : most) {
      places.put(one, Math.min(places.size(), MOST - 1));
    }
  }

  /** From 0; the last one may be several accounts'. */
  int place(Anchored version) {
    return places.getOrDefault(version.author().toString(), MOST - 1);
  }

  int lanes() {
    return Math.min(MOST, Math.max(1, places.size()));
  }

  int size() {
    return places.size();
  }

  /** What stands beside a lane. */
  String name(int place) {
    if (place == MOST - 1 && places.size() > MOST) {
      return places.size() - MOST + 1 + " others";
    }
    return places.entrySet().stream()
        .filter(one -> one.getValue() == place)
        .map(one -> name(one.getKey()))
        .findFirst()
        .orElse("nobody");
  }

  /** The account, and that it is the owner's if it is. */
  String name(String account) {
    return Words.shortened(account) + (account.equals(owner) ? " (owner)" : "");
  }

  long versions(int place) {
    return places.entrySet().stream()
        .filter(one -> one.getValue() == place)
        .mapToLong(one -> counts.getOrDefault(one.getKey(), 0L))
        .sum();
  }
}
