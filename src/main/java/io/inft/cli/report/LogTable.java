package io.inft.cli.report;

import io.inft.replica.restore.LogEntry;
import java.util.List;

/** The newest of the event log, where a key opened it. */
final class LogTable {
  private static final int MOST_CHARACTERS = 400;

  private final Facts facts;

  LogTable(Facts facts) {
    this.facts = facts;
  }

  void write(Html page) {
    page.begin("section").element("h2", "What its program noted");
    if (facts.eventsUnknown().isPresent()) {
      page.element("p", facts.eventsUnknown().get(), "class", "soft small").end().line();
      return;
    }
    page.element(
        "p",
        facts.eventsInAll() == 0
            ? "The event log is empty."
            : "The newest "
                + facts.events().size()
                + " of "
                + Words.count(facts.eventsInAll(), "event", "events")
                + " in the log, in a chain that nobody can take a link out of unseen.",
        "class",
        "soft small");
    if (!facts.events().isEmpty()) {
      table(page, facts.events());
    }
    page.end().line();
  }

  private static void table(Html page, List<LogEntry> events) {
    page.begin("table").begin("thead").begin("tr");
    page.element("th", "No.").element("th", "When (UTC)").element("th", "Kind");
    page.element("th", "What").end().end().begin("tbody");
    for (int i = events.size() - 1; i >= 0; i--) {
      row(page, events.get(i));
    }
    page.end().end();
  }

  private static void row(Html page, LogEntry entry) {
    String number = "";
    String what;
    if (entry instanceof LogEntry.Recorded recorded) {
      number = Words.number(recorded.sequence());
      what = recorded.payload();
    } else if (entry instanceof LogEntry.Marked marked) {
      what = marked.reason();
    } else {
      what = "";
    }
    page.begin("tr").element("td", number, "data-name", "No.");
    page.element("td", Words.second(entry.time()), "data-name", "When");
    page.begin("td", "data-name", "Kind").begin("span");
    page.element("span", entry.type(), "class", "tag").end().end();
    page.begin("td", "data-name", "What");
    page.element(
        "code", what.length() <= MOST_CHARACTERS ? what : what.substring(0, MOST_CHARACTERS) + "…");
    page.end().end().line();
  }
}
