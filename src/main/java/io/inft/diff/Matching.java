package io.inft.diff;

import io.inft.diff.RowChange.Kind;
import io.inft.diff.TableDiff.Presence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which tables of two states are the same ones: those of one name, and of the others those that
 * were renamed. {@code ALTER TABLE … RENAME} leaves a table's tree where it is, so a table counts
 * as renamed if its name is gone and a new one has its root page and its columns. After a {@code
 * VACUUM} that does not hold, and it counts as removed and added.
 */
record Matching(List<Match> matches) {
  /** A table of both states, or of one. */
  record Match(TablePair pair, Presence presence) {
    String name() {
      return pair.right().name();
    }

    Optional<String> oldName() {
      String old = pair.left().name();
      return old.equalsIgnoreCase(name()) ? Optional.empty() : Optional.of(old);
    }

    TableDiff.Kind kind() {
      return pair.right().kind();
    }

    boolean mayHave(Kind kind) {
      return switch (presence) {
        case BOTH -> true;
        case ADDED -> kind == Kind.ADDED;
        case REMOVED -> kind == Kind.REMOVED;
      };
    }
  }

  static Matching of(List<TableShape> left, List<TableShape> right) {
    TreeMap<String, TableShape> gone = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    left.forEach(shape -> gone.put(shape.name(), shape));
    List<TableShape> fresh = new ArrayList<>();
    List<Match> matches = new ArrayList<>();
    for (TableShape shape : right) {
      TableShape same = gone.remove(shape.name());
      if (same == null) {
        fresh.add(shape);
      } else {
        matches.add(new Match(new TablePair(same, shape), Presence.BOTH));
      }
    }
    for (TableShape shape : fresh) {
      Optional<TableShape> old =
          gone.values().stream().filter(one -> wasRenamed(one, shape)).findFirst();
      if (old.isPresent()) {
        gone.remove(old.get().name());
        matches.add(new Match(new TablePair(old.get(), shape), Presence.BOTH));
      } else {
        matches.add(new Match(TablePair.oneSided(shape), Presence.ADDED));
      }
    }
    for (TableShape shape : gone.values()) {
      matches.add(new Match(TablePair.oneSided(shape), Presence.REMOVED));
    }
    matches.sort(Comparator.comparing(Match::name, String.CASE_INSENSITIVE_ORDER));
    return new Matching(List.copyOf(matches));
  }

  private static boolean wasRenamed(TableShape old, TableShape now) {
    return old.kind() == TableDiff.Kind.TABLE
        && now.kind() == TableDiff.Kind.TABLE
        && old.rootPage() == now.rootPage()
        && old.hasRowid() == now.hasRowid()
        && old.columns().equals(now.columns())
        && old.primaryKey().equals(now.primaryKey());
  }
}
