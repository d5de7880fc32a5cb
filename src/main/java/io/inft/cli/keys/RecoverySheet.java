package io.inft.cli.keys;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page to be printed and kept: the words of a recovery key, and what else is needed with them.
 *
 * @param id of the database
 * @param network its name
 * @param made when
 * @param words of the key
 */
record RecoverySheet(String id, String network, LocalDate made, List<String> words) {
  private static final int COLUMNS = 4;
  private static final Pattern TAG = Pattern.compile("<style>.*?</style>|<[^>]*>", Pattern.DOTALL);
  private static final Pattern NUMBERED = Pattern.compile("\\b(\\d{1,2})[.:)]?\\s+(\\p{L}+)");
  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  RecoverySheet {
    words = List.copyOf(words);
  }

  /** A page of its own for names that end with .html, else text. */
  String writtenTo(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".html") || name.endsWith(".htm") ? html() : text();
  }

  private List<String> sentences() {
    return List.of(
        "Whoever has these words reads all of this database, from now back to its beginning, until"
            + " a new key epoch is begun without them. Keep the sheet where nobody else looks, and"
            + " destroy the file that it was printed from.",
        "To use it: inft keys restore "
            + id
            + " recovered.key --from-sheet - --network "
            + network
            + " (type the words; the first four letters are enough), then open with"
            + " --encryption-key-file recovered.key.",
        "The words are BIP-39's for a key of 32 bytes (64 hex digits), the raw key of a slot.",
        "Try it now, and again after each inft keys rotate: a new epoch needs a new sheet.");
  }

  private String text() {
    StringBuilder page = new StringBuilder("Recovery sheet\n\n");
    page.append("  database  ").append(id).append('\n');
    page.append("  network   ").append(network).append('\n');
    page.append("  made      ").append(made).append("\n\n");
    for (int i = 0; i < words.size(); i++) {
      page.append(String.format(Locale.ROOT, "  %2d %-10s", i + 1, words.get(i)));
      page.append(i % COLUMNS == COLUMNS - 1 ? "\n" : "");
    }
    sentences().forEach(sentence -> page.append('\n').append(sentence).append('\n'));
    return page.toString();
  }

  private String html() {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Recovery sheet</title>
            <style>
            body { font: 12pt/1.5 serif; max-width: 17cm; margin: 1.5cm auto }
            table { border-collapse: collapse; margin: 1em 0 }
            td { font: 13pt monospace; border: 1px solid #999; padding: .35em .8em }
            </style></head><body><h1>Recovery sheet</h1>
            """);
    page.append("<p>Database <b>").append(escaped(id)).append("</b><br>Network <b>");
    page.append(escaped(network)).append("</b><br>Made ").append(made).append("</p>\n<table>");
    for (int i = 0; i < words.size(); i++) {
      page.append(i % COLUMNS == 0 ? "<tr>" : "").append("<td>").append(i + 1).append(' ');
      page.append(words.get(i)).append("</td>");
      page.append(i % COLUMNS == COLUMNS - 1 ? "</tr>\n" : "");
    }
    page.append("</table>\n");
    sentences().forEach(one -> page.append("<p>").append(escaped(one)).append("</p>\n"));
    return page.append("</body></html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The words of a sheet in either form, or as they were typed, with or without numbers. */
  static List<String> words(String sheet) {
    String text = TAG.matcher(sheet).replaceAll(" ");
    List<String> numbered = new ArrayList<>();
    Matcher found = NUMBERED.matcher(text);
    while (found.find() && numbered.size() < RecoveryWords.WORDS) {
      int number = Integer.parseInt(found.group(1));
      if (number == 1) {
        numbered.clear(); // an id or a network may end with a number as well
      }
      if (number == numbered.size() + 1) {
        numbered.add(found.group(2));
      }
    }
    return numbered.size() == RecoveryWords.WORDS
        ? numbered
        : WORD.matcher(text).results().map(one -> one.group()).toList();
  }
}
