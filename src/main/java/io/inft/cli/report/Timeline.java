package io.inft.cli.report;

import io.inft.registry.Anchored;
import io.inft.registry.Control;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * When what was published: a lane for each author, one for acts of control. What falls on the same
 * place becomes one larger mark, so that ten thousand versions are a picture, too.
 */
final class Timeline {
  private static final int WIDTH = 960;
  private static final int LEFT = 208;
  private static final int RIGHT = 24;
  private static final int TOP = 12;
  private static final int LANE = 36;
  private static final int AXIS = 30;

  /** How wide a place is that marks share. */
  private static final int STEP = 13;

  private static final double LEAST_RADIUS = 3;
  private static final double MOST_RADIUS = 6;
  private static final int TICKS = 5;

  private final Authors authors;
  private final List<Anchored> versions;
  private final List<Control> controls;
  private final long from;
  private final long to;

  Timeline(Authors authors, List<Anchored> versions, List<Control> controls) {
    this.authors = authors;
    this.versions = versions;
    this.controls = controls;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Anchored one : versions) {
      first = Math.min(first, one.block().timeSeconds());
      last = Math.max(last, one.block().timeSeconds());
    }
    for (Control one : controls) {
      first = Math.min(first, one.block().timeSeconds());
      last = Math.max(last, one.block().timeSeconds());
    }
    this.from = first;
    this.to = Math.max(last, first + 1);
  }

  /** Marks that share a place. */
  private static final class Group {
    private long first;
    private long last;
    private int count;

    void add(long number) {
      first = count == 0 ? number : first;
      last = number;
      count++;
    }
  }

  void draw(Html page) {
    int lanes = authors.lanes() + (controls.isEmpty() ? 0 : 1);
    int height = TOP + lanes * LANE + AXIS;
    page.begin("div", "class", "chart wide");
    page.begin(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-label",
        "Versions and acts of control over time");
    axis(page, TOP + lanes * LANE);
    int lane = 0;
    if (!controls.isEmpty()) {
      lane(page, lane, "control", "c");
      marks(page, lane++);
    }
    for (int place = 0; place < authors.lanes(); place++) {
      lane(page, lane, authors.name(place), "a" + place);
      dots(page, lane++, place);
    }
    page.end().end().line();
  }

  private static int middle(int lane) {
    return TOP + lane * LANE + LANE / 2;
  }

  private double x(long seconds) {
    return LEFT + (WIDTH - LEFT - RIGHT) * ((double) (seconds - from) / (to - from));
  }

  private static String at(double place) {
    return String.format(Locale.ROOT, "%.1f", place);
  }

  private static void lane(Html page, int lane, String name, String colour) {
    String y = at(middle(lane));
    page.shape("line", "class", "lane", "x1", at(LEFT), "x2", at(WIDTH - RIGHT), "y1", y, "y2", y);
    page.element(
        "text",
        name,
        "class",
        "name " + colour,
        "x",
        at(LEFT - 22),
        "y",
        at(middle(lane) + 4),
        "text-anchor",
        "end");
  }

  private void axis(Html page, int y) {
    boolean days = to - from > 2 * 86_400;
    for (int i = 0; i < TICKS; i++) {
      Instant time = Instant.ofEpochSecond(from + (to - from) * i / (TICKS - 1));
      String x = at(x(time.getEpochSecond()));
      page.shape("line", "class", "grid", "x1", x, "x2", x, "y1", at(TOP), "y2", at(y));
      page.element(
          "text",
          days ? Words.day(time) : Words.second(time),
          "class",
          "tick",
          "x",
          x,
          "y",
          at(y + 18),
          "text-anchor",
          i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle");
    }
  }

  private long slot(long seconds) {
    return Math.round(x(seconds) / STEP);
  }

  private void dots(Html page, int lane, int place) {
    Map<Long, Group> groups = new TreeMap<>();
    for (Anchored one : versions) {
      if (authors.place(one) == place) {
        groups
            .computeIfAbsent(slot(one.block().timeSeconds()), unused -> new Group())
            .add(one.version());
      }
    }
    int most = groups.values().stream().mapToInt(group -> group.count).max().orElse(1);
    groups.forEach(
        (slot, group) -> {
          double radius =
              most == 1
                  ? LEAST_RADIUS + 1.5
                  : LEAST_RADIUS
                      + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt((double) group.count / most);
          page.begin(
              "circle",
              "class",
              "a" + place,
              "cx",
              at((double) slot * STEP),
              "cy",
              at(middle(lane)),
              "r",
              at(radius));
          page.element(
              "title",
              group.count == 1
                  ? "version " + group.first
                  : group.count + " versions, " + group.first + " to " + group.last);
          page.end();
        });
  }

  private void marks(Html page, int lane) {
    Map<Long, Group> groups = new TreeMap<>();
    Map<Long, String> words = new TreeMap<>();
    for (Control one : controls) {
      long slot = slot(one.block().timeSeconds());
      groups.computeIfAbsent(slot, unused -> new Group()).add(one.sequence());
      words.put(slot, Words.shortened(one.actor().toString()) + " " + Words.operation(one));
    }
    groups.forEach(
        (slot, group) -> {
          double x = (double) slot * STEP;
          double y = middle(lane);
          String path =
              "M" + at(x) + " " + at(y - 8) + "L" + at(x + 8) + " " + at(y) + "L" + at(x) + " "
                  + at(y + 8) + "L" + at(x - 8) + " " + at(y) + "Z";
          page.begin("path", "class", "c", "d", path);
          page.element(
              "title",
              group.count == 1
                  ? words.getOrDefault(slot, "")
                  : group.count + " acts of control, the last: " + words.getOrDefault(slot, ""));
          page.end();
        });
  }
}
