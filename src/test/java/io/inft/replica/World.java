package io.inft.replica;

import io.inft.bytes.SigningKey;
import io.inft.commit.DriverEvent;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.local.Network;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.ObjectPolicy;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Padding;
import io.inft.seal.Secret;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/** One network in a folder, and machines (homes) that use it. */
public final class World implements AutoCloseable {
  public static final SigningKey OWNER = SigningKey.parse("11".repeat(32));
  private static final byte[] KEY = new byte[32];

  private final Path folder;
  private final UnaryOperator<Store> storeWrapper;
  private volatile Consumer<PublishStep> watcher = step -> {};
  private volatile Inlining inlining = Inlining.NEVER;

  public World(Path folder) {
    this(folder, UnaryOperator.identity());
  }

  public World(Path folder, UnaryOperator<Store> storeWrapper) {
    this.folder = folder;
    this.storeWrapper = storeWrapper;
  }

  /** Has those who publish from now on say how far they have come. */
  public void watch(Consumer<PublishStep> steps) {
    watcher = steps;
  }

  /** Has those who open from now on take this road. */
  public World inlining(Inlining.Choice choice, Duration maxAge) {
    inlining = new Inlining(choice, maxAge);
    return this;
  }

  public Network network() throws InftException {
    return new Network(
        "embedded",
        storeWrapper.apply(DirectoryStore.open(folder.resolve("network/store"))),
        DirectoryRegistry.open(
            folder.resolve("network/registry"), Optional.of(OWNER), Clock.systemUTC()),
        Optional.of(OWNER),
        Duration.ZERO,
        true);
  }

  /** What the driver says of itself in a log. */
  public static List<DriverEvent> driverEvents(List<LogEntry> log) {
    List<DriverEvent> events = new ArrayList<>();
    for (LogEntry entry : log) {
      if (entry instanceof LogEntry.Recorded recorded && !recorded.isApplications()) {
        events.add(new DriverEvent(recorded.type(), recorded.payload()));
      }
    }
    return events;
  }

  /** The sequence that a session's log begins with, 0 if nothing of it can be read. */
  public static long firstSequence(Session session) throws InftException {
    for (LogEntry entry : session.log()) {
      if (entry instanceof LogEntry.Recorded recorded) {
        return recorded.sequence();
      }
    }
    return 0;
  }

  /** The same network, used by somebody who was granted nothing. */
  public Network networkOfAStranger() throws InftException {
    SigningKey stranger = SigningKey.parse("22".repeat(32));
    return new Network(
        "embedded",
        DirectoryStore.open(folder.resolve("network/store")),
        DirectoryRegistry.open(
            folder.resolve("network/registry"), Optional.of(stranger), Clock.systemUTC()),
        Optional.of(stranger),
        Duration.ZERO,
        true);
  }

  public EngineSettings settings(String machine, String id) throws InftException {
    return new EngineSettings(
        DatabaseId.parse(id),
        folder.resolve(machine),
        true,
        new Cadence(Duration.ZERO, 100, Duration.ofMinutes(5), Cadence.OnLag.WARN),
        new EngineSettings.Ending(
            EngineSettings.OnClose.PUBLISH, Duration.ofSeconds(60), Duration.ZERO),
        new ObjectPolicy(Duration.ofDays(180), Padding.PADME),
        inlining,
        new EngineSettings.NewPasswords(KeyDerivation.weakForTests(), false),
        Map.of(),
        Map.of(),
        new EngineSettings.OfSession(
            Optional.of(Secret.rawKey(KEY)),
            EngineSettings.Durability.LOCAL,
            Duration.ofSeconds(30),
            EngineSettings.Mode.RW,
            Duration.ZERO,
            true,
            Optional.empty(),
            PagesWanted.of(OpenMode.FULL)));
  }

  public static EngineSettings withCreation(EngineSettings settings, Map<String, String> pragmas) {
    return new EngineSettings(
        settings.id(),
        settings.home(),
        settings.create(),
        settings.cadence(),
        settings.ending(),
        settings.objects(),
        settings.inlining(),
        settings.newPasswords(),
        pragmas,
        settings.networkLimits(),
        settings.session());
  }

