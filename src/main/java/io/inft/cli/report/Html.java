package io.inft.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A page being written. Names of elements and attributes are this program's own; all that stands
 * between them, and in them, is escaped, whoever wrote it. For one thread.
 */
final class Html {
  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element; attributes are pairs of a name and a value. */
  Html begin(String name, String... attributes) {
    tag(name, attributes);
    open.push(name);
    return this;
  }

  /** Ends the element that was begun last. */
  Html end() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element with text in it. */
  Html element(String name, String content, String... attributes) {
    begin(name, attributes).text(content);
    return end();
  }

  /** An element that has no end; written so that a reader of XML takes it, too. */
  Html empty(String name, String... attributes) {
    tag(name, attributes);
    text.insert(text.length() - 1, '/');
    return this;
  }

  /** An element of a picture, which ends itself. */
  Html shape(String name, String... attributes) {
    tag(name, attributes);
    text.append("</").append(name).append('>');
    return this;
  }

  Html text(String content) {
    escape(content);
    return this;
  }

  Html line() {
    text.append('\n');
    return this;
  }

  /** This program's own style sheet, as it is. */
  Html style(String sheet) {
    text.append("<style>").append(sheet).append("</style>");
    return this;
  }

  private void tag(String name, String... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      text.append('"');
    }
    text.append('>');
  }

  /**
   * What could end a text or an attribute is named; what turns the direction of writing, or is no
   * character of HTML, is replaced, so that nothing looks like something else.
   */
  private void escape(String content) {
    content.codePoints().forEach(this::escape);
  }

  private void escape(int point) {
    switch (point) {
      case '<' -> text.append("&lt;");
      case '>' -> text.append("&gt;");
      case '&' -> text.append("&amp;");
      case '"' -> text.append("&quot;");
      case '\'' -> text.append("&#39;");
      case '`' -> text.append("&#96;");
      case '\n', '\t' -> text.append((char) point);
      default -> {
        int type = Character.getType(point);
        boolean hidden =
            type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || (point & 0xFFFE) == 0xFFFE;
        text.appendCodePoint(hidden ? REPLACEMENT : point);
      }
    }
  }

  /**
   * The page.
   *
   * @throws IllegalStateException an element was not ended
   */
  String page() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return "<!DOCTYPE html>\n" + text + "\n";
  }
}
