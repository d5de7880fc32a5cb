package io.inft.cli.report;

import io.inft.cli.console.ByteText;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.TableDiff;
import io.inft.registry.Anchored;
import io.inft.replica.restore.VersionDetails;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The versions: the newest one by one with what they changed, the others by the day. */
final class VersionTable {
  /** So many stand by themselves. */
  static final int MOST_ROWS = 25;

  /** So many days at most; of more, months. */
  private static final int MOST_DAYS = 60;

  private static final int MOST_TABLES = 12;

  private final Facts facts;
  private final Authors authors;

  VersionTable(Facts facts, Authors authors) {
    this.facts = facts;
    this.authors = authors;
  }

  void write(Html page) {
    List<Anchored> versions = facts.versions();
    int from = Math.max(0, versions.size() - MOST_ROWS);
    page.begin("section").element("h2", "What each version changed");
    facts.changesUnknown().ifPresent(why -> page.element("p", why, "class", "soft small"));
    page.begin("table").begin("thead").begin("tr");
    page.element("th", "Version").element("th", "When (UTC)").element("th", "By");
    page.element("th", "Changed").element("th", "Size", "class", "num");
    page.end().end().begin("tbody");
    for (int i = versions.size() - 1; i >= from; i--) {
      row(page, versions.get(i));
    }
    page.end().end();
    if (from > 0) {
      earlier(page, versions.subList(0, from));
    }
    page.end().line();
  }

  private void row(Html page, Anchored one) {
    page.begin("tr");
    page.begin("td", "data-name", "Version").begin("span");
    page.element("b", Words.number(one.version())).end().end();
    page.element("td", Words.minute(one.block().time()), "data-name", "When");
    page.begin("td", "data-name", "By").begin("span");
    page.element("i", "", "class", "a" + authors.place(one));
    page.text(authors.name(one.author().toString())).end().end();
    page.begin("td", "data-name", "Changed");
    changed(page, one);
    page.end();
    VersionDetails details = facts.details().get(one.version());
    long bytes =
        details == null
            ? one.anchor().sizeBytes()
            : details.bytes().orElse(one.anchor().sizeBytes());
    page.element("td", ByteText.of(bytes), "class", "num", "data-name", "Size");
    page.end().line();
  }

  private void changed(Html page, Anchored one) {
    DatabaseDiff diff = facts.changes().get(one.version());
    page.begin("ul", "class", "changes");
    String kind = one.anchor().kind().word();
    if (!kind.equals("delta")) {
      page.begin("li").element("span", Words.kind(kind), "class", "tag").end();
    } else if (diff == null) {
      page.element("li", Words.kind(kind), "class", "soft");
    }
    if (diff != null) {
      List<TableDiff> tables =
          diff.tables().stream().filter(table -> table.kind() == TableDiff.Kind.TABLE).toList();
      tables.stream().limit(MOST_TABLES).forEach(table -> table(page, table));
      if (tables.size() > MOST_TABLES) {
        page.element("li", "and " + (tables.size() - MOST_TABLES) + " more tables");
      }
      long others = diff.schema().stream().filter(s -> !s.type().equals("table")).count();
      if (others > 0) {
        page.element(
            "li", Words.count(others, "index, view or trigger", "indexes, views, triggers"));
      }
      if (diff.isSame()) {
        page.element("li", "nothing in the tables", "class", "soft");
      }
    }
    page.end();
  }

  private static void table(Html page, TableDiff table) {
    page.begin("li").element("span", table.name()).text(" ");
    if (table.presence() == TableDiff.Presence.ADDED) {
      page.element("span", "new table", "class", "tag plus").text(" ");
    } else if (table.presence() == TableDiff.Presence.REMOVED) {
      page.element("span", "dropped", "class", "tag minus").text(" ");
    }
    tag(page, "plus", "+", table.added());
    tag(page, "mod", "~", table.changed());
    tag(page, "minus", "−", table.removed());
    page.end();
  }

  private static void tag(Html page, String look, String sign, long rows) {
    if (rows > 0) {
      String words = sign.equals("+") ? "added" : sign.equals("~") ? "changed" : "removed";
      page.element(
              "span",
              sign + Words.number(rows),
              "class",
              "tag " + look,
              "title",
              Words.count(rows, "row ", "rows ") + words)
          .text(" ");
    }
  }

  /** Sums of a day or a month. */
  private static final class Part {
    private long first;
    private long last;
    private long versions;
    private long bytes;

    void add(Anchored one) {
      first = versions == 0 ? one.version() : first;
      last = one.version();
      versions++;
      bytes += one.anchor().sizeBytes();
    }
  }

  private static void earlier(Html page, List<Anchored> versions) {
    Map<String, Part> days = parts(versions, 10);
    Map<String, Part> parts = days.size() > MOST_DAYS ? parts(versions, 7) : days;
    page.begin("details");
    page.element("summary", "The " + Words.number(versions.size()) + " versions before these");
    page.begin("table").begin("thead").begin("tr");
    page.element("th", parts.equals(days) ? "Day" : "Month").element("th", "Versions");
    page.element("th", "How many", "class", "num").element("th", "Size", "class", "num");
    page.end().end().begin("tbody");
    List<String> newest = new ArrayList<>(parts.keySet());
    for (int i = newest.size() - 1; i >= 0; i--) {
      Part part = parts.getOrDefault(newest.get(i), new Part());
      page.begin("tr").element("td", newest.get(i), "data-name", "When");
      page.element(
          "td",
          Words.number(part.first) + " to " + Words.number(part.last),
          "data-name",
          "Versions");
      page.element("td", Words.number(part.versions), "class", "num", "data-name", "How many");
      page.element("td", ByteText.of(part.bytes), "class", "num", "data-name", "Size");
      page.end();
    }
    page.end().end().end();
  }

  /**
   * @param length of the part of an ISO date that versions share
   */
  private static Map<String, Part> parts(List<Anchored> versions, int length) {
    Map<String, Part> parts = new TreeMap<>();
    for (Anchored one : versions) {
      String date = LocalDate.ofInstant(one.block().time(), ZoneOffset.UTC).toString();
      parts
          .computeIfAbsent(date.substring(0, Math.min(length, date.length())), unused -> new Part())
          .add(one);
    }
    return parts;
  }
}
