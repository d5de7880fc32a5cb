package io.inft.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Statements a hostile user might send, the same for the same seed: schema changes, blobs, tables
 * without rowid, full-text search, savepoints, rollbacks, VACUUM, pragmas. Every statement is valid
 * for a database that got all the ones before, in order.
 */
public final class RandomSql {
  private final Random random;
  private final List<String> tables = new ArrayList<>();
  private int nextTable;
  private int nextIndex;
  private boolean fts;

  public RandomSql(long seed) {
    this.random = new Random(seed);
  }

  /** The next batch of statements, to be run one after the other on one connection. */
  public List<String> next() {
    List<String> batch = new ArrayList<>();
    int dice = random.nextInt(100);
    if (tables.isEmpty() || dice < 4) {
      create(batch);
    } else if (dice < 8) {
      batch.add("CREATE INDEX i" + nextIndex++ + " ON " + table() + "(a)");
    } else if (dice < 10 && tables.size() > 2) {
      String gone = tables.remove(random.nextInt(tables.size()));
      batch.add("DROP TABLE " + gone);
    } else if (dice < 12) {
      batch.add("ALTER TABLE " + table() + " ADD COLUMN c" + nextIndex++ + " TEXT DEFAULT 'x'");
    } else if (dice < 14) {
      batch.add("VACUUM");
    } else if (dice < 16) {
      batch.add("PRAGMA user_version=" + random.nextInt(1000));
    } else if (dice < 18) {
      batch.add("REINDEX");
    } else if (dice < 20) {
      batch.add("DELETE FROM " + table());
    } else if (dice < 23 && fts) {
      batch.add("INSERT INTO words(body) VALUES ('" + words() + "')");
    } else if (dice < 35) {
      batch.add("BEGIN");
      for (int i = random.nextInt(20); i >= 0; i--) {
        batch.add(change());
      }
      batch.add(random.nextInt(4) == 0 ? "ROLLBACK" : "COMMIT");
    } else if (dice < 40) {
      batch.add("BEGIN IMMEDIATE");
      batch.add(change());
      batch.add("SAVEPOINT s");
      batch.add(change());
      batch.add(change());
      batch.add(random.nextBoolean() ? "ROLLBACK TO s" : "RELEASE s");
      batch.add("COMMIT");
    } else {
      batch.add(change());
    }
    return batch;
  }

  private void create(List<String> batch) {
    String name = "t" + nextTable++;
    tables.add(name);
    switch (random.nextInt(4)) {
      case 0 ->
          batch.add(
              "CREATE TABLE " + name + "(k INTEGER PRIMARY KEY, a TEXT, b BLOB) WITHOUT ROWID");
      case 1 -> {
        batch.add("CREATE TABLE " + name + "(k INTEGER PRIMARY KEY, a TEXT, b BLOB)");
        if (!fts) {
          fts = true;
          batch.add("CREATE VIRTUAL TABLE words USING fts5(body)");
        }
      }
      default ->
          batch.add("CREATE TABLE " + name + "(k INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b)");
    }
  }

  private String change() {
    String table = table();
    int key = random.nextInt(2000);
    return switch (random.nextInt(10)) {
      case 0 -> "DELETE FROM " + table + " WHERE k % 7 = " + random.nextInt(7);
      case 1, 2 -> "UPDATE " + table + " SET a = '" + words() + "' WHERE k < " + key;
      case 3 ->
          "INSERT OR REPLACE INTO "
              + table
              + "(k, a, b) VALUES ("
              + key
              + ", 'blob', zeroblob("
              + random.nextInt(60_000)
              + "))";
      default ->
          "INSERT OR REPLACE INTO "
              + table
              + "(k, a, b) VALUES ("
              + key
              + ", '"
              + words()
              + "', "
              + random.nextLong()
              + ")";
    };
  }

  private String table() {
    return tables.get(random.nextInt(tables.size()));
  }

  private String words() {
    StringBuilder words = new StringBuilder();
    for (int i = random.nextInt(12) + 1; i > 0; i--) {
      words.append((char) ('a' + random.nextInt(26))).append(random.nextInt(1000)).append(' ');
    }
    return words.toString();
  }
}
