package io.inft.diff;

import io.inft.capture.SqliteLink;
import io.inft.diff.DatabaseDiff.SchemaChange;
import io.inft.diff.DatabaseDiff.SettingChange;
import io.inft.diff.RowChange.Kind;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotComparableException;
import io.inft.sqlite.DatabaseHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds two database files against each other, row by row. Neither may be written to meanwhile, nor
 * have a log beside it.
 *
 * <p>SQLite compares: both files are attached to one connection, so values are compared as they are
 * stored and never pass through Java. No view, trigger or generated expression of theirs is run.
 * What the pages say cannot differ is not looked at ({@link Suspects}).
 */
final class Comparison {
  private static final String RIGHT = "other";

  private final SqliteLink link;
  private final Optional<Suspects> suspects;
  private final DiffOptions options;
  private final DiffListener listener;

  private Comparison(
      SqliteLink link, Optional<Suspects> suspects, DiffOptions options, DiffListener listener) {
    this.link = link;
    this.suspects = suspects;
    this.options = options;
    this.listener = listener;
  }

  static DatabaseDiff of(Path left, Path right, DiffOptions options, DiffListener listener)
      throws InftException {
    if (isEmpty(left) || isEmpty(right)) {
      return of(left, right, Optional.empty(), options, listener);
    }
    try (PageFile mine = PageFile.open(left);
        PageFile theirs = PageFile.open(right)) {
      requireOneEncoding(mine.header(), theirs.header());
      return of(left, right, Optional.of(Suspects.of(mine, theirs)), options, listener);
    }
  }

  private static DatabaseDiff of(
      Path left,
      Path right,
      Optional<Suspects> suspects,
      DiffOptions options,
      DiffListener listener)
      throws InftException {
    try (SqliteLink link = SqliteLink.openImmutable(left)) {
      link.execute("PRAGMA trusted_schema=OFF");
      if (isEmpty(left) && !isEmpty(right)) {
        adoptEncoding(link, right);
      }
      link.attachImmutable(right, RIGHT);
      SuspectTables.make(link);
      return new Comparison(link, suspects, options, listener).run();
    }
  }

