package io.inft.custody;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers what is found. Keeps the first {@link #MAX_KEPT} and counts all, so that a history that
 * is wrong everywhere does not fill the heap. Not safe for many threads.
 */
final class Findings {
  static final int MAX_KEPT = 1_000;

  // Mutable state.
  private final List<Finding> kept = new ArrayList<>();
  private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

  void add(Code code, long version, String message) {
    add(code, code.severity(), version, message);
  }

  void add(Code code, Severity severity, long version, String message) {
    counts.merge(severity, 1L, Long::sum);
    if (kept.size() < MAX_KEPT) {
      kept.add(new Finding(code, severity, version, message));
    }
  }

  List<Finding> kept() {
    return List.copyOf(kept);
  }

  long count(Severity severity) {
    return counts.getOrDefault(severity, 0L);
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  Verdict verdict() {
    if (count(Severity.CONTRADICTION) > 0) {
      return Verdict.INVALID;
    }
    if (count(Severity.UNDETERMINED) > 0) {
      return Verdict.INDETERMINATE;
    }
    return count(Severity.WARNING) > 0 ? Verdict.VALID_WITH_WARNINGS : Verdict.VALID;
  }
}
