package io.inft.cli.report;

import io.inft.bytes.Trust;
import io.inft.cli.console.ByteText;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Severity;
import io.inft.custody.Verdict;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.replica.restore.VersionDetails;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The report, from its head to its foot; what takes more room has a class of its own. */
final class Page {
  /** Nothing may be fetched or run, whatever a name in the database looks like. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  private static final int MOST_FINDINGS = 100;

  private final Facts facts;
  private final Authors authors;
  private final Html page = new Html();

  private Page(Facts facts) {
    this.facts = facts;
    this.authors =
        new Authors(
            facts.versions(),
            facts.overview().head().map(Head::owner).map(Object::toString).orElse(""));
  }

  /** The whole page as text. */
  static String of(Facts facts) {
    return new Page(facts).write();
  }

  private String write() {
    page.begin("html", "lang", "en").line();
    page.begin("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", facts.id() + ": report");
    page.style(Style.SHEET).end().line();
    page.begin("body").begin("main").line();
    head();
    verdict();
    figures();
    custody();
    if (!facts.versions().isEmpty()) {
      timeline();
      charts();
      new VersionTable(facts, authors).write(page);
    }
    new ControlTable(facts, authors).write(page);
    new LogTable(facts).write(page);
    foot();
    return page.end().end().end().page();
  }

  private void head() {
    page.begin("header");
    page.begin("div").element("div", "Database", "class", "soft small");
    page.element("h1", facts.id()).end();
    page.element(
        "div",
        "on " + facts.overview().network() + " · as of " + Words.minute(facts.time()) + " UTC",
        "class",
        "soft small");
    page.end().line();
  }

  private void verdict() {
    Verdict verdict = facts.custody().verdict();
    String look =
        switch (verdict) {
          case VALID -> "good";
          case VALID_WITH_WARNINGS -> "warn";
          case INVALID -> "bad";
          case INDETERMINATE -> "open";
        };
    String sign =
        switch (verdict) {
          case VALID -> "✓";
          case VALID_WITH_WARNINGS, INVALID -> "!";
          case INDETERMINATE -> "?";
        };
    page.begin("section", "class", "verdict " + look);
    page.element("div", sign, "class", "sign", "aria-hidden", "true");
    page.element("h2", Explained.headline(verdict));
    page.element("p", Explained.meaning(verdict, facts.custody().depth()));
    page.end().line();
  }

  // Figures ---------------------------------------------------------------------------------------

  private void figures() {
    page.begin("div", "class", "figures");
    List<Anchored> versions = facts.versions();
    figure(Words.number(versions.size()), versions.size() == 1 ? "version" : "versions");
    if (!versions.isEmpty()) {
      Instant last = versions.get(versions.size() - 1).block().time();
      figure(ago(last), "since the newest");
      figure(
          Words.number(authors.size()), authors.size() == 1 ? "account wrote" : "accounts wrote");
    }
    figure(status(), "state");
    Optional<BigInteger> fees = fees();
    if (fees.isPresent()) {
      figure(
          Words.tokens(fees.get()),
          "gas for the newest " + Words.count(facts.details().size(), "version", "versions"));
    }
    facts.paidUntil().ifPresent(until -> figure(Words.day(until), "storage is paid until"));
    page.end().line();
  }

  private void figure(String value, String name) {
    page.begin("div", "class", "figure").element("b", value).element("span", name).end();
  }

  private String ago(Instant time) {
    Duration since = Duration.between(time, facts.time());
    return Words.span(since.isNegative() ? Duration.ZERO : since);
  }

  private String status() {
    return facts
        .overview()
        .head()
        .map(head -> head.status() == Head.FROZEN ? "frozen" : "live")
        .orElse("not registered");
  }

