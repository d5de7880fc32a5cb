package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.LocalStorageException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.InMemory;
import io.inft.faults.PowerCut;
import io.inft.faults.PowerCut.Loss;
import io.inft.jdbc.ReadStore;
import io.inft.lazy.PartialDatabase;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies, or the power goes, before each single step by which publish and restore change
 * the disk, here and on the embedded network: every folder, half a write, a write, a force, a link,
 * a rename, a deletion. What is on the disk at that moment is copied, after a power cut without
 * what was not forced; the copy is what the next process finds.
 */
class EveryStepTest {
  private static final String ID = "steps";
  private static final Duration WAIT = Duration.ofSeconds(30);

  /** Rows of 3,000 bytes that make a snapshot of several segments. */
  private static final int MUCH = 500;

  @TempDir(factory = InMemory.class)
  Path folder;

  private final List<Image> images = new ArrayList<>();

  /** Set before the process begins that dies. */
  private volatile PowerCut disk;

  // What a caller was told so far; written by the script, read by the hook.
  private volatile long begun;
  private volatile long acknowledged;
  private volatile long anchored;
  private volatile long version;

  /** How many pairs there were before the process began that dies. */
  private long before;

  /** What a process that died left, and what it had promised. */
  private record Image(
      Path folder, String step, long begun, long acknowledged, long anchored, long version) {
    @Override
    public String toString() {
      return step + " in " + folder.getFileName();
    }
  }

  /** What the process is doing that dies. */
  enum Story {
    FIRST_PUBLISH,
    LATER_PUBLISH,
    RESTORE,
    RESTORE_OVER_AN_OLDER_VERSION,
    IMPORT,
    PAST_VERSION_AS_THE_NEXT,
    /** Small versions go along with their anchors; the close has nothing to carry. */
    INLINED_PUBLISH(Inlining.Choice.ALWAYS),
    /** A version is made for the sake of inlined ones. */
    FOLD(Inlining.Choice.ALWAYS),
    /** A long version carries the inlined ones before it. */
    CARRYING_PUBLISH(Inlining.Choice.ALWAYS),
    RESTORE_AN_INLINED_VERSION(Inlining.Choice.ALWAYS),
    /** Opened before its pages are here, and all of them come while it is written. */
    LAZY_UNTIL_ALL_IS_HERE,
    /** The same, and none come but those that are read. */
    LAZY_WITHOUT_THE_REST,
    /** What such a process left that published nothing is gone on with. */
    LAZY_GOING_ON;

    final Inlining.Choice inlining;

    boolean isLazy() {
      return name().startsWith("LAZY");
    }

    Story() {
      this(Inlining.Choice.NEVER);
    }

    Story(Inlining.Choice inlining) {
      this.inlining = inlining;
    }
  }

  /** What a process does until it dies. */
  private interface Script {
    void run(World world) throws Exception;
  }

  /** How it ends. */
  enum Death {
    KILLED(Optional.empty()),
    NOTHING_UNFORCED_IS_LEFT(Optional.of(Loss.ALL)),
    NAMES_WITHOUT_CONTENT_ARE_LEFT(Optional.of(Loss.CONTENT)),
    SOMETHING_UNFORCED_IS_LEFT(Optional.of(Loss.SOME));

    final Optional<Loss> loss;

    Death(Optional<Loss> loss) {
      this.loss = loss;
    }
  }

  private Death death = Death.KILLED;

  private Inlining.Choice inlining = Inlining.Choice.NEVER;

  /** Whether it dies at the named steps of the flow, not before each change to the disk. */
  private boolean atNamedSteps;

  /** Where the flow stands. */
  private volatile String reached = "the beginning";

  /** Which of the steps are looked at: each takes a tenth of a second. */
  private int each = 1;

  /** How long a fetch takes, so that something can be done before all is here. */
  private volatile long fetchMillis;

  private int steps;
  private int again;
  private final Set<PublishStep> named = EnumSet.noneOf(PublishStep.class);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PAST_VERSION_AS_THE_NEXT")
  void mayDieBeforeEveryFifthStep(Story story) throws Exception {
    each = story.isLazy() ? 20 : 5;
    tell(story);
  }

