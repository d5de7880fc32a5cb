package io.inft.agents.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** From what a user wrote to a query that FTS5 understands, whatever he wrote. */
final class TextQuery {
  /** More words make a question no better, and cost a look-up each. */
  private static final int MOST_WORDS = 64;

  private TextQuery() {}

  /** Any of its words, each a string of FTS5's; empty if it has none. */
  static Optional<String> anyWordOf(String text) {
    List<String> words = split(text).stream().distinct().limit(MOST_WORDS).toList();
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of('"' + String.join("\" OR \"", words) + '"');
  }

  private static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i <= text.length(); ) {
      int point = i < text.length() ? text.codePointAt(i) : ' ';
      if (isOfWord(point)) {
        word.appendCodePoint(point);
      } else if (word.length() > 0) {
        words.add(word.toString().toLowerCase(Locale.ROOT));
        word.setLength(0);
      }
      i += Character.charCount(point);
    }
    return words;
  }

  /** What {@code unicode61} makes words of, and marks that stand on letters. */
  private static boolean isOfWord(int point) {
    if (Character.isLetterOrDigit(point)) {
      return true;
    }
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.OTHER_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.PRIVATE_USE;
  }
}
