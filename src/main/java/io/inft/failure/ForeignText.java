package io.inft.failure;

/**
 * Makes text of somebody else fit to be shown: what a server, a node or an author wrote must not
 * begin a line of its own in a log, move the cursor of a terminal, or fill either.
 */
public final class ForeignText {
  /** The longest text of a server that a message quotes. */
  public static final int MOST_QUOTED = 512;

  private static final int MOST_SHOWN = 16 << 10;

  private ForeignText() {}

  /** At most {@link #MOST_QUOTED} characters, none of which does anything but show itself. */
  public static String quoted(String text) {
    return escaped(text, MOST_QUOTED);
  }

  /** A whole message of ours, in which others may be quoted. */
  static String shown(String message) {
    return escaped(message, MOST_SHOWN);
  }

  private static String escaped(String text, int most) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 16);
    int at = 0;
    while (at < text.length() && shown.length() < most) {
      int character = text.codePointAt(at);
      if (isPlain(character)) {
        shown.appendCodePoint(character);
      } else {
        shown.append("\\u{").append(Integer.toHexString(character)).append('}');
      }
      at += Character.charCount(character);
    }
    return at < text.length() ? shown.append('…').toString() : shown.toString();
  }

  /** Neither a control, nor a line or paragraph of its own, nor what turns the text around. */
  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