  @ParameterizedTest
  @EnumSource
  void powerMayGoBeforeEveryTenthStep(Story story) throws Exception {
    each = story.isLazy() ? 30 : 10;
    death = Death.NOTHING_UNFORCED_IS_LEFT;
    tell(story);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FIRST_PUBLISH",
        "LATER_PUBLISH",
        "INLINED_PUBLISH",
        "FOLD",
        "CARRYING_PUBLISH",
        "LAZY_WITHOUT_THE_REST"
      })
  void mayDieAtEachNamedStepOfAPublish(Story story) throws Exception {
    atNamedSteps = true;
    tell(story);
    Set<PublishStep> expected = EnumSet.allOf(PublishStep.class);
    if (story == Story.INLINED_PUBLISH) {
      expected.remove(PublishStep.STORED);
    }
    assertThat(named).as("steps at which it died").isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"FIRST_PUBLISH", "LATER_PUBLISH", "INLINED_PUBLISH", "FOLD"})
  void powerMayGoAtEachNamedStepOfAPublish(Story story) throws Exception {
    death = Death.NOTHING_UNFORCED_IS_LEFT;
    mayDieAtEachNamedStepOfAPublish(story);
  }

  @Tag("heavy")
  @ParameterizedTest
  @MethodSource("storiesAndDeaths")
  void mayEndBeforeEachStep(Story story, Death how) throws Exception {
    death = how;
    tell(story);
  }

  static List<Arguments> storiesAndDeaths() {
    return Stream.of(Story.values())
        .flatMap(story -> Stream.of(Death.values()).map(death -> Arguments.of(story, death)))
        .toList();
  }

  private void tell(Story story) throws Exception {
    inlining = story.inlining;
    switch (story) {
      case FIRST_PUBLISH -> {
        record(
            world -> {
              try (World.Desk desk = world.open("here", ID)) {
                create(desk);
                pair(desk, 100);
              }
            });
        checkAll("here", false);
      }
      case LATER_PUBLISH -> {
        begin();
        record(
            world -> {
              try (World.Desk desk = world.open("here", ID)) {
                pair(desk, 100);
                pair(desk, 90_000);
                desk.session.checkpoint("TRUNCATE");
                desk.run("UPDATE pairs SET filler = randomblob(10) WHERE n < 3");
              }
            });
        checkAll("here", true);
      }
      case RESTORE -> {
        begin();
        record(world -> world.open("there", ID).close());
        checkAll("there", true);
      }
      case RESTORE_OVER_AN_OLDER_VERSION -> {
        begin();
        try (World world = new World(folder.resolve("origin"))) {
          try (World.Desk desk = world.open("there", ID)) {
            assertThat(rows(desk)).hasSize((int) anchored);
          }
          try (World.Desk desk = world.open("here", ID)) {
            pair(desk, 5000);
          }
        }
        record(world -> world.open("there", ID).close());
        checkAll("there", true);
      }
      case IMPORT -> {
        Path file = source();
        record(
            world -> {
              begun = 3;
              Importing.file(world.settings("here", ID), world.network(), file, advice -> {});
              acknowledged = 3;
            });
        for (int i = 0; i < images.size(); i++) {
          checkImport(images.get(i), file, i % 2 == 0);
        }
      }
      case PAST_VERSION_AS_THE_NEXT -> {
        begin();
        acknowledged = 0;
        String before = Long.toString(version - 1);
        record(
            world -> {
              EngineSettings settings = world.settings("here", ID).at(Optional.of(before));
              Recovery.restore(settings, world.network(), OptionalLong.empty());
              acknowledged = 2;
            });
        for (Image image : images) {
          checkPast(image);
        }
      }
      default -> {
        if (story.isLazy()) {
          tellOfLazy(story);
        } else {
          tellOfInlined(story);
        }
      }
    }
  }

  /** Begins with a snapshot of several segments and some small versions after it. */
  private void tellOfLazy(Story story) throws Exception {
    beginWithMuch();
    boolean rest = story != Story.LAZY_WITHOUT_THE_REST;
    if (story == Story.LAZY_GOING_ON) {
      try (World world = world(folder.resolve("origin"));
          World.Desk desk = lazy(world, false, Duration.ofHours(1))) {
        change(desk, 100);
        change(desk, 5000);
        assertThat(isPartial(desk)).isTrue();
      }
    }
    fetchMillis = 60;
    record(
        world -> {
          try (World.Desk desk = lazy(world, rest, Duration.ZERO)) {
            assertThat(isPartial(desk)).isTrue();
            change(desk, 100);
            anchor(desk);
            moment("checkpoint");
            desk.session.checkpoint("TRUNCATE");
            moment("change after a checkpoint");
            change(desk, 9000);
            change(desk, 100);
            moment("publish");
            anchor(desk);
            if (rest) {
              awaitAll(desk);
              moment("change after all is here");
              change(desk, 100);
              anchor(desk);
            } else {
              assertThat(isPartial(desk)).isTrue();
            }
            desk.session.checkpoint("TRUNCATE");
            change(desk, 100);
          }
          anchored = acknowledged;
        });
    fetchMillis = 0;
    checkAll("lazy", true);
  }

  private void beginWithMuch() throws Exception {
    try (World world = world(folder.resolve("origin"));
        World.Desk desk = world.open("here", ID)) {
      create(desk);
      desk.run("CREATE TABLE much(id INTEGER PRIMARY KEY, changed INTEGER, body BLOB)");
      desk.run(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + MUCH
              + ") INSERT INTO much SELECT i, 0, randomblob(3000) FROM n");
      for (int i = 0; i < 3; i++) {
        pair(desk, 2000);
      }
    }
    before = begun;
  }

  private World.Desk lazy(World world, boolean rest, Duration cadence) throws Exception {
    EngineSettings settings =
        World.opening(
            world.settings("lazy", ID),
            Optional.empty(),
            new PagesWanted(OpenMode.LAZY, rest, Duration.ofMinutes(1)));
    return cadence.isZero()
        ? world.open(settings)
        : world.open(
            World.closingAtOnce(
                World.withCadence(settings, cadence, 1000, cadence, settings.cadence().onLag())));
  }

  private static boolean isPartial(World.Desk desk) {
    return PartialDatabase.isPartial(desk.session.databaseFile());
  }

  private static void awaitAll(World.Desk desk) throws Exception {
    long deadline = System.nanoTime() + WAIT.toNanos();
    while (isPartial(desk)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  /** A pair, and with it a row whose page may not be here. */
  private void change(World.Desk desk, int fillerBytes) throws Exception {
    long next = begun + 1; // only this thread writes it
    begun = next;
    desk.run("BEGIN");
    half(desk, next, fillerBytes);
    desk.run("UPDATE much SET changed = " + next + " WHERE id = " + (1 + next * 37 % MUCH));
    half(desk, next, fillerBytes);
    desk.run("COMMIT");
    acknowledged = next;
  }

  private void anchor(World.Desk desk) throws Exception {
    long until = acknowledged;
    version = desk.session.sync(WAIT).version();
    anchored = until;
  }

  /** The rows that were changed with the pairs, and no others. */
  private void requireMuch(World.Desk desk, Image image) throws Exception {
    assertThat(desk.ask("SELECT count(*) FROM much WHERE length(body) = 3000"))
        .as("died before %s", image)
        .isEqualTo(Integer.toString(MUCH));
    assertThat(
            desk.ask(
                "SELECT group_concat(changed) FROM (SELECT changed FROM much WHERE changed"
                    + " > 0 ORDER BY changed)"))
        .as("died before %s", image)
        .isEqualTo(
            desk.ask(
                "SELECT coalesce(group_concat(n), 'null') FROM (SELECT DISTINCT n FROM pairs WHERE"
                    + " n > "
                    + before
                    + " ORDER BY n)"));
  }

  /** Begins with a stored version and three inlined ones, none of which was carried. */
  private void tellOfInlined(Story story) throws Exception {
    begin();
    switch (story) {
      case INLINED_PUBLISH -> {
        record(
            world -> {
              try (World.Desk desk = leaving(world)) {
                pair(desk, 100);
                pair(desk, 100);
              }
            });
        checkAll("here", true);
      }
      case FOLD -> {
        record(world -> world.open("here", ID).close());
        checkAll("here", true);
      }
      case CARRYING_PUBLISH -> {
        record(
            world -> {
              try (World.Desk desk = leaving(world)) {
                pair(desk, 90_000);
              }
            });
        checkAll("here", true);
      }
      default -> {
        record(world -> world.open(World.closingAtOnce(world.settings("there", ID))).close());
        checkAll("there", true);
      }
    }
  }

  /** Its close publishes nothing and carries nothing. */
  private World.Desk leaving(World world) throws Exception {
    return world.open(World.closingAtOnce(world.settings("here", ID)));
  }

  private World world(Path in) {
    return new World(in, this::slow).inlining(inlining, Duration.ofHours(1));
  }

  private Store slow(Store real) {
    ReadStore store = new ReadStore(real);
    store.delay(fetchMillis);
    return store;
  }

  private Path source() throws Exception {
    Path file = folder.resolve("source.db");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      statement.execute("CREATE TABLE pairs(n INTEGER, half INTEGER, filler BLOB)");
      statement.execute(
          "INSERT INTO pairs SELECT n, half, randomblob(9000) FROM (SELECT 1 AS n UNION SELECT 2"
              + " UNION SELECT 3), (SELECT 1 AS half UNION SELECT 2)");
    }
    return file;
  }

  /** What is imported is there as a whole or not at all, and can be imported again if it is not. */
  private void checkImport(Image image, Path file, boolean again) throws Exception {
    try (World world = new World(image.folder())) {
      EngineSettings settings = world.settings("here", ID);
      if (again) {
        boolean wasThere = false;
        try {
          Importing.file(settings, world.network(), file, advice -> {});
        } catch (ExistingDatabaseException e) {
          wasThere = true;
        }
        assertThat(wasThere || image.acknowledged() == 0).as("%s", image).isTrue();
      }
      try (World.Desk desk = world.open("here", ID)) {
        int rows = rows(desk).size();
        boolean mustBeThere = again || image.acknowledged() > 0;
        assertThat(rows).as("all or nothing, died before %s", image).isIn(mustBeThere ? 3 : 0, 3);
        if (rows > 0) {
          desk.session.sync(WAIT);
          assertThat(world.network().registry().version(DatabaseId.parse(ID), 1, 0).anchor().kind())
              .as("died before %s", image)
              .isEqualTo(Kind.IMPORT);
          assertThat(World.driverEvents(desk.session.log()).get(0).type())
              .isEqualTo("inft.imported");
        }
      }
      assertThat(Forks.list(settings, world.network())).as("died before %s", image).isEmpty();
      assertThat(leftovers(image.folder().resolve("here"))).as("%s", image).isEmpty();
    }
    deleteTree(image.folder());
  }

  /** The head is what it was, or has the content of the version before, and says so. */
  private void checkPast(Image image) throws Exception {
    try (World world = new World(image.folder())) {
      List<String> here;
      try (World.Desk desk = world.open("here", ID)) {
        int rows = rows(desk).size();
        assertThat(rows)
            .as("the past or the present, died before %s", image)
            .isIn(image.acknowledged() > 0 ? 2 : 3, 2);
        desk.session.sync(WAIT);
        if (rows == 2) {
          var next =
              world.network().registry().version(DatabaseId.parse(ID), image.version() + 1, 0);
          assertThat(next.anchor().kind()).as("died before %s", image).isEqualTo(Kind.RESTORE);
        }
        here = Dump.of(desk.connection);
      }
      try (World.Desk last = world.open("last", ID)) {
        assertThat(Dump.of(last.connection)).as("died before %s", image).isEqualTo(here);
      }
      PastStates.openNewest(world.settings("here", ID).at(Optional.of("1")), world.network())
          .close(); // clears what another had begun to restore to read
      assertThat(leftovers(image.folder().resolve("here"))).as("%s", image).isEmpty();
    }
    deleteTree(image.folder());
  }

  /** A database with some versions behind it. */
  private void begin() throws Exception {
    boolean stored = inlining == Inlining.Choice.NEVER;
    try (World world = world(folder.resolve("origin"));
        World.Desk desk = stored ? world.open("here", ID) : leaving(world)) {
      create(desk);
      for (int i = 0; i < 3; i++) {
        pair(desk, stored ? 2000 : 200);
      }
    }
  }

  private void create(World.Desk desk) throws Exception {
    desk.run("CREATE TABLE pairs(n INTEGER, half INTEGER, filler BLOB)");
  }

  private void pair(World.Desk desk, int fillerBytes) throws Exception {
    long next = begun + 1; // only this thread writes it
    begun = next;
    desk.run("BEGIN");
    half(desk, begun, fillerBytes);
    half(desk, begun, fillerBytes);
    desk.run("COMMIT");
    acknowledged = begun;
    version = desk.session.sync(WAIT).version();
    anchored = acknowledged;
  }

  private static void half(World.Desk desk, long n, int fillerBytes) throws Exception {
    desk.run("INSERT INTO pairs VALUES (" + n + ", 1, randomblob(" + fillerBytes + "))");
  }

  private void record(Script script) throws Exception {
    Path origin = Files.createDirectories(folder.resolve("origin"));
    FaultyFiles files = FaultyFiles.over(FileSystems.getDefault());
    disk = new PowerCut(origin, Files.createDirectories(folder.resolve("beside")));
    files.hook(disk.after((step, path) -> look(step, origin.relativize(Path.of(path.toString())))));
    try (World world = world(files.path(origin))) {
      world.watch(this::reached);
      script.run(world);
    }
    files.unhook();
    copy("the end");
    assertThat(steps).isGreaterThan(atNamedSteps ? 9 : 20);
  }

  /** One image a step, of the first time that it is reached. */
  private synchronized void reached(PublishStep step) {
    reached = step.name();
    if (atNamedSteps) {
      steps++;
      try {
        if (named.add(step)) {
          copy("the change after " + step);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private synchronized void look(FaultyFiles.Step step, Path path) throws IOException {
    if (atNamedSteps) {
      return;
    }
    if (death == Death.KILLED && step == FaultyFiles.Step.FORCE) {
      return; // a killed process leaves the same before and after
    }
    if (steps++ % each == 0) {
      copy(step + " " + path + " after " + reached);
    }
  }

  /** Looks at the disk here too: SQLite's own steps are not seen. */
  private void moment(String what) throws IOException {
    copy("the " + what);
  }

  private synchronized void copy(String step) throws IOException {
    Path image = folder.resolve("image" + images.size());
    for (int i = 0; ; i++) {
      List<String> stamp = stamp();
      long promised = acknowledged;
      long sure = anchored;
      long head = version;
      disk.image(image, death.loss, new Random(images.size()));
      if (stamp.equals(stamp())) {
        images.add(new Image(image, step, begun, promised, sure, head));
        return;
      }
      assertThat(i).as("others write all the time").isLessThan(100);
      deleteTree(image);
    }
  }

  /** Changes when SQLite begins its log anew, or when more pages are said to be here. */
  private List<String> stamp() throws IOException {
    List<String> stamp = new ArrayList<>();
    if (Files.exists(folder.resolve("origin/lazy"))) {
      try (Stream<Path> files = Files.walk(folder.resolve("origin/lazy"))) {
        for (Path file : files.toList()) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith("-wal") || name.endsWith("-present")) {
            stamp.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
          }
        }
      }
    }
    return stamp;
  }

  private static void deleteTree(Path tree) throws IOException {
    try {
      DurableFiles.deleteTree(tree);
    } catch (LocalStorageException e) {
      throw new IOException(e);
    }
  }

  private void checkAll(String machine, boolean exists) throws Exception {
    Optional<List<Path>> network = Optional.empty();
    for (Image image : images) {
      List<Path> now = entries(image.folder().resolve("network"));
      // What a new machine sees depends on the network alone.
      check(image, machine, exists && !network.equals(Optional.of(now)));
      network = Optional.of(now);
    }
  }

  private static List<Path> entries(Path network) throws IOException {
    if (!Files.exists(network)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(network)) {
      return files.map(network::relativize).sorted().toList();
    }
  }

  private void check(Image image, String machine, boolean onANewMachine) throws Exception {
    boolean lazy = machine.equals("lazy");
    try (World world = world(image.folder())) {
      if (onANewMachine) {
        try (World.Desk fresh = world.open("fresh", ID)) {
          assertThat(rows(fresh))
              .as("a new machine, died before %s", image)
              .hasSizeBetween((int) image.anchored(), (int) image.begun());
          assertThat(fresh.session.version())
              .as("the old head or the new one, died before %s", image)
              .isBetween(image.version(), image.version() + (lazy ? 6 : 1));
        }
      }
      List<String> here;
      try (World.Desk same =
          lazy ? lazy(world, again++ % 2 == 0, Duration.ZERO) : world.open(machine, ID)) {
        long least = machine.equals("there") ? image.anchored() : image.acknowledged();
        assertThat(rows(same))
            .as("the same machine, died before %s", image)
            .hasSizeBetween((int) least, (int) image.begun());
        assertThat(same.ask("PRAGMA integrity_check")).as("%s", image).isEqualTo("ok");
        if (lazy) {
          requireMuch(same, image);
        }
        same.run("CREATE TABLE IF NOT EXISTS goes_on(x)");
        same.session.sync(WAIT);
        here = Dump.of(same.connection);
      }
      try (World.Desk last = world.open("last", ID)) {
        assertThat(Dump.of(last.connection))
            .as("what went on, died before %s", image)
            .isEqualTo(here);
      }
      assertThat(stored(image)).as("paid once, died before %s", image).isEqualTo(named(world));
      assertThat(leftovers(image.folder().resolve(machine)))
          .as("left behind, died before %s", image)
          .isEmpty();
    }
    deleteTree(image.folder());
  }

  /** The transactions that are there; each has both its halves, and 1, 2, 3 … are there. */
  private static Set<Long> rows(World.Desk desk) throws Exception {
    Set<Long> whole = new TreeSet<>();
    if (desk.ask("SELECT count(*) FROM sqlite_master WHERE name = 'pairs'").equals("0")) {
      return whole;
    }
    try (var statement = desk.connection.createStatement();
        var rows = statement.executeQuery("SELECT n, count(*) FROM pairs GROUP BY n")) {
      while (rows.next()) {
        assertThat(rows.getInt(2)).as("halves of transaction %s", rows.getLong(1)).isEqualTo(2);
        whole.add(rows.getLong(1));
        assertThat(rows.getLong(1)).as("no gap").isEqualTo(whole.size());
      }
    }
    return whole;
  }

  /** Names of all objects that somebody paid for. */
  private static Set<String> stored(Image image) throws IOException {
    try (Stream<Path> files = Files.walk(image.folder().resolve("network/store/objects"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".segments"))
          .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }
  }

  /** Names of all objects that some version needs. */
  private static Set<String> named(World world) throws Exception {
    Network network = world.network();
    DatabaseId id = DatabaseId.parse(ID);
    Commits commits =
        new Commits(network.store(), network.registry(), id, DatabaseScope.contextOf(network, id));
    Set<String> names = new TreeSet<>();
    long newest = network.registry().head(id).version();
    for (Anchored one : network.registry().history(id, 1, newest)) {
      if (one.inlined()) {
        continue;
      }
      CommitObject commit = commits.fetch(one);
      names.add(one.anchor().root().hex() + "-" + one.anchor().sizeBytes());
      commit
          .body()
          .restoreSet()
          .forEach(pack -> own(pack.location(), pack.sizeBytes()).ifPresent(names::add));
      commit
          .body()
          .attachments()
          .forEach(item -> own(item.location(), item.sizeBytes()).ifPresent(names::add));
    }
    return names;
  }

  private static Optional<String> own(Location location, long sizeBytes) {
    return location instanceof Location.Own own
        ? Optional.of(own.root().hex() + "-" + sizeBytes)
        : Optional.empty();
  }

  /** What nobody will ever look at again. */
  private static List<String> leftovers(Path machine) throws IOException {
    try (Stream<Path> files = Files.walk(machine)) {
      List<String> names = files.map(file -> machine.relativize(file).toString()).toList();
      long generations = names.stream().filter(name -> name.matches(".*/gen-[0-9]{6}")).count();
      return names.stream()
          .filter(
              name ->
                  name.endsWith(".new")
                      || name.endsWith(".part")
                      || name.endsWith("building")
                      || (generations > 1 && name.matches(".*/gen-[0-9]{6}")))
          .toList();
    }
  }
}
