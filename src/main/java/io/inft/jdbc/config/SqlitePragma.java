package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * What becomes of sqlite-jdbc's own connection properties. Most are handed on as they are. Some
 * only count when a database is made, because they have no effect once it is in WAL mode. A few
 * would take the log away from under the capture of commits and are refused with the reason.
 */
public final class SqlitePragma {
  /** Take effect when a database is made; without effect afterwards, as in SQLite itself. */
  public static final List<String> CREATION = List.of("page_size", "encoding", "auto_vacuum");

  /** Checked here and not handed to sqlite-jdbc. */
  public static final Set<String> RESERVED =
      Set.of("journal_mode", "locking_mode", "shared_cache", "open_mode", "hexkey_mode");

  private static final int OPEN_FLAGS_ALLOWED =
      SQLiteOpenMode.READONLY.flag
          | SQLiteOpenMode.READWRITE.flag
          | SQLiteOpenMode.CREATE.flag
          | SQLiteOpenMode.OPEN_URI.flag
          | SQLiteOpenMode.NOMUTEX.flag
          | SQLiteOpenMode.FULLMUTEX.flag
          | SQLiteOpenMode.PRIVATECACHE.flag;

  private static final Set<String> NAMES = names();

  /** Longer than sqlite-jdbc's three seconds, because the engine takes the write lock as well. */
  private static final String BUSY_TIMEOUT_MILLIS = "10000";

  private SqlitePragma() {}

  /** Every name that may be given, in alphabetical order. */
  public static Collection<String> knownNames() {
    return NAMES;
  }

  /** The name as sqlite-jdbc spells it, if it is one of its pragmas. */
  public static Optional<String> known(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return NAMES.contains(lower) ? Optional.of(lower) : Optional.empty();
  }

  /**
   * Checks a value that has a meaning here; others are SQLite's to judge.
   *
   * @throws SettingException with the reason why this driver cannot work that way
   */
  static void check(String name, String value) throws SettingException {
    switch (name) {
      case "journal_mode" ->
          require(
              value.equalsIgnoreCase("wal"),
              name,
              "only WAL is possible: commits are captured from the write-ahead log");
      case "locking_mode" ->
          require(
              value.equalsIgnoreCase("normal"),
              name,
              "only NORMAL is possible: the engine holds connections of its own to the database");
      case "shared_cache" ->
          require(
              value.equalsIgnoreCase("false"),
              name,
              "a shared cache would put this connection and the engine's own into one");
      case "hexkey_mode" ->
          require(
              value.equalsIgnoreCase("none"),
              name,
              "the working copy is not encrypted by SQLite; what leaves this machine always is");
      case "open_mode" -> checkOpenMode(value);
      case "page_size" ->
          require(
              value.matches("512|1024|2048|4096|8192|16384|32768|65536"),
              name,
              "a power of two from 512 to 65536 is expected");
      case "encoding" ->
          require(
              unquoted(value)
                  .toUpperCase(Locale.ROOT)
                  .matches("UTF-?8|UTF-?16|UTF-?16LE|UTF-?16BE"),
              name,
              "UTF-8, UTF-16, UTF-16le or UTF-16be is expected");
      case "auto_vacuum" ->
          require(
              value.toUpperCase(Locale.ROOT).matches("NONE|FULL|INCREMENTAL|0|1|2"),
              name,
              "NONE, FULL or INCREMENTAL is expected");
      default -> {}
    }
  }

  /**
   * The creation-time pragmas among the given ones, without quotes, in the order in which SQLite
   * takes them: setting auto_vacuum fixes the page size.
   */
  public static Map<String, String> creation(Map<String, String> pragmas) {
    Map<String, String> creation = new LinkedHashMap<>();
    for (String name : CREATION) {
      String value = pragmas.get(name);
      if (value != null) {
        creation.put(name, name.equals("encoding") ? encoding(value) : value);
      }
    }
    return creation;
  }

  /**
   * What sqlite-jdbc gets to see: never a secret of ours, no automatic checkpoints (the engine
   * makes its own) unless they were asked for, and zeros in the place of what is deleted, where
   * that costs nothing, because whole pages are published.
   */
  public static Properties forSqlite(Map<String, String> pragmas, boolean readOnly) {
    Properties handed = new Properties();
    handed.setProperty("wal_autocheckpoint", "0");
    handed.setProperty("busy_timeout", BUSY_TIMEOUT_MILLIS);
    handed.setProperty("secure_delete", "FAST");
    pragmas.forEach(
        (name, value) -> {
          if (name.equals("encoding")) {
            // SQLite writes it down with the first table, whichever connection makes that.
            handed.setProperty(name, "'" + encoding(value) + "'");
          } else if (!CREATION.contains(name) && !RESERVED.contains(name)) {
            handed.setProperty(name, value);
          }
        });
    if (readOnly || asksForReadOnly(pragmas)) {
      handed.setProperty(
          "open_mode",
          Integer.toString(SQLiteOpenMode.READONLY.flag | SQLiteOpenMode.OPEN_URI.flag));
    }
    return handed;
  }

  private static boolean asksForReadOnly(Map<String, String> pragmas) {
    String mode = pragmas.get("open_mode");
    return mode != null && (Integer.parseInt(mode) & SQLiteOpenMode.READONLY.flag) != 0;
  }

  private static void checkOpenMode(String value) throws SettingException {
    boolean number = value.matches("[0-9]{1,7}");
    require(
        number && (Integer.parseInt(value) & ~OPEN_FLAGS_ALLOWED) == 0,
        "open_mode",
        "the database is a file of this driver: only the flags for reading, writing and mutexes are"
            + " possible");
  }

  private static String encoding(String value) {
    String plain = unquoted(value).toUpperCase(Locale.ROOT).replace("-", "");
    return switch (plain) {
      case "UTF8" -> "UTF-8";
      case "UTF16LE" -> "UTF-16le";
      case "UTF16BE" -> "UTF-16be";
      default -> "UTF-16";
    };
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.charAt(0) == '\'' || value.charAt(0) == '"')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static void require(boolean fine, String name, String reason) throws SettingException {
    if (!fine) {
      throw new SettingException(name, reason);
    }
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>(CREATION);
    for (SQLiteConfig.Pragma pragma : SQLiteConfig.Pragma.values()) {
      names.add(pragma.getPragmaName());
    }
    // sqlite-jdbc's "password" would become PRAGMA key; here the name belongs to the keyring.
    names.remove("password");
    return names;
  }
}