  /** A last close that publishes nothing, and no wait for it. */
  public static EngineSettings closingAtOnce(EngineSettings settings) {
    return settings.with(
        new EngineSettings.Ending(
            EngineSettings.OnClose.BACKGROUND, Duration.ZERO, settings.ending().linger()));
  }

  public static EngineSettings withCadence(
      EngineSettings settings,
      Duration syncInterval,
      int eventBatch,
      Duration maxLag,
      Cadence.OnLag onLag) {
    return settings.with(new Cadence(syncInterval, eventBatch, maxLag, onLag));
  }

  public static EngineSettings withDurability(
      EngineSettings settings, EngineSettings.Durability durability) {
    return withDurability(settings, durability, settings.session().anchorTimeout());
  }

  public static EngineSettings withDurability(
      EngineSettings settings, EngineSettings.Durability durability, Duration anchorTimeout) {
    EngineSettings.OfSession own = settings.session();
    return settings.with(
        new EngineSettings.OfSession(
            own.secret(),
            durability,
            anchorTimeout,
            own.mode(),
            own.refresh(),
            own.follow(),
            own.at(),
            own.pages()));
  }

  public static EngineSettings readOnly(EngineSettings settings) {
    EngineSettings.OfSession own = settings.session();
    return settings.with(
        new EngineSettings.OfSession(
            own.secret(),
            own.durability(),
            own.anchorTimeout(),
            EngineSettings.Mode.RO,
            own.refresh(),
            own.follow(),
            own.at(),
            own.pages()));
  }

  public static EngineSettings ending(EngineSettings settings, EngineSettings.Ending ending) {
    return settings.with(ending);
  }

  public static EngineSettings opening(
      EngineSettings settings, Optional<String> at, OpenMode open) {
    return opening(settings, at, PagesWanted.of(open));
  }

  public static EngineSettings opening(
      EngineSettings settings, Optional<String> at, PagesWanted open) {
    EngineSettings.OfSession own = settings.session();
    return settings.with(
        new EngineSettings.OfSession(
            own.secret(),
            own.durability(),
            own.anchorTimeout(),
            own.mode(),
            own.refresh(),
            own.follow(),
            at,
            open));
  }

  public static EngineSettings withSecret(EngineSettings settings, Optional<Secret> secret) {
    EngineSettings.OfSession own = settings.session();
    return settings.with(
        new EngineSettings.OfSession(
            secret,
            own.durability(),
            own.anchorTimeout(),
            own.mode(),
            own.refresh(),
            own.follow(),
            own.at(),
            own.pages()));
  }

  /** Opens a session and a plain connection on its file. */
  public Desk open(String machine, String id) throws InftException, SQLException {
    return new Desk(Engines.open(settings(machine, id), network(), Clock.systemUTC(), watcher));
  }

  /** The same with settings of one's own. */
  public Desk open(EngineSettings settings) throws InftException, SQLException {
    return new Desk(Engines.open(settings, network(), Clock.systemUTC(), watcher));
  }

  @Override
  public void close() {
    Engines.endIdle();
  }

  /** A session with a plain SQLite connection, calling the session as the driver does. */
  public static final class Desk implements AutoCloseable {
    public final Session session;
    public final Connection connection;

    public Desk(Session session) throws InftException, SQLException {
      this.session = session;
      Properties properties = new Properties();
      properties.setProperty("wal_autocheckpoint", "0");
      properties.setProperty("busy_timeout", "10000");
      this.connection =
          session.connect(
              file -> (SQLiteConnection) new JDBC().connect("jdbc:sqlite:" + file, properties));
    }

    public void run(String sql) throws InftException, SQLException {
      session.beforeCall();
      session.enter();
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } finally {
        session.afterCall(!connection.getAutoCommit(), true);
      }
    }

    public String ask(String sql) throws SQLException {
      session.enter();
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "";
      }
    }

    @Override
    public void close() throws InftException, SQLException {
      connection.close();
      session.close();
    }
  }
}
