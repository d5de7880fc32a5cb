package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.CorruptObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of an SQL text, from <a href="https://www.sqlite.org/lang.html">SQLite's grammar</a>;
 * what stands in parentheses is one token.
 *
 * @param text as it is written
 * @param from where it begins
 */
record SqlTokens(String text, int from) {
  private static final Pattern NEXT =
      Pattern.compile(
          "(?<space>[ \\t\\n"
              + "\\f\\r"
              + "]+|--[^\\n"
              + "]*|/\\*(?s:.*?)(?:\\*/|$(?!\\n"
              + ")))|[xX]'[0-9a-fA-F]*'|\\[[^\\]]*\\]"
              + "|0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?"
              + "|[A-Za-z_\\u0080-\\x{10ffff}][A-Za-z0-9_$\\u0080-\\x{10ffff}]*|(?s:.)");

  /**
   * Cuts a text.
   *
   * @throws CorruptObjectException a parenthesis has no other one
   */
  static List<SqlTokens> of(String sql, int from, int to) throws CorruptObjectException {
    List<SqlTokens> tokens = new ArrayList<>();
    Matcher next = NEXT.matcher(sql);
    int depth = 0;
    int opened = 0;
    for (int at = from; at < to; ) {
      boolean quoted = "'\"`".indexOf(sql.charAt(at)) >= 0;
      if (!quoted && !next.region(at, to).lookingAt()) {
        throw corrupt("has a table definition that is no SQL");
      }
      int end = quoted ? endOfQuoted(sql, at, to) : next.end();
      String token = sql.substring(at, end);
      if (token.equals("(") && depth++ == 0) {
        opened = at;
      } else if (token.equals(")") && --depth <= 0) {
        if (depth < 0) {
          throw corrupt("has a table definition with a parenthesis that was never opened");
        }
        tokens.add(new SqlTokens(sql.substring(opened, end), opened));
      } else if (depth == 0 && (quoted || next.group("space") == null)) {
        tokens.add(new SqlTokens(token, at));
      }
      at = end;
    }
    if (depth != 0) {
      throw corrupt("has a table definition with an open parenthesis");
    }
    return tokens;
  }

  /** A quote within is written twice. */
  private static int endOfQuoted(String sql, int from, int to) throws CorruptObjectException {
    char quote = sql.charAt(from);
    for (int at = from + 1; at < to; at++) {
      if (sql.charAt(at) == quote) {
        if (at + 1 == to || sql.charAt(at + 1) != quote) {
          return at + 1;
        }
        at++;
      }
    }
    throw corrupt("has a table definition with an open quote");
  }

  int to() {
    return from + text.length();
  }

  /** As keywords are compared; what is quoted is none. */
  String word() {
    return text.toUpperCase(Locale.ROOT);
  }

  boolean isGroup() {
    return text.charAt(0) == '(';
  }

  /** As a name. */
  String name() {
    char first = text.charAt(0);
    if (text.length() > 1 && (first == '"' || first == '`' || first == '\'')) {
      String quote = String.valueOf(first);
      return text.substring(1, text.length() - 1).replace(quote + quote, quote);
    }
    return first == '[' && text.length() > 1 ? text.substring(1, text.length() - 1) : text;
  }
}