  private Optional<BigInteger> fees() {
    List<BigInteger> all = new ArrayList<>();
    for (VersionDetails one : facts.details().values()) {
      one.transaction().ifPresent(mined -> all.add(mined.feeWei()));
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(all.stream().reduce(BigInteger.ZERO, BigInteger::add));
  }

  // Pictures --------------------------------------------------------------------------------------

  private void timeline() {
    page.begin("section").element("h2", "When it was written, and by whom");
    page.element(
        "p",
        "A dot is a version, a larger one stands for several at about the same time"
            + (facts.controls().isEmpty()
                ? "."
                : "; a diamond is an act of control: rights, keys, owner, lock."),
        "class",
        "soft small");
    new Timeline(authors, facts.versions(), facts.controls()).draw(page);
    page.end().line();
  }

  private void charts() {
    List<Bars.Value> sizes = new ArrayList<>();
    List<Bars.Value> fees = new ArrayList<>();
    for (Anchored one : facts.versions()) {
      String colour = "a" + authors.place(one);
      VersionDetails details = facts.details().get(one.version());
      long bytes =
          details == null
              ? one.anchor().sizeBytes()
              : details.bytes().orElse(one.anchor().sizeBytes());
      sizes.add(new Bars.Value(one.version(), bytes, colour));
      if (details != null && details.transaction().isPresent()) {
        double tokens = details.transaction().get().feeWei().doubleValue() / 1e18;
        fees.add(new Bars.Value(one.version(), tokens, colour));
      }
    }
    page.begin("section").element("h2", "What it took");
    page.begin("div", "class", "charts");
    new Bars("Sealed size of each version", sizes, bytes -> ByteText.of(Math.round(bytes)))
        .draw(page);
    if (!fees.isEmpty()) {
      new Bars("Gas of each version, in 0G", fees, Words::small).draw(page);
    }
    page.end();
    if (fees.isEmpty()) {
      page.element(
          "p",
          "No fees are known: this network charges none, or keeps no receipts.",
          "class",
          "soft small");
    }
    page.end().line();
  }

  // Custody ---------------------------------------------------------------------------------------

  private void custody() {
    CustodyReport report = facts.custody();
    page.begin("section").element("h2", "How it was checked");
    page.element(
        "p",
        "The public registry lists every version with a fingerprint. What storage holds was"
            + " compared with that list, and each author’s right at that time was checked.");
    for (Finding finding :
        report.findings().subList(0, Math.min(MOST_FINDINGS, report.findings().size()))) {
      finding(finding);
    }
    if (report.findingsInAll() > MOST_FINDINGS) {
      page.element("p", "… and " + Words.number(report.findingsInAll() - MOST_FINDINGS) + " more.");
    }
    page.begin("dl");
    row("Versions", Words.number(report.versions()) + " read from the registry and hashed again");
    row(
        "Storage",
        Words.number(report.commits())
            + " signed descriptions read, "
            + ByteText.of(report.bytes())
            + " compared");
    row("Content", content(report));
    row("Witnesses", witnesses(report.trust()));
    row("Registry", report.registryName());
    row("Verdict", report.verdict().name());
    page.end().end().line();
  }

  private void finding(Finding finding) {
    String look =
        finding.severity() == Severity.CONTRADICTION
            ? "bad"
            : finding.severity() == Severity.WARNING ? "warn" : "open";
    page.begin("div", "class", "finding " + look);
    page.element("b", finding.version() > 0 ? "Version " + finding.version() : "In general");
    page.element("p", Explained.finding(finding.code()));
    page.element("p", finding.code() + ": " + finding.message(), "class", "mono");
    page.end();
  }

  private static String content(CustodyReport report) {
    CustodyReport.Sealed sealed = report.sealed();
    if (!sealed.opened()) {
      return "not opened: no key was given, so only the sealed parts were compared";
    }
    return "opened"
        + (sealed.rebuilt() > 0
            ? ", version " + sealed.rebuilt() + " rebuilt to the state that was signed"
            : "")
        + (sealed.lastEvent() > 0
            ? ", events " + sealed.firstEvent() + " to " + sealed.lastEvent() + " in one chain"
            : "");
  }

  private static String witnesses(Trust trust) {
    return trust.level() == Trust.Level.L0
        ? "one access point was believed (level L0)"
        : trust.need()
            + " of "
            + trust.endpoints().size()
            + " access points had to agree (level "
            + trust.level()
            + ")";
  }

  private void row(String name, String value) {
    page.element("dt", name).element("dd", value);
  }

  private void foot() {
    page.begin("footer");
    page.element(
        "p", "This page is a picture of one moment and proves nothing by itself. To check it, run");
    page.begin("p").element("code", "inft verify " + facts.id()).end();
    page.element("p", "It loads nothing and runs no program. Made by inft report.");
    page.end();
  }
}
