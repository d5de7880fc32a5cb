package io.inft.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.cli.CommandRun;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Severity;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.jdbc.Target;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.PaidRegistry;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.restore.VersionDetails;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  private static final String HOSTILE = "</td><script>alert(1)</script><img src=x onerror='a()'>\"";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  /** The page is written so that it is XML as well. */
  private static Document parsed(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document page) {
    NodeList all = page.getElementsByTagName("*");
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      found.add((Element) all.item(i));
    }
    return found;
  }

  private static void requireHarmless(String text) throws Exception {
    Document page = parsed(text);
    List<String> allowed =
        List.of(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "header",
            "footer",
            "div",
            "h1",
            "h2",
            "h3",
            "p",
            "b",
            "i",
            "span",
            "section",
            "figure",
            "figcaption",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "ul",
            "li",
            "dl",
            "dt",
            "dd",
            "details",
            "summary",
            "code",
            "svg",
            "line",
            "text",
            "circle",
            "rect",
            "path");
    for (Element one : elements(page)) {
      assertThat(allowed).contains(one.getTagName());
      for (int i = 0; i < one.getAttributes().getLength(); i++) {
        String name = one.getAttributes().item(i).getNodeName();
        assertThat(name).doesNotStartWith("on").isNotIn("src", "href", "style", "srcdoc");
      }
    }
    assertThat(text).doesNotContain("<script", "@import", "url(");
  }

  @Test
  void whatOthersWroteIsTextAndNothingElse() throws Exception {
    CommandRun run = new CommandRun();
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("writer", "hostile")) {
        desk.run("CREATE TABLE \"" + HOSTILE.replace("\"", "\"\"") + "\"(n)");
        desk.session.sync(PATIENCE);
        desk.run(
            "CREATE TABLE IF NOT EXISTS inft_events(seq INTEGER PRIMARY KEY, time INTEGER, type"
                + " TEXT, payload TEXT)");
        desk.run("INSERT INTO \"" + HOSTILE.replace("\"", "\"\"") + "\" VALUES (1), (2)");
        desk.session.sync(PATIENCE);
      }
      Target target = new Target(world.settings("reader", "hostile"), world.network());
      Facts facts =
          new Gathering(target, new Gathering.Wanted(20, 200, 50, Verification.Depth.FULL))
              .gather(Progress.NONE);
      String page = Page.of(facts);
      requireHarmless(page);
      assertThat(parsed(page).getDocumentElement().getTextContent())
          .contains(HOSTILE)
          .contains("Everything fits together")
          .contains("+2")
          .contains("events 1 to");
      assertThat(run.out()).isEmpty();
    }
  }

  @Test
  void directionMarksAndControlCharactersAreReplaced() throws Exception {
    String page =
        new Html()
            .begin("p", "title", "a\u202Eb\u0000")
            .text("x\u202Ey\u001b[31m\uD800z\uFFFEw <&>`")
            .end()
            .page();
    assertThat(page)
        .contains("a\uFFFDb\uFFFD")
        .contains("x\uFFFDy\uFFFD[31m\uFFFDz\uFFFDw &lt;&amp;&gt;&#96;");
    assertThat(parsed(page).getDocumentElement().getTextContent()).contains("<&>`");
  }

  @Test
  void everyFindingAndVerdictIsExplainedWithoutItsName() {
    for (Code code : Code.values()) {
      assertThat(Explained.finding(code))
          .as(code.name())
          .hasSizeBetween(40, 240)
          .endsWith(".")
          .doesNotContainIgnoringCase("keyring", "merkle", "hash", "RPC", "epoch");
    }
    assertThat(Arrays.stream(Code.values()).map(Explained::finding).distinct())
        .hasSize(Code.values().length);
    for (Verdict verdict : Verdict.values()) {
      assertThat(Explained.meaning(verdict, Verification.Depth.QUICK)).hasSizeGreaterThan(60);
    }
    assertThat(Explained.meaning(Verdict.VALID, Verification.Depth.QUICK))
        .contains("a sample")
        .isNotEqualTo(Explained.meaning(Verdict.VALID, Verification.Depth.FULL));
  }

  @Test
  void tenThousandVersionsAreStillAPage() throws Exception {
    String page = Page.of(sample(folder, 10_000, Verdict.VALID_WITH_WARNINGS));
    requireHarmless(page);
    assertThat(page.length()).isLessThan(400_000);
    assertThat(parsed(page).getDocumentElement().getTextContent())
        .contains("10,000", "The 9,975 versions before these");
  }

  @Test
  void theSampleOfThePagesIsWhole() throws Exception {
    for (Verdict verdict : Verdict.values()) {
      String page = Page.of(sample(folder.resolve(verdict.name()), 60, verdict));
      requireHarmless(page);
      assertThat(page).contains(Explained.headline(verdict));
    }
    String page = Page.of(sample(folder.resolve("shown"), 140, Verdict.VALID_WITH_WARNINGS));
    Path target = Path.of("target/report-sample.html");
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.writeString(target, page);
  }

  @Test
  void everyIdMakesANameOfAFile() {
    assertThat(ReportCommand.fileName("agent-1")).isEqualTo("agent-1.html");
    assertThat(ReportCommand.fileName("eip155:16602:0xAb/team/a@b"))
        .isEqualTo("eip155_16602_0xAb_team_a@b.html");
  }

  @Test
  void theCommandWritesAFileAndSaysByItsExitCodeWhatTheVerdictIs() throws Exception {
    CommandRun run = new CommandRun();
    Path network = folder.resolve("network");
    Path home = folder.resolve("home");
    assertThat(run.runOn(home, network, List.of(), "sql", "a", "CREATE TABLE t(n)", "--write"))
        .as(run.err())
        .isZero();
    Path file = folder.resolve("a.html");
    assertThat(run.runOn(home, network, List.of(), "report", "a", "-o", file.toString(), "--json"))
        .as(run.err())
        .isZero();
    assertThat(run.json().path("verdict").asText()).isEqualTo("VALID");
    requireHarmless(Files.readString(file));
    assertThat(run.runOn(home, network, List.of(), "report", "a", "-o", file.toString()))
        .as("it is there already")
        .isEqualTo(1);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as("it has what is encrypted elsewhere")
          .isEqualTo("rw-------");
    }
    Path nowhere = folder.resolve("not there").resolve("a.html");
    assertThat(run.runOn(home, network, List.of(), "report", "a", "-o", nowhere.toString()))
        .isEqualTo(64);
    assertThat(run.err()).contains("nothing can be written to the folder");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(one -> one.toString().endsWith(".part"))).isEmpty();
    }
    Path other = folder.resolve("closed.html");
    assertThat(
            run.runOn(
                folder.resolve("nobody"),
                network,
                List.of("-P", "embeddedDir=" + network),
                "report",
                "a",
                "-o",
                other.toString(),
                "--quick"))
        .as(run.err())
        .isZero();
    assertThat(run.runOn(home, network, List.of(), "report", "nobody", "-o", "x.html"))
        .isEqualTo(1);
    assertThat(run.runOn(home, network, List.of(), "report", "a", "--changes", "-1")).isEqualTo(64);
  }

  /** A database of many versions of three accounts, upon a real one of two versions. */
  static Facts sample(Path at, int count, Verdict verdict) throws Exception {
    try (World world = new World(at)) {
      DatabaseId id = DatabaseId.parse("agent-memory");
      try (World.Desk desk = world.open("writer", id.toString())) {
        desk.run("CREATE TABLE memories(id INTEGER PRIMARY KEY, said TEXT)");
        desk.run("CREATE TABLE decisions(id INTEGER PRIMARY KEY, what TEXT)");
        desk.session.sync(PATIENCE);
        desk.run("INSERT INTO memories(said) VALUES ('a'), ('b'), ('c')");
        desk.session.sync(PATIENCE);
        desk.run("UPDATE memories SET said = 'd' WHERE id = 2");
        desk.run("INSERT INTO decisions(what) VALUES ('pay')");
        desk.run("DELETE FROM memories WHERE id = 1");
        desk.session.sync(PATIENCE);
      }
      world.network().registry().grant(id, address(1), 1, Instant.now().plusSeconds(86_400), 0);
      world.network().registry().freeze(id);
      world.network().registry().unfreeze(id);
      Facts real =
          new Gathering(
                  new Target(world.settings("reader", id.toString()), world.network()),
                  new Gathering.Wanted(20, 200, 50, Verification.Depth.FULL))
              .gather(Progress.NONE);
      return many(real, count, verdict);
    }
  }

  private static Address address(int number) {
    return number == 0
        ? World.OWNER.address()
        : Address.parse("0x" + ("" + number).repeat(40).substring(0, 40));
  }

  private static Facts many(Facts real, int count, Verdict verdict) {
    Random random = new Random(7);
    long now = real.time().getEpochSecond();
    long time = now - 86_400L * 40;
    List<Anchored> versions = new ArrayList<>();
    Map<Long, VersionDetails> details = new HashMap<>();
    for (int i = 1; i <= count; i++) {
      time += Math.max(1, 86_400L * 39 / count + random.nextInt(3600) - 1800);
      Block block = new Block(1000 + i, Digest.sha256(new byte[] {(byte) i}), time);
      int bytes = 900 + random.nextInt(6000) + (i % 23 == 0 ? 40_000 : 0);
      Digest root = Digest.sha256(("" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      Anchor anchor =
          new Anchor(i, root, root, bytes, root, 1, root, i % 23 == 0 ? Kind.SNAPSHOT : Kind.DELTA);
      int author = i < count / 2 ? 0 : random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(2);
      Anchored one = new Anchored(anchor, address(author), root, 3, block, 0, i % 3 == 0);
      versions.add(one);
      if (count - i < 200) {
        details.put(
            (long) i,
            new VersionDetails(
                one,
                OptionalLong.of(bytes),
                OptionalLong.of(3),
                Optional.of(
                    new PaidRegistry.Mined(
                        root,
                        1000 + i,
                        BigInteger.valueOf(230_000),
                        BigInteger.valueOf(
                            900_000_000_000_000L + random.nextInt(300) * 1_000_000_000_000L)))));
      }
    }
    Map<Long, io.inft.diff.DatabaseDiff> changes = new HashMap<>();
    real.changes().forEach((version, diff) -> changes.put(count - 3 + version, diff));
    return new Facts(
        real.time(),
        real.overview(),
        versions,
        details,
        changes,
        Optional.of("Rows were counted for the newest 3; --changes counts more."),
        real.controls(),
        real.events(),
        real.eventsInAll(),
        Optional.empty(),
        judged(real.custody(), verdict),
        Optional.of(Instant.ofEpochSecond(now + 86_400L * 200)));
  }

  private static CustodyReport judged(CustodyReport real, Verdict verdict) {
    List<Finding> findings =
        switch (verdict) {
          case VALID -> List.of();
          case VALID_WITH_WARNINGS ->
              List.of(
                  new Finding(
                      Code.DISPUTED, Severity.WARNING, 41, "the owner disputes versions 41 to 43"));
          case INVALID ->
              List.of(
                  new Finding(
                      Code.OBJECT_SUBSTITUTED,
                      Severity.CONTRADICTION,
                      12,
                      "expected 0xabc, found " + HOSTILE));
          case INDETERMINATE ->
              List.of(
                  new Finding(
                      Code.STORE_UNAVAILABLE, Severity.UNDETERMINED, 0, "connection refused"));
        };
    return new CustodyReport(
        real.id(),
        real.chainId(),
        real.registry(),
        real.registryName(),
        real.trust(),
        real.storeName(),
        real.depth(),
        real.time(),
        real.head(),
        real.headIsFinal(),
        real.resumed(),
        real.mark(),
        real.versions(),
        real.commits(),
        real.bytes(),
        real.sealed(),
        real.paid(),
        real.newest(),
        findings,
        findings.size(),
        verdict);
  }
}
