package io.inft.cli.report;

import io.inft.registry.Control;
import java.util.List;

/** Who changed rights, keys, the owner or the lock. */
final class ControlTable {
  private static final int MOST_ROWS = 200;

  private final Facts facts;
  private final Authors authors;

  ControlTable(Facts facts, Authors authors) {
    this.facts = facts;
    this.authors = authors;
  }

  void write(Html page) {
    List<Control> all = facts.controls();
    if (all.isEmpty()) {
      return;
    }
    page.begin("section").element("h2", "Who decided about it");
    page.element(
        "p",
        "Rights, keys, owner and lock are changed in the registry, in public; here is each such"
            + " act.",
        "class",
        "soft small");
    page.begin("table").begin("thead").begin("tr");
    page.element("th", "No.").element("th", "When (UTC)").element("th", "Account");
    page.element("th", "What it did").end().end().begin("tbody");
    for (int i = all.size() - 1; i >= Math.max(0, all.size() - MOST_ROWS); i--) {
      Control one = all.get(i);
      page.begin("tr").element("td", Words.number(one.sequence()), "data-name", "No.");
      page.element("td", Words.minute(one.block().time()), "data-name", "When");
      page.element("td", authors.name(one.actor().toString()), "data-name", "Account");
      page.element("td", Words.operation(one), "data-name", "What it did").end();
    }
    page.end().end();
    if (all.size() > MOST_ROWS) {
      page.element("p", Words.number(all.size() - MOST_ROWS) + " older ones are not shown.");
    }
    page.end().line();
  }
}
