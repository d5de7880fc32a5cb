package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.devnet.ChainProxy;
import io.inft.devnet.SocketProxy;
import io.inft.registry.HeadNews;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.Databases;
import io.inft.replica.Engines;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers notice a version when the chain tells of it, long before their {@code refresh}. */
@Timeout(120)
class FollowTest extends OnDevnet {
  private static final String ID = "followed";

  private ChainProxy http;
  private SocketProxy socket;
  private Connection writer;

  @BeforeEach
  void publish() throws Exception {
    http = new ChainProxy(network.devnet().rpc());
    socket = new SocketProxy(network.devnet().rpc());
    writer = connect(id(), on("writer"));
    run(writer, "create table t(a)");
  }

  @AfterEach
  void stop() throws Exception {
    writer.close();
    Engines.endIdle();
    await("no thread listens", () -> listening() == 0);
    await("no socket is open", () -> socket.open() == 0);
    socket.close();
    http.close();
  }

  /** Each test has an account of its own, and so ids of its own. */
  private String id() {
    return key.address() + "/" + ID;
  }

  private Properties reader(String rpc) {
    Properties properties = on("reader");
    properties.remove("privateKey");
    properties.setProperty("rpc", rpc);
    properties.setProperty("mode", "ro");
    properties.setProperty("refresh", "1h");
    return properties;
  }

  private String overSocket() {
    return http.address() + "," + socket.address();
  }

  private static long listening() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("inft-follow"))
        .count();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static DatabaseStatus.Reading reading(Connection connection) throws Exception {
    return connection.unwrap(InftConnection.class).status().reading().orElseThrow();
  }

  private long version(Properties reader) throws Exception {
    try (Connection connection = connect(id(), reader)) {
      return number(connection, "select inft_version()");
    }
  }

  private void insert(int row) throws Exception {
    run(writer, "insert into t values (" + row + ")");
  }

  private void assertFollows(Properties reader, HeadNews.Way way) throws Exception {
    try (Connection stays = connect(id(), reader)) {
      await("it follows by " + way, () -> reading(stays).way().equals(Optional.of(way)));
      for (int row = 1; row <= 3; row++) {
        long before = version(reader);
        insert(row);
        await("version " + (before + 1), () -> version(reader) == before + 1);
      }
      assertThat(number(stays, "select count(*) from t")).as("it stays at its version").isZero();
      await("it knows of news", () -> reading(stays).newsSince());
      assertThat(reading(stays).lastNews()).isPresent();
      assertThat(json(stays))
          .contains("\"follows\":\"" + way.name().toLowerCase(Locale.ROOT) + "\"")
          .contains("\"newsSince\":true", "\"lastNews\":\"20");
    }
  }

  private static String json(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select inft_status()")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void aReaderFollowsByItsSubscription() throws Exception {
    assertFollows(reader(overSocket()), HeadNews.Way.SUBSCRIPTION);
    assertThat(socket.accepted()).isEqualTo(1);
  }

  @Test
  void aReaderFollowsByAFilterWhereOnlyHttpIsNamed() throws Exception {
    assertFollows(reader(http.address().toString()), HeadNews.Way.FILTER);
  }

  @Test
  void aReaderThatIsToldToPollOnlyPolls() throws Exception {
    Properties polling = reader(overSocket());
    polling.setProperty("follow", "poll");
    polling.setProperty("refresh", "2s");
    long begun = System.nanoTime();
    try (Connection stays = connect(id(), polling)) {
      assertThat(json(stays)).contains("\"follows\":\"polling\"", "\"newsSince\":false");
      assertThat(listening()).isZero();
      insert(1);
      await("refresh", () -> version(polling) == 2);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(socket.accepted()).isZero();
    assertThat(http.calls("eth_newFilter")).isZero();
  }

  /** Neither way works, so the interval is what it was. */
  @Test
  void aReaderThatIsToldNothingStillSeesEachVersionAfterItsRefresh() throws Exception {
    socket.rule(SocketProxy.NO_EVENTS);
    Properties deaf = reader(overSocket());
    deaf.setProperty("refresh", "1s");
    try (Connection stays = connect(id(), deaf)) {
      await(
          "it is connected",
          () -> reading(stays).way().equals(Optional.of(HeadNews.Way.SUBSCRIPTION)));
      insert(1);
      await("refresh", () -> version(deaf) == 2);
      assertThat(reading(stays).lastNews()).isEmpty();
    }
  }

  /** What a liar says is only a reason to look, and what is looked at is the registry. */
  @Test
  void anInventedVersionIsNotShown() throws Exception {
    Properties reader = reader(overSocket());
    String two = "0x" + "0".repeat(63) + "2";
    AtomicInteger lies = new AtomicInteger();
    socket.rule(
        text -> {
          if (SocketProxy.isEvent(text) && text.contains(two)) {
            lies.incrementAndGet();
          }
          return List.of(text.replace(two, "0x" + "0".repeat(62) + "ff"));
        });
    try (Connection stays = connect(id(), reader)) {
      await(
          "it is connected",
          () -> reading(stays).way().equals(Optional.of(HeadNews.Way.SUBSCRIPTION)));
      insert(1);
      await("it looks", () -> version(reader) == 2);
      assertThat(version(reader)).isEqualTo(2);
      assertThat(lies).hasPositiveValue();
    }
  }

  @Test
  void theWayIsToldOfWithoutAConnection() throws Exception {
    assertThat(way(reader(overSocket()))).isEqualTo(HeadNews.Way.SUBSCRIPTION);
    socket.refuse(true);
    assertThat(way(reader(overSocket()))).isEqualTo(HeadNews.Way.FILTER);
    Properties polling = reader(overSocket());
    polling.setProperty("follow", "poll");
    assertThat(way(polling)).isEqualTo(HeadNews.Way.POLLING);
  }

  private HeadNews.Way way(Properties reader) throws Exception {
    Target target = Target.of(id(), reader, false);
    return Databases.overview(target.settings(), target.network()).follows();
  }

  /** A version in a block that may still go is shown as what it is. */
  @Test
  void aVersionThatIsNotFinalIsNotShownAsFinal() throws Exception {
    Properties reader = reader(overSocket());
    insert(1);
    try (Connection stays = connect(id(), reader)) {
      assertThat(json(stays)).contains("\"final\":false");
      network.devnet().anvil().control("anvil_mine", "0x80");
      assertThat(json(stays)).contains("\"final\":true");
    }
  }

  /** The newest version goes with its block; a reader then sees the one before it. */
  @Test
  void aVersionThatIsReorganizedAwayIsNoticed() throws Exception {
    Properties reader = reader(overSocket());
    try (Connection stays = connect(id(), reader)) {
      await(
          "it is connected",
          () -> reading(stays).way().equals(Optional.of(HeadNews.Way.SUBSCRIPTION)));
      List<String> said = new CopyOnWriteArrayList<>();
      socket.rule(
          text -> {
            if (SocketProxy.isEvent(text)) {
              said.add(text);
            }
            return List.of(text);
          });
      insert(1);
      await("version 2", () -> version(reader) == 2);
      network.devnet().anvil().control("anvil_reorg", 1, List.of());
      network.devnet().anvil().control("evm_mine");
      for (String event : said) {
        socket.say(event.replace("\"removed\":false", "\"removed\":true"));
      }
      await("the version before", () -> version(reader) == 1);
    }
  }
}
