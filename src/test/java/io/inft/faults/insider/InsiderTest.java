package io.inft.faults.insider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.api.InftStorage;
import io.inft.api.StoredEvent;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Severity;
import io.inft.custody.Verification;
import io.inft.failure.InftException;
import io.inft.faults.Allocated;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.Target;
import io.inft.lazy.HydrationProgress;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.DatabaseOverview;
import io.inft.replica.Databases;
import io.inft.replica.Engines;
import io.inft.replica.Recovery;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.LogEntry;
import io.inft.seal.KeyDerivation;
import io.inft.seal.SlotRequest;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.JDBC;

/**
 * An author with the right publishes poison of every kind, and everybody else goes on: whoever
 * wants the head is told what is wrong with it and how to get past it, everything older is what it
 * was, and whoever has the right publishes over it. The outcomes are written to {@code
 * target/insider.txt}; the heavy test has all of them.
 */
class InsiderTest {
  private static final String ID = "agent-1";
  private static final SigningKey OWNER = SigningKey.parse("11".repeat(32));
  private static final SigningKey INSIDER = SigningKey.parse("77".repeat(32));

  /** No outcome may take longer, on a busy machine. */
  private static final Duration BOUND = Duration.ofSeconds(20);

  private static final Map<String, Map<String, String>> TABLE = new TreeMap<>();

  @TempDir static Path folder;

  private static int runs;

  /** The network and the machines as they are before an attack. */
  private static Path template = Path.of("not-begun");

  /** Where the network and the machines of one run are. */
  private static Path place = Path.of("not-begun");

  private Map<String, String> row = new LinkedHashMap<>();

