package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.commit.PackEnd;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.UnreadableHeadException;
import io.inft.faults.PowerCut;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of many long packs, whose ends are read in part: sectors that nobody proves. */
class LazyPartsTest {
  private static final String ID = "parts";
  private static final int PACKS = 5;
  private static final String CONTENT =
      "SELECT count(*) || hex(min(body)) || hex(max(body)) FROM note";
  private static final Duration WAIT = Duration.ofSeconds(60);

  @TempDir static Path published;

  @TempDir Path folder;

  private final List<ReadStore> stores = new ArrayList<>();
  private World world;
  private Harm harm = Harm.NONE;

  /** What becomes of parts, and of nothing else. */
  private enum Harm {
    NONE,
    AWAY,
    MISSING,
    SUBSTITUTED,
    /** By a store that does not keep its promise. */
    OTHER_BYTES
  }

  @BeforeAll
  static void publish() throws Exception {
    try (World.Desk desk = new World(published).open("author", ID)) {
      desk.run("CREATE TABLE note(id INTEGER PRIMARY KEY, body BLOB)");
      for (int i = 0; i < PACKS; i++) {
        desk.run(rows(i == 0 ? 4500 : 450));
        desk.session.sync(WAIT);
      }
      assertThat(desk.session.status().content().orElseThrow().packs()).isEqualTo(PACKS);
    }
    Engines.endIdle();
  }

  @BeforeEach
  void copy() throws Exception {
    PowerCut.copy(published.resolve("network"), folder.resolve("network"));
    world =
        new World(
            folder,
            real -> {
              stores.add(new ReadStore(new Harmed(real)));
              return stores.get(stores.size() - 1);
            });
  }

  private static String rows(int count) {
    return String.format(
        Locale.ROOT,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO"
            + " note SELECT NULL, randomblob(900) FROM n",
        count);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String home, OpenMode mode) throws Exception {
    PagesWanted pages = new PagesWanted(mode, false, WAIT);
    return CapturedConnection.open(
        "jdbc:inft:" + ID,
        Engines.open(
            World.opening(World.readOnly(world.settings(home, ID)), Optional.empty(), pages),
            world.network()),
        SqlitePragma.forSqlite(Map.of(), true));
  }

  private static String text(Connection connection, String sql) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "none";
    }
  }

  private static String row(int id) {
    return "SELECT hex(body) FROM note WHERE id = " + id;
  }

  private long parts() {
    return stores.stream().mapToLong(ReadStore::takeParts).sum();
  }

  private long segments() {
    return stores.stream().mapToLong(ReadStore::takeSegments).sum();
  }

  @Test
  void theEndsOfManyPacksMoveNoSegments() throws Exception {
    try (Connection lazy = open("lazy", OpenMode.LAZY)) {
      String first = text(lazy, row(2000));

      assertThat(parts()).as("one of each long pack").isEqualTo(PACKS);
      assertThat(segments()).as("the commit object, page 1, the way to the row").isLessThan(PACKS);
      assertThat(stores.stream().mapToLong(ReadStore::takeBytes).sum()).isLessThan(PACKS << 18);
      try (Connection full = open("full", OpenMode.FULL)) {
        assertThat(first).isEqualTo(text(full, row(2000)));
        assertThat(text(lazy, CONTENT)).isEqualTo(text(full, CONTENT));
      }
      assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void partsThatAreNotToBeHadAreMadeUpForByProvedSegments() throws Exception {
    String expected;
    try (Connection full = open("full", OpenMode.FULL)) {
      expected = text(full, CONTENT);
    }
    for (Harm one : List.of(Harm.AWAY, Harm.MISSING, Harm.SUBSTITUTED, Harm.OTHER_BYTES)) {
      harm = one;
      try (Connection lazy = open("lazy-" + one, OpenMode.LAZY)) {
        assertThat(text(lazy, CONTENT)).as("%s", one).isEqualTo(expected);
      }
    }
  }

  /** The proved segments, which are read then, are found to be others too. */
  @Test
  void anEndThatIsOtherBytesIsRefused() throws Exception {
    List<Path> packs;
    try (Stream<Path> files = Files.walk(folder.resolve("network/store/objects"))) {
      packs = files.filter(LazyPartsTest::isLong).toList();
    }
    assertThat(packs).hasSize(PACKS);
    for (Path pack : packs) {
      byte[] bytes = Files.readAllBytes(pack);
      byte[] harmed = bytes.clone();
      for (int i = Math.max(0, bytes.length - (2 << 18)); i < bytes.length; i++) {
        harmed[i] ^= 0x55;
      }
      Files.write(pack, harmed);

      assertThatThrownBy(() -> open("lazy", OpenMode.LAZY))
          .isInstanceOf(UnreadableHeadException.class)
          .hasCauseInstanceOf(SubstitutedObjectException.class);

      Files.write(pack, bytes);
    }
    try (Connection lazy = open("lazy", OpenMode.LAZY)) {
      assertThat(text(lazy, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  private static boolean isLong(Path file) {
    return file.toFile().length() > PackEnd.SHORT_BYTES;
  }

  /** Else an account that may not write any more could have said what others vouch for. */
  @Test
  void whatAnotherAccountToldOfPartsIsNotToldAgain() throws Exception {
    SigningKey writer = SigningKey.parse("88".repeat(32));
    DatabaseId id = DatabaseId.parse(ID);
    world
        .network()
        .registry()
        .grant(id, writer.address(), Rights.WRITER, Instant.now().plusSeconds(9_000), 0);
    Network network =
        new Network(
            "embedded",
            DirectoryStore.open(folder.resolve("network/store")),
            DirectoryRegistry.open(
                folder.resolve("network/registry"), Optional.of(writer), Clock.systemUTC()),
            Optional.of(writer),
            Duration.ZERO,
            true);
    try (World.Desk desk = new World.Desk(Engines.open(world.settings("writer", ID), network))) {
      desk.run(rows(450));
      desk.session.sync(WAIT);
    }
    Engines.endIdle();

    try (Connection lazy = open("lazy", OpenMode.LAZY)) {
      assertThat(text(lazy, "SELECT count(*) FROM note WHERE id = 6750")).isEqualTo("1");

      assertThat(parts()).as("of the one that it made").isEqualTo(1);
      assertThat(segments()).isGreaterThan(PACKS);
    }
  }

  private final class Harmed implements Store {
    private final Store real;

    Harmed(Store real) {
      this.real = real;
    }

    @Override
    public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
        throws InftException {
      byte[] part = real.readPart(object, offset, length, sha256);
      switch (harm) {
        case AWAY -> throw new StoreUnavailableException(describe(), "read a part", null);
        case MISSING -> throw new ObjectMissingException(object.toString(), describe());
        case SUBSTITUTED -> throw new SubstitutedObjectException("a part", "one", "another");
        case OTHER_BYTES -> part[length / 2]++;
        case NONE -> {}
      }
      return part;
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      return real.open(object);
    }

    @Override
    public ByteSource openUnproved(ObjectRef object) throws InftException {
      return real.openUnproved(object);
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      return real.put(object, listener);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      return real.contains(object);
    }

    @Override
    public String describe() {
      return real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
