package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.InftException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.NotImportableException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database begins with what was a file before. */
class ImportingTest {
  private static final String ID = "imported";

  @TempDir Path folder;

  private World world;
  private EngineSettings settings;
  private Path file;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void begin() throws Exception {
    world = new World(folder.resolve("world"));
    settings = world.settings("mine", ID);
    file = folder.resolve("app.db");
    make(
        "PRAGMA page_size=1024",
        "CREATE TABLE plain(a PRIMARY KEY, b) WITHOUT ROWID",
        "CREATE TABLE computed(a, b AS (a * 2) STORED, c AS (a * 3))",
        "CREATE VIRTUAL TABLE words USING fts5(text)",
        "CREATE INDEX half ON computed(b) WHERE a > 1",
        "INSERT INTO plain VALUES ('x', 1), ('y', 2)",
        "INSERT INTO computed(a) VALUES (1), (2), (3)",
        "INSERT INTO words VALUES ('all is here')",
        "PRAGMA user_version=7");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void make(String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void imports(Network network) throws InftException {
    Importing.file(settings, network, file, warnings::add);
  }

  private static String everything(World.Desk desk) throws Exception {
    return desk.ask(
        "SELECT (SELECT group_concat(a || b) FROM plain) || (SELECT sum(b + c) FROM computed)"
            + " || (SELECT text FROM words WHERE words MATCH 'here') || "
            + "(SELECT user_version FROM pragma_user_version)"
            + " || (SELECT page_size FROM pragma_page_size)");
  }

  @Test
  void aFileBecomesTheFirstVersionAndIsThereOnAnotherMachine() throws Exception {
    imports(world.network());
    Engines.endIdle();

    Anchored first = world.network().registry().version(DatabaseId.parse(ID), 1, 0);
    assertThat(first.anchor().kind()).isEqualTo(Kind.IMPORT);
    try (World.Desk desk = world.open("elsewhere", ID)) {
      assertThat(everything(desk)).isEqualTo("x1y230all is here71024".replace("x1y2", "x1,y2"));
      assertThat(World.driverEvents(desk.session.log()).get(0).type()).isEqualTo("inft.imported");
      assertThat(World.driverEvents(desk.session.log()).get(0).payloadJson())
          .matches("\\{\"format\":\"sqlite\",\"file\":\"app.db\",\"sha256\":\"[0-9a-f]{64}\"\\}");
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void theMachineThatImportedGoesOn() throws Exception {
    imports(world.network());
    try (World.Desk desk = world.open("mine", ID)) {
      desk.run("INSERT INTO plain VALUES ('z', 3)");
      assertThat(desk.session.sync(Duration.ofSeconds(30)).version()).isEqualTo(2);
    }
    try (World.Desk desk = world.open("elsewhere", ID)) {
      assertThat(desk.ask("SELECT count(*) FROM plain")).isEqualTo("3");
    }
  }

  @Test
  void whatIsThereIsNeverImportedOver() throws Exception {
    imports(world.network());
    assertThatThrownBy(() -> imports(world.network()))
        .isInstanceOf(ExistingDatabaseException.class)
        .hasMessageContainingAll("'imported' exists in version 1", "inft push imported <file>");
    assertThatThrownBy(
            () -> Importing.file(world.settings("other", ID), world.network(), file, warnings::add))
        .isInstanceOf(ExistingDatabaseException.class);
    assertThat(world.network().registry().head(DatabaseId.parse(ID)).version()).isEqualTo(1);
  }

  @Test
  void neitherIsWhatWasBegunHereAndNotPublished() throws Exception {
    EngineSettings quiet = World.closingAtOnce(settings);
    try (World.Desk desk =
        new World.Desk(
            Engines.open(
                World.withCadence(
                    quiet, Duration.ofHours(1), 100, Duration.ofHours(2), Cadence.OnLag.WARN),
                world.network()))) {
      desk.run("CREATE TABLE mine(a)");
    }
    Engines.endIdle();
    long version = Databases.headVersion(settings, world.network()).orElse(0L);

    assertThatThrownBy(() -> imports(world.network()))
        .isInstanceOf(ExistingDatabaseException.class);

    assertThat(Databases.headVersion(settings, world.network()).orElse(0L)).isEqualTo(version);
    try (World.Desk desk = world.open("mine", ID)) {
      assertThat(desk.ask("SELECT group_concat(name) FROM sqlite_schema")).isEqualTo("mine");
    }
  }

  @Test
  void badFilesBeginNothing() throws Exception {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(1024);
      bytes.write(new byte[3000]);
    }
    assertThatThrownBy(() -> imports(world.network()))
        .isInstanceOf(DatabaseCorruptException.class)
        .hasMessageContaining("app.db");
    Files.writeString(file, "not a database at all, though it is long enough to look at it twice");
    assertThatThrownBy(() -> imports(world.network()))
        .isInstanceOf(NotImportableException.class)
        .hasMessageContaining("app.db");
    assertThat(Databases.headVersion(settings, world.network())).isEmpty();
    try (Stream<Path> left = Files.list(settings.home())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void oneThatFailsIsTakenBackAndCanBeDoneAgain() throws Exception {
    Network network = world.network();
    Network broke =
        new Network(
            network.name(),
            network.store(),
            new ForwardingRegistry(network.registry()) {
              @Override
              public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
                throw new InsufficientFundsException(
                    "anchor", "0x1", BigInteger.TWO, BigInteger.ONE);
              }
            },
            network.signer(),
            network.syncInterval(),
            network.development());
    assertThatThrownBy(() -> imports(broke)).isInstanceOf(InsufficientFundsException.class);
    Engines.endIdle();
    assertThat(Databases.local(settings, network).outbox()).isEmpty();
    assertThat(Databases.local(settings, network).forks()).isEmpty();

    imports(network);
    assertThat(Databases.headVersion(settings, network)).hasValue(1L);
  }

  @Test
  void ofManyConnectionsAtOnceExactlyOneImports() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      Callable<String> connecting =
          () -> {
            Importing.once(settings, world.network(), file, warnings::add);
            try (World.Desk desk = world.open("mine", ID)) {
              return everything(desk);
            }
          };
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(pool.submit(connecting));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("x1,y230all is here71024");
      }
    } finally {
      pool.shutdownNow();
    }
    Engines.endIdle();
    assertThat(Databases.history(settings, world.network()))
        .filteredOn(version -> version.anchor().kind().equals(Kind.IMPORT))
        .hasSize(1);
    Path another = Files.copy(file, folder.resolve("another.db"));
    assertThatThrownBy(() -> Importing.once(settings, world.network(), another, warnings::add))
        .isInstanceOf(ExistingDatabaseException.class);
  }

  @Test
  void whatThisProcessImportedIsNotTakenForWhatIsThereNow() throws Exception {
    Importing.once(settings, world.network(), file, warnings::add);
    world.close();
    io.inft.bytes.DurableFiles.deleteTree(folder.resolve("world"));

    Importing.once(settings, world.network(), file, warnings::add);

    try (World.Desk desk = world.open("elsewhere", ID)) {
      assertThat(everything(desk)).isEqualTo("x1,y230all is here71024");
    }
  }
}