  /**
   * A machine. The network's folder seems to be its own: by that it knows its working copy, and so
   * one that was copied together with its network knows it too.
   */
  private static Properties properties(Path world, String home) {
    Path own = world.resolve(home).resolve("embedded");
    try {
      Files.createDirectories(world.resolve("network"));
      Files.createDirectories(own.getParent());
      if (!Files.isSymbolicLink(own)) {
        Files.createSymbolicLink(own, world.resolve("network"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", world.resolve(home).toString());
    properties.setProperty("embeddedDir", world.resolve("network").toString());
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("encryptionKey", "00".repeat(32));
    properties.setProperty("linger", "0");
    properties.setProperty("refresh", "0");
    return properties;
  }

  /** Three versions, of one, two and three rows, and somebody who may write and change keys. */
  @BeforeAll
  static void publishThreeVersions() throws Exception {
    template = folder.resolve("template");
    for (int version = 1; version <= 3; version++) {
      try (Connection connection = connect(properties(template, "owner"));
          Statement statement = connection.createStatement()) {
        // One statement a version: each may be published by itself.
        statement.execute(
            version == 1
                ? "CREATE TABLE t AS SELECT 1 AS x, randomblob(3000) AS filling"
                : "INSERT INTO t VALUES (" + version + ", randomblob(3000))");
        connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
      }
    }
    Engines.endIdle();
    try (Registry registry = registry(template, OWNER)) {
      registry.grant(
          DatabaseId.parse(ID),
          INSIDER.address(),
          Rights.WRITER | Rights.KEY_ADMIN,
          Instant.now().plusSeconds(86_400),
          0);
    }
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  @AfterAll
  static void writeTable() throws IOException {
    StringBuilder text = new StringBuilder();
    TABLE.forEach(
        (attack, outcomes) -> {
          text.append(attack).append('\n');
          outcomes.forEach(
              (who, outcome) -> text.append(String.format("  %-28s %s%n", who, outcome)));
        });
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "insider.txt"), text);
  }

  private static Registry registry(Path world, SigningKey account) throws InftException {
    return DirectoryRegistry.open(
        world.resolve("network/registry"), Optional.of(account), Clock.systemUTC());
  }

  private static Connection connect(Properties properties) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + ID, properties);
  }

  private Properties at(String home, String... changes) {
    Properties properties = properties(place, home);
    for (int i = 0; i < changes.length; i += 2) {
      properties.setProperty(changes[i], changes[i + 1]);
    }
    return properties;
  }

  private Target target(String home, String... changes) throws SQLException {
    return Target.of(ID, at(home, changes), true);
  }

  private static void begin() throws Exception {
    place = folder.resolve("run-" + ++runs);
    copy(template, place);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path each : (Iterable<Path>) tree::iterator) {
        Path copied = to.resolve(from.relativize(each).toString());
        if (Files.isSymbolicLink(each)) {
          continue; // to the network of the template; each machine gets its own
        }
        if (Files.isDirectory(each)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(each, copied, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** What came of a try: a value, or the class of the failure behind the SQLException. */
  private String outcome(String who, Callable<String> attempt) {
    long began = System.nanoTime();
    String outcome;
    try {
      outcome = attempt.call();
    } catch (SQLException e) {
      outcome = name(e.getCause() == null ? e : e.getCause()) + " " + e.getSQLState();
    } catch (InftException e) {
      outcome = name(e);
    } catch (Exception | Error e) {
      throw new AssertionError(row + ", " + who + " must not fail untyped", e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(took).as("%s, %s: %s", row, who, outcome).isLessThan(BOUND);
    row.put(who, outcome);
    return outcome;
  }

  private static String name(Throwable failure) {
    return failure.getClass().getSimpleName();
  }

  private String rows(Properties properties) throws SQLException {
    try (Connection connection = connect(properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      rows.next();
      return rows.getString(1) + " rows";
    } finally {
      Engines.endIdle();
    }
  }

  /** The pages that the insider publishes: the honest database, with a view where one is asked. */
  private List<byte[]> pages(Attack attack) throws Exception {
    if (attack == Attack.OLDER_PACK_AT_A_FALSE_PLACE) {
      return Insider.pages(Files.readAllBytes(ownersFile()), 4096); // who has them misses nothing
    }
    Path file = place.resolve("pages.db");
    Target target = target("source");
    Databases.pull(target.settings(), target.network(), file, true);
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES ('insider', '')");
      if (attack == Attack.HOSTILE_VIEW) {
        statement.execute(
            "CREATE VIEW inft_events(seq, time, type, payload) AS WITH RECURSIVE n(i) AS (SELECT 1"
                + " UNION ALL SELECT i + 1 FROM n) SELECT i, i, 'x', 'y' FROM n");
      }
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    return Insider.pages(Files.readAllBytes(file), 4096);
  }

  /** The pages of the head, byte for byte. */
  private Path ownersFile() throws IOException {
    try (Stream<Path> files = Files.walk(place.resolve("owner"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("database.sqlite"))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path goodFile() throws Exception {
    Path file = place.resolve("good.db");
    Files.deleteIfExists(file);
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      statement.execute(
          "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 70)"
              + " SELECT i FROM n");
    }
    return file;
  }

  private void poison(Attack attack) throws Exception {
    begin();
    List<byte[]> pages = pages(attack);
    DurableFiles.deleteTree(place.resolve("source"));
    try (Registry registry = registry(place, INSIDER);
        Store store = DirectoryStore.open(place.resolve("network/store"))) {
      attack.by(new Insider(registry, store, DatabaseId.parse(ID), INSIDER, Insider.SECRET), pages);
    }
  }

  private CustodyReport verify(String home) throws SQLException {
    return target(home).verify(Verification.Depth.FULL, 1, Long.MAX_VALUE, Progress.NONE);
  }

  /** The driver's own statements ask nothing of a view, so that nobody waits for its rows. */
  @Test
  void aViewInPlaceOfTheEventTableKeepsNobodyFromPublishing() throws Exception {
    poison(Attack.HOSTILE_VIEW);
    for (String home : List.of("owner", "fresh")) {
      String published =
          outcome(
              home,
              () -> {
                try (Connection connection = connect(at(home));
                    Statement statement = connection.createStatement()) {
                  statement.execute("INSERT INTO t VALUES ('honest', '')");
                  assertThatThrownBy(() -> statement.execute("SELECT inft_append('a', '{}')"))
                      .hasMessageContaining("inft_events is a view");
                  return "version "
                      + connection
                          .unwrap(InftConnection.class)
                          .sync(Duration.ofSeconds(10))
                          .number();
                }
              });
      assertThat(published).startsWith("version ");
      Engines.endIdle();
    }
    try (InftStorage storage = InftStorage.of(at("owner"))) {
      assertThat(storage.queryEvents(ID, Instant.EPOCH, Instant.MAX)).isEmpty();
    }
  }

  /** Whoever is served absurd numbers pays for the bytes that came, not for what they claim. */
  @ParameterizedTest
  @EnumSource(
      value = Attack.class,
      names = {
        "ABSURD_SIZE",
        "PAGE_COUNT_OF_FOUR_BILLION",
        "PAGE_COUNT_OF_SIXTEEN_MILLION",
        "DELTA_OF_SIXTEEN_MILLION_EMPTY_PAGES"
      })
  void aRestoreCostsInProportionToWhatWasPublished(Attack attack) throws Exception {
    begin();
    outcome("honest", () -> rows(at("honest"))); // classes and codecs
    poison(attack);
    long published = bytes(place.resolve("network/store"));
    for (String home : List.of("fresh", "owner")) {
      assertThat(Allocated.byAllThreads(() -> outcome(home, () -> rows(at(home)))))
          .as("%s bytes published", published)
          .isLessThan((32 << 20) + 100 * published);
    }
    assertThat(Allocated.byAllThreads(() -> verify("verifier"))).isLessThan(64 << 20);
  }

  /** However late it is found out, what a whole restore refuses is refused, and nothing else. */
  @ParameterizedTest
  @EnumSource(
      value = Attack.class,
      names = {
        "PACK_SEALED_WITH_ANOTHER_KEY",
        "PACK_WITH_OTHER_PAGES",
        "TIMES_BEYOND_ALL_CALENDARS",
        "PAGE_COUNT_OF_SIXTEEN_MILLION",
        "DELTA_OF_SIXTEEN_MILLION_EMPTY_PAGES"
      })
  void aLazyReaderIsToldToo(Attack attack) throws Exception {
    assertLazyReaderIsTold(attack);
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  @Tag("heavy")
  void aLazyReaderIsToldOfEveryAttack(Attack attack) throws Exception {
    assertLazyReaderIsTold(attack);
  }

  private void assertLazyReaderIsTold(Attack attack) throws Exception {
    poison(attack);
    String whole = outcome("whole", () -> rows(at("whole", "mode", "ro", "open", "full")));
    String lazy = outcome("lazy", () -> rowsInTheEnd(at("lazy", "mode", "ro", "open", "lazy")));
    assertThat(lazy.endsWith("rows"))
        .as("%s: %s, whole: %s", attack, lazy, whole)
        .isEqualTo(whole.endsWith("rows"));
    if (whole.endsWith("rows")) {
      assertThat(lazy).isEqualTo(whole);
    } else {
      assertThat(lazy.replaceAll(".* ", "")).isEqualTo(whole.replaceAll(".* ", ""));
    }
  }

  /** What a reader sees when all pages are here. */
  private String rowsInTheEnd(Properties properties) throws Exception {
    try (Connection connection = connect(properties);
        Statement statement = connection.createStatement()) {
      String first = count(statement);
      InftConnection ours = connection.unwrap(InftConnection.class);
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (System.nanoTime() < deadline
          && ours.status()
              .reading()
              .orElseThrow()
              .pages()
              .filter(
                  pages ->
                      pages.state() != HydrationProgress.State.WHOLE
                          && pages.state() != HydrationProgress.State.REFUSED)
              .isPresent()) {
        Thread.sleep(10);
      }
      assertThat(count(statement)).isEqualTo(first);
      return first + " rows";
    } finally {
      Engines.endIdle();
    }
  }

  private static String count(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static long bytes(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Every way to the event log shows what is sound in it, and where it is not. */
  @Test
  void theLogIsShownWithItsBreak() throws Exception {
    poison(Attack.EVENTS_THAT_BREAK_THE_CHAIN);

    assertThat(log("reader")).isEqualTo("3 inft.commit, 2 inft.break");
    for (Properties properties :
        List.of(at("fresh"), at("owner"), at("reader", "mode", "ro"), at("past", "at", "4"))) {
      try (Connection connection = connect(properties);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT inft_log()")) {
        rows.next();
        assertThat(rows.getString(1)).contains("inft.commit").containsOnlyOnce("it ended at");
      }
    }
    try (InftStorage storage = InftStorage.of(at("guide"))) {
      List<StoredEvent> events = storage.queryEvents(ID, Instant.EPOCH, Instant.MAX);
      assertThat(events).extracting(StoredEvent::type).containsExactly("inft.break", "inft.break");
      assertThat(events.get(0).seq()).isZero();
      assertThat(events.get(0).json()).contains("reason");
    }
    assertThat(verify("verifier").findings())
        .extracting(Finding::code)
        .contains(Code.EVENTLOG_REORDERED);
  }

  private enum Way {
    PUSH,
    RESTORE,
    ROTATE
  }

  private long recover(Way way, OptionalLong over) throws Exception {
    Target target = target("owner");
    return switch (way) {
      case PUSH ->
          Databases.push(target.settings(), target.network(), goodFile(), over, warning -> {})
              .version();
      case RESTORE ->
          Recovery.restore(target.at(Optional.of("2")).settings(), target.network(), over)
              .version()
              .version();
      case ROTATE ->
          Recovery.rotate(
                  target.settings(),
                  target.network(),
                  new KeyChange.NewEpoch(
                      List.of(SlotRequest.of(Insider.SECRET, KeyDerivation.weakForTests())), true),
                  over.orElseThrow())
              .version()
              .version();
    };
  }

  private static String content(Way way) {
    return switch (way) {
      case PUSH -> "70 rows";
      case RESTORE -> "2 rows";
      case ROTATE -> "3 rows";
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Attack.class,
      names = {
        "UNKNOWN_KIND",
        "GARBAGE_COMMIT_OBJECT",
        "MISSING_OBJECT",
        "SIGNED_BY_SOMEBODY_ELSE",
        "FORMAT_TOO_NEW",
        "KEYRING_THAT_NOBODY_CAN_OPEN",
        "NEW_EPOCH_AND_GARBAGE",
        "PACK_WITH_OTHER_PAGES",
        "OLDER_PACK_AT_A_FALSE_PLACE",
        "PAGE_COUNT_OF_SIXTEEN_MILLION",
        "DELTA_OF_SIXTEEN_MILLION_EMPTY_PAGES",
        "NOT_SQLITE",
        "EVENT_SEQUENCE_AT_THE_END",
        "HOSTILE_VIEW"
      })
  void everybodyElseGoesOn(Attack attack) throws Exception {
    run(attack, attack.name().length() % 2 == 0 ? Way.PUSH : Way.RESTORE);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(Attack.class)
  void whoeverHasTheRightRecoversByAnyWay(Attack attack) throws Exception {
    for (Way way : Way.values()) {
      if (way != Way.ROTATE || attack.head != Attack.Head.READABLE) {
        row = new LinkedHashMap<>();
        run(attack, way);
      }
    }
  }

  private void run(Attack attack, Way way) throws Exception {
    poison(attack);
    TABLE.put(attack + " (" + attack.head + "), " + way, row);
    String expected =
        switch (attack.head) {
          case READABLE -> "4 rows";
          case UNREADABLE -> "UnreadableHeadException ";
          case MISSING -> "ObjectMissingException 58P01";
          case CLOSED -> "WrongKeyException 28000";
        };
    assertThat(outcome("ro, new machine", () -> rows(at("reader", "mode", "ro"))))
        .startsWith(expected);
    assertThat(outcome("rw, new machine", () -> rows(at("fresh")))).startsWith(expected);
    assertThat(outcome("rw, owner's machine", () -> rows(at("owner")))).startsWith(expected);
    assertThat(outcome("at=2, new machine", () -> rows(at("past", "at", "2")))).isEqualTo("2 rows");
    assertThat(outcome("at=3, owner's machine", () -> rows(at("owner", "at", "3"))))
        .isEqualTo("3 rows");
    assertThat(outcome("history", () -> versions("reader"))).isEqualTo("4 versions");
    outcome("status", () -> "version " + status("owner"));
    assertThat(outcome("events", () -> log("reader")))
        .startsWith(attack.head == Attack.Head.CLOSED ? "WrongKeyException" : "3 inft.commit");
    assertThat(outcome("verify", () -> verdict(verify("verifier")))).contains("4 versions");
    assertThat(
            outcome(
                "pull --at 2",
                () -> {
                  Target target = target("past", "at", "2");
                  Path file = place.resolve("pulled.db");
                  return "version "
                      + Databases.pull(target.settings(), target.network(), file, true).version();
                }))
        .isEqualTo("version 2");
    recoverAndGoOn(attack, way);
  }

  private void recoverAndGoOn(Attack attack, Way way) throws Exception {
    if (attack.head == Attack.Head.READABLE) {
      assertThat(
              outcome(way + " over what can be read", () -> "" + recover(way, OptionalLong.of(4))))
          .startsWith("PastStateException");
      assertThat(outcome(way + "", () -> "version " + recover(way, OptionalLong.empty())))
          .isEqualTo("version 5");
    } else {
      if (way != Way.ROTATE) {
        assertThat(outcome(way + "", () -> "version " + recover(way, OptionalLong.empty())))
            .endsWith("Exception");
      }
      assertThat(
              outcome(
                  way + " --over-unreadable 3",
                  () -> "version " + recover(way, OptionalLong.of(3))))
          .endsWith("Exception");
      String recovered =
          outcome(
              way + " --over-unreadable 4", () -> "version " + recover(way, OptionalLong.of(4)));
      if (attack.head == Attack.Head.MISSING) {
        assertThat(recovered).isEqualTo("ObjectMissingException");
        return; // not before an hour has passed
      }
      assertThat(recovered).isEqualTo("version 5");
    }
    Engines.endIdle();
    assertThat(outcome("new machine, afterwards", () -> rows(at("fresh2"))))
        .isEqualTo(content(way));
    assertThat(outcome("owner's machine, afterwards", () -> rows(at("owner"))))
        .isEqualTo(content(way));
    assertThat(
            outcome(
                "writes again",
                () -> {
                  try (Connection connection = connect(at("fresh2"));
                      Statement statement = connection.createStatement()) {
                    statement.execute("CREATE TABLE later(x)");
                    return "version "
                        + connection
                            .unwrap(InftConnection.class)
                            .sync(Duration.ofSeconds(30))
                            .number();
                  } finally {
                    Engines.endIdle();
                  }
                }))
        .isEqualTo("version 6");
    assertThat(outcome("at=2, afterwards", () -> rows(at("past2", "at", "2")))).isEqualTo("2 rows");
    String log = outcome("events, afterwards", () -> log("fresh2"));
    if (attack.head != Attack.Head.READABLE) {
      assertThat(log).contains("inft.replaced");
    }
    CustodyReport report = verify("verifier2");
    row.put("verify, afterwards", verdict(report));
    assertThat(report.findings())
        .filteredOn(finding -> finding.severity() == Severity.CONTRADICTION)
        .as("nobody but the insider is blamed")
        .allMatch(finding -> finding.version() == 4);
  }

  private static String verdict(CustodyReport report) {
    List<String> codes = new ArrayList<>();
    for (Finding finding : report.findings()) {
      String code = finding.code() + (finding.version() > 0 ? "@" + finding.version() : "");
      if (!codes.contains(code)) {
        codes.add(code);
      }
    }
    return report.verdict() + ", " + report.versions() + " versions " + codes;
  }

  private String versions(String home) throws Exception {
    Target target = target(home);
    return Databases.history(target.settings(), target.network()).size() + " versions";
  }

  private String status(String home) throws Exception {
    Target target = target(home);
    DatabaseOverview overview = Databases.overview(target.settings(), target.network());
    return Long.toString(overview.head().orElseThrow().version());
  }

  private String log(String home) throws Exception {
    Target target = target(home);
    List<LogEntry> entries = Databases.log(target.settings(), target.network());
    List<String> types = new ArrayList<>();
    for (String type :
        List.of("inft.commit", "inft.break", "inft.unreadable", "inft.replaced", "inft.restored")) {
      long count = entries.stream().filter(entry -> entry.type().equals(type)).count();
      if (count > 0) {
        types.add(count + " " + type);
      }
    }
    return String.join(", ", types);
  }
}
