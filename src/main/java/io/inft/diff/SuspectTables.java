package io.inft.diff;

import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import java.util.List;
import java.util.stream.Collectors;

/** Lists suspects where SQLite can join them: in temporary tables. */
final class SuspectTables {
  static final String LEFT = "temp.inft_left";
  static final String RIGHT = "temp.inft_right";
  private static final int AT_ONCE = 400;

  private SuspectTables() {}

  static void make(SqliteLink link) throws InftException {
    for (String table : List.of(LEFT, RIGHT)) {
      link.execute("CREATE TABLE " + table + "(low INTEGER PRIMARY KEY, high INTEGER)");
    }
  }

  /** Replaces what was listed. */
  static void list(SqliteLink link, Suspects.Rows rows) throws InftException {
    list(link, LEFT, rows.left());
    list(link, RIGHT, rows.right());
  }

  private static void list(SqliteLink link, String table, List<long[]> ranges)
      throws InftException {
    link.execute("DELETE FROM " + table);
    for (int i = 0; i < ranges.size(); i += AT_ONCE) {
      link.execute(
          "INSERT INTO "
              + table
              + " VALUES "
              + ranges.subList(i, Math.min(ranges.size(), i + AT_ONCE)).stream()
                  .map(range -> "(" + range[0] + "," + range[1] + ")")
                  .collect(Collectors.joining(",")));
    }
  }
}
