package io.inft.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What SQLite's own checks said of a database, in two classes. Only the first is a reason not to
 * publish: it means that b-trees or pages are broken, so that rows are lost or will be. A copy of
 * pages is right for everything in the second: whoever restores it has the very database that
 * SQLite accepts here, and may repair it there as well as here.
 *
 * @param structure b-trees, pages, the list of free pages, the pointer map
 * @param warnings rows, constraints, indexes over expressions, virtual tables, foreign keys, and
 *     what could not be checked because a function, collation, module or tokenizer is not here
 */
public record IntegrityReport(List<String> structure, List<String> warnings) {
  public static final IntegrityReport NOTHING = new IntegrityReport(List.of(), List.of());

  /** Longer findings are cut. */
  private static final int MAX_CHARACTERS = 400;

  private static final String OK = "ok";

  /** Every finding about trees and pages comes in one row that begins like this. */
  private static final String STRUCTURE = "*** in database ";

  private static final String UNUSED = "Page [0-9]+(: never used| is never used)";

  public IntegrityReport {
    structure = List.copyOf(structure);
    warnings = List.copyOf(warnings);
  }

  /** Which class a row of {@code PRAGMA integrity_check} belongs to. */
  public enum Kind {
    SOUND,
    STRUCTURE,
    WARNING
  }

  /**
   * Classifies one row of {@code PRAGMA integrity_check} or {@code quick_check}. SQLite checks all
   * trees first and reports what it finds in a row of its own; whatever comes later is about what
   * stands in the trees.
   */
  public static Kind kindOf(String row) {
    if (row.equals(OK)) {
      return Kind.SOUND;
    }
    return row.startsWith(STRUCTURE) ? Kind.STRUCTURE : Kind.WARNING;
  }

  /** Sorts the rows of {@code PRAGMA integrity_check}. */
  public static IntegrityReport of(List<String> rows) {
    List<String> structure = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (String row : rows) {
      switch (kindOf(row)) {
        case SOUND -> {}
        case STRUCTURE -> structure.addAll(lines(row));
        case WARNING -> warnings.add(bounded(row.replace('\n', ' ')));
      }
    }
    return new IntegrityReport(structure, warnings);
  }

  private static List<String> lines(String row) {
    List<String> lines =
        row.lines()
            .filter(line -> !line.isBlank() && !line.startsWith(STRUCTURE))
            .map(IntegrityReport::bounded)
            .toList();
    return lines.isEmpty() ? List.of(bounded(row)) : lines;
  }

  static String bounded(String text) {
    return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "…";
  }

  /** Whether trees and pages are whole, so that the database may be published. */
  public boolean isPublishable() {
    return structure.isEmpty();
  }

  /** Why it may not be published, for people. */
  public String damage() {
    boolean onlyUnused = structure.stream().allMatch(line -> line.matches(UNUSED));
    return String.join("; ", structure)
        + (onlyUnused ? " (VACUUM gives back pages that nothing uses)" : "");
  }

  /** What should be looked after, for people; empty if there is nothing. */
  public String advice() {
    return warnings.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "SQLite's checks found something that does not keep the database from being published:"
                + " %s. REINDEX, or the 'rebuild' command of a full-text table, repairs indexes;"
                + " rows against a constraint stay as they are",
            String.join("; ", warnings));
  }
}