  private static boolean isEmpty(Path file) throws InftException {
    try {
      return Files.size(file) < DatabaseHeader.BYTES;
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  /** What has no text yet has no encoding of its own, and SQLite attaches only the same one. */
  private static void adoptEncoding(SqliteLink link, Path right) throws InftException {
    try (SqliteLink other = SqliteLink.openImmutable(right)) {
      link.execute("PRAGMA encoding=" + Sql.literal(other.text("PRAGMA encoding")));
    }
  }

  private static void requireOneEncoding(DatabaseHeader left, DatabaseHeader right)
      throws NotComparableException {
    int mine = left.textEncoding();
    int theirs = right.textEncoding();
    if (mine != theirs && mine != 0 && theirs != 0) {
      throw new NotComparableException(
          "the two states",
          "one has its texts in "
              + encoding(mine)
              + ", the other in "
              + encoding(theirs)
              + ", so no text of theirs is stored alike");
    }
  }

  private static String encoding(int code) {
    return List.of("UTF-8", "UTF-16le", "UTF-16be").get(code - 1);
  }

  private DatabaseDiff run() throws InftException {
    boolean unchanged = suspects.isPresent() && suspects.get().none();
    if (unchanged && options.table().isEmpty()) {
      DatabaseDiff same = new DatabaseDiff(List.of(), List.of(), List.of());
      listener.schema(same);
      return same;
    }
    Matching matching = Matching.of(TableShape.all(link, "main"), TableShape.all(link, RIGHT));
    requireTable(matching);
    List<SchemaChange> schema = options.table().isPresent() ? List.of() : schema();
    List<SettingChange> settings = options.table().isPresent() ? List.of() : settings();
    listener.schema(new DatabaseDiff(List.of(), schema, settings));
    List<TableDiff> tables = new ArrayList<>();
    for (Matching.Match match : matching.matches()) {
      if (isWanted(match)) {
        compare(match).ifPresent(tables::add);
      }
    }
    return new DatabaseDiff(tables, schema, settings);
  }

  /** A name that was mistyped is no table without differences. */
  private void requireTable(Matching matching) throws NotComparableException {
    if (options.table().isPresent() && matching.matches().stream().noneMatch(this::isWanted)) {
      throw new NotComparableException(
          "the table '" + options.table().get() + "'",
          "neither state has one of that name; a virtual table is compared by those in which it"
              + " keeps its content, a view by its SQL");
    }
  }

  private boolean isWanted(Matching.Match match) {
    return options.wants(match.name()) || match.oldName().filter(options::wants).isPresent();
  }

  private Optional<TableDiff> compare(Matching.Match match) throws InftException {
    TablePair pair = match.pair();
    pair.requireComparable();
    Optional<Suspects.Rows> rows =
        suspects.isEmpty() || pair.isOneSided() ? Optional.empty() : suspects.get().of(pair);
    if (rows.isPresent()) {
      SuspectTables.list(link, rows.get());
    }
    RowQueries queries = new RowQueries(link, pair, rows.isPresent());
    TableDiff table =
        new TableDiff(
            match.name(),
            match.oldName(),
            match.kind(),
            match.presence(),
            pair.key(),
            match.mayHave(Kind.ADDED) ? queries.count(Kind.ADDED) : 0,
            match.mayHave(Kind.CHANGED) ? queries.count(Kind.CHANGED) : 0,
            match.mayHave(Kind.REMOVED) ? queries.count(Kind.REMOVED) : 0,
            pair.columnsAdded(),
            pair.columnsRemoved());
    if (!table.differs()) {
      return Optional.empty();
    }
    listener.table(table);
    if (options.tells(table)) {
      tell(queries, table);
    }
    return Optional.of(table);
  }

  private void tell(RowQueries queries, TableDiff table) throws InftException {
    long left = options.rows();
    for (Kind kind : List.of(Kind.REMOVED, Kind.CHANGED, Kind.ADDED)) {
      long count =
          switch (kind) {
            case REMOVED -> table.removed();
            case CHANGED -> table.changed();
            case ADDED -> table.added();
          };
      long most = Math.min(left, count);
      if (most > 0) {
        queries.tell(kind, most, listener);
        left -= most;
      }
    }
  }

  private List<SchemaChange> schema() throws InftException {
    List<SchemaChange> changes = new ArrayList<>();
    link.each(
        "WITH l AS (SELECT type, name, sql FROM main.sqlite_schema WHERE "
            + wanted("main")
            + "), r AS (SELECT type, name, sql FROM "
            + RIGHT
            + ".sqlite_schema WHERE "
            + wanted(RIGHT)
            + ") SELECT coalesce(l.type, r.type) AS type, coalesce(l.name, r.name) AS name, l.sql,"
            + " r.sql FROM l FULL JOIN r ON r.type = l.type AND r.name = l.name WHERE l.sql IS NOT"
            + " r.sql ORDER BY 1, 2",
        row ->
            changes.add(
                new SchemaChange(
                    row.getString(1),
                    row.getString(2),
                    Optional.ofNullable(row.getString(3)),
                    Optional.ofNullable(row.getString(4)))));
    return changes;
  }

  /** What somebody wrote: not what a virtual table made for itself, nor SQLite's own. */
  private static String wanted(String schema) {
    return "sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND NOT (type = 'table' AND"
        + " name IN (SELECT name FROM pragma_table_list WHERE schema = '"
        + schema
        + "' AND type = 'shadow'))";
  }

  private List<SettingChange> settings() throws InftException {
    List<SettingChange> changes = new ArrayList<>();
    for (String name : List.of("user_version", "application_id")) {
      long mine = Long.parseLong(link.text("PRAGMA main." + name));
      long theirs = Long.parseLong(link.text("PRAGMA " + RIGHT + "." + name));
      if (mine != theirs) {
        changes.add(new SettingChange(name, mine, theirs));
      }
    }
    return changes;
  }
}
