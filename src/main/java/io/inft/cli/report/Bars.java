package io.inft.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A bar a version; of more versions than fit, one bar for as many as need be, with their sum. */
final class Bars {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 190;
  private static final int LEFT = 64;
  private static final int TOP = 14;
  private static final int BOTTOM = 28;
  private static final int RIGHT = 8;
  private static final int MOST_BARS = 80;
  private static final int LINES = 3;

  /**
   * A value of a version.
   *
   * @param colour class of its colour, for a bar that is one version's
   */
  record Value(long version, double value, String colour) {}

  private final String title;
  private final List<Value> values;
  private final DoubleFunction<String> words;

  /**
   * @param words how a value is written
   */
  Bars(String title, List<Value> values, DoubleFunction<String> words) {
    this.title = title;
    this.values = List.copyOf(values);
    this.words = words;
  }

  private record Bar(long first, long last, double sum, String colour) {}

  void draw(Html page) {
    int each = Math.max(1, (values.size() + MOST_BARS - 1) / MOST_BARS);
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < values.size(); i += each) {
      List<Value> part = values.subList(i, Math.min(values.size(), i + each));
      bars.add(
          new Bar(
              part.get(0).version(),
              part.get(part.size() - 1).version(),
              part.stream().mapToDouble(Value::value).sum(),
              each == 1 ? part.get(0).colour() : "a0"));
    }
    double most = Math.max(bars.stream().mapToDouble(Bar::sum).max().orElse(1), 1e-18);
    page.begin("figure", "class", "chart");
    page.element("figcaption", title + (each == 1 ? "" : ", " + each + " versions a bar"));
    page.begin("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", title);
    lines(page, most);
    draw(page, bars, most);
    ends(page);
    page.end().end().line();
  }

  private static String at(double place) {
    return String.format(Locale.ROOT, "%.1f", place);
  }

  private void lines(Html page, double most) {
    for (int i = 0; i <= LINES; i++) {
      double y = TOP + (HEIGHT - TOP - BOTTOM) * (double) i / LINES;
      page.shape(
          "line",
          "class",
          "grid",
          "x1",
          at(LEFT),
          "x2",
          at(WIDTH - RIGHT),
          "y1",
          at(y),
          "y2",
          at(y));
      page.element(
          "text",
          words.apply(most * (LINES - i) / LINES),
          "class",
          "tick",
          "x",
          at(LEFT - 6),
          "y",
          at(y + 4),
          "text-anchor",
          "end");
    }
  }

  private void draw(Html page, List<Bar> bars, double most) {
    double wide = (double) (WIDTH - LEFT - RIGHT) / bars.size();
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double high = (HEIGHT - TOP - BOTTOM) * bar.sum() / most;
      double thick = Math.min(28, Math.max(1.2, wide * 0.78));
      page.begin(
          "rect",
          "class",
          bar.colour(),
          "x",
          at(LEFT + wide * i + (wide - thick) / 2),
          "y",
          at(HEIGHT - BOTTOM - high),
          "width",
          at(thick),
          "height",
          at(Math.max(high, bar.sum() > 0 ? 1 : 0)),
          "rx",
          "1.5");
      page.element(
          "title",
          (bar.first() == bar.last()
                  ? "version " + bar.first()
                  : "versions " + bar.first() + " to " + bar.last())
              + ": "
              + words.apply(bar.sum()));
      page.end();
    }
  }

  private void ends(Html page) {
    String y = at(HEIGHT - 8);
    page.element(
        "text", "version " + values.get(0).version(), "class", "tick", "x", at(LEFT), "y", y);
    if (values.size() > 1) {
      page.element(
          "text",
          Long.toString(values.get(values.size() - 1).version()),
          "class",
          "tick",
          "x",
          at(WIDTH - RIGHT),
          "y",
          y,
          "text-anchor",
          "end");
    }
  }
}
