package io.inft.jdbc.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name somebody probably meant: the one with the fewest edits, if they are few enough.
 */
final class NearestName {
  private NearestName() {}

  static Optional<String> to(String typed, Collection<String> names) {
    String wanted = plain(typed);
    String best = null;
    int fewest = Math.max(2, wanted.length() / 3) + 1;
    for (String name : names) {
      int edits = edits(wanted, plain(name));
      if (edits < fewest) {
        fewest = edits;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Edits that turn one word into the other; a swap of two neighbours counts as one. */
  private static int edits(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int cost = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[to.length()];
  }
}
