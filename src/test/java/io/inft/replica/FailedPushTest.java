package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.replica.local.Fork;
import io.inft.replica.local.LocalStatus;
import io.inft.replica.local.Network;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push that fails does not go out later, when nobody expects it any more. */
class FailedPushTest {
  private static final String SECRET = "must never leave this machine";
  private static final String ID = "pushed";

  @TempDir Path folder;

  private World world;
  private EngineSettings settings;

  @BeforeEach
  void begin() throws Exception {
    world = new World(folder.resolve("world"));
    settings = world.settings("mine", ID);
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** What the registry does when it is to record a version. */
  private interface Anchoring {
    Anchored at(Registry real, DatabaseId id, Anchor anchor) throws InftException;
  }

  private Network network(boolean underWay, Anchoring anchoring) throws InftException {
    Network network = world.network();
    Registry real = network.registry();
    Registry failing =
        new ForwardingRegistry(real) {
          @Override
          public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
            return anchoring.at(real, id, anchor);
          }

          @Override
          public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
            return anchoring.at(real, id, anchor);
          }

          @Override
          public boolean isUnderWay(DatabaseId id, Anchor anchor) {
            return underWay;
          }
        };
    return new Network(
        network.name(),
        network.store(),
        failing,
        network.signer(),
        network.syncInterval(),
        network.development());
  }

  private Network broke() throws InftException {
    return network(
        false,
        (real, id, anchor) -> {
          throw new InsufficientFundsException("anchor", "0x1", BigInteger.TWO, BigInteger.ONE);
        });
  }

  private Path file(String text) throws Exception {
    Path file = folder.resolve(text.hashCode() + ".db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(a)");
      statement.execute("INSERT INTO t VALUES ('" + text + "')");
    }
    return file;
  }

  private String published() throws Exception {
    Path pulled = folder.resolve("pulled.db");
    Databases.pull(world.settings("elsewhere", ID), world.network(), pulled, true);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + pulled);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT group_concat(a) FROM t")) {
      return row.getString(1);
    }
  }

  private boolean holdsTheSecret(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (bytes.contains(SECRET)) {
          return true;
        }
      }
    }
    return false;
  }

  private LocalStatus local() throws InftException {
    return Databases.local(settings, world.network());
  }

  @Test
  void theFirstPushOfADatabaseIsTakenBackWhenItFails() throws Exception {
    assertThatThrownBy(() -> Databases.push(settings, broke(), file(SECRET)))
        .isInstanceOf(InsufficientFundsException.class);
    Engines.endIdle();

    assertThat(local().outbox()).isEmpty();
    assertThat(local().unpublished().isNothing()).isTrue();
    assertThat(local().forks()).isEmpty();
    assertThat(holdsTheSecret(settings.home())).isFalse();
    assertThat(Databases.push(settings, world.network(), file("fine")).version()).isEqualTo(1);
    assertThat(published()).isEqualTo("fine");
  }

  @Test
  void oneThatWasPublishedByAProcessThatDiedRightAfterIsFollowedByTheNext() throws Exception {
    Databases.push(settings, world.network(), file("first"));
    Engines.endIdle();
    new ReplacementMark(0, Optional.empty()).write(local().current().orElseThrow());

    assertThat(Databases.push(settings, world.network(), file("second")).version()).isEqualTo(2);
    Engines.endIdle();

    assertThat(local().forks()).isEmpty();
    assertThat(published()).isEqualTo("second");
  }

  @Test
  void oneThatSomebodyOpenedSinceIsWhatHeWorksOn() throws Exception {
    Databases.push(settings, world.network(), file("first"));
    Engines.endIdle();
    new ReplacementMark(1, Optional.empty()).write(local().current().orElseThrow());
    try (World.Desk desk = world.open("mine", ID)) {
      desk.run("INSERT INTO t VALUES ('more')");
    }
    Engines.endIdle();

    assertThat(Databases.push(settings, world.network(), file("last")).version()).isEqualTo(3);
    Engines.endIdle();

    assertThat(local().forks()).isEmpty();
    assertThat(published()).isEqualTo("last");
  }

  @Test
  void aLaterPushIsTakenBackAndThisMachineGoesOnWhereItWas() throws Exception {
    Databases.push(settings, world.network(), file("first"));
    Engines.endIdle();
    Path before = local().current().orElseThrow();

    assertThatThrownBy(() -> Databases.push(settings, broke(), file(SECRET)))
        .isInstanceOf(InsufficientFundsException.class);
    Engines.endIdle();

    assertThat(local().current()).contains(before);
    assertThat(local().outbox()).isEmpty();
    assertThat(local().unpublished().isNothing()).isTrue();
    assertThat(holdsTheSecret(settings.home())).isFalse();
    try (World.Desk desk = world.open("mine", ID);
        Statement statement = desk.connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT group_concat(a) FROM t")) {
      assertThat(row.getString(1)).isEqualTo("first");
    }
    assertThat(local().generations()).hasSize(1);
    assertThat(Databases.push(settings, world.network(), file("third")).version()).isEqualTo(2);
    assertThat(published()).isEqualTo("third");
  }

  @Test
  void whatMayStillTakeEffectIsKeptAndListedAndCanBeDropped() throws Exception {
    Network silent =
        network(
            true,
            (real, id, anchor) -> {
              throw new OutcomeUnknownException("anchoring", "ask again", null);
            });
    assertThatThrownBy(() -> Databases.push(settings, silent, file(SECRET)))
        .isInstanceOf(OutcomeUnknownException.class);
    Engines.endIdle();
    assertThat(local().outbox()).hasSize(1);
    assertThat(local().outbox().get(0).version()).isEqualTo(1);

    Fork dropped = Forks.dropOutbox(settings, world.network()).orElseThrow();
    assertThat(dropped.stagedVersions()).isEqualTo(1);
    assertThat(local().outbox()).isEmpty();
    assertThat(Forks.dropOutbox(settings, world.network())).isEmpty();
    assertThat(Databases.push(settings, world.network(), file("fine")).version()).isEqualTo(1);
    assertThat(published()).isEqualTo("fine");
    Forks.export(settings, world.network(), dropped.name(), folder.resolve("out.db"), false);
    assertThat(holdsTheSecret(folder.resolve("out.db"))).isTrue();
  }

  @Test
  void whatWentOutAllTheSameIsFollowed() throws Exception {
    Network deaf =
        network(
            true,
            (real, id, anchor) -> {
              real.rotateAndAnchor(id, anchor);
              throw new OutcomeUnknownException("anchoring", "ask again", null);
            });
    assertThatThrownBy(() -> Databases.push(settings, deaf, file("arrived")))
        .isInstanceOf(OutcomeUnknownException.class);
    Engines.endIdle();
    assertThat(Databases.push(settings, world.network(), file("next")).version()).isEqualTo(2);
    assertThat(published()).isEqualTo("next");
  }

  @Test
  void aPushThatWasInterruptedDoesNotRideWithTheNext() throws Exception {
    Network killed =
        network(
            false,
            (real, id, anchor) -> {
              throw new IllegalStateException("as if the process died here");
            });
    assertThatThrownBy(() -> Databases.push(settings, killed, file(SECRET)))
        .isInstanceOf(IllegalStateException.class);
    Engines.endIdle();
    assertThat(local().outbox()).hasSize(1);

    assertThat(Databases.push(settings, world.network(), file("fine")).version()).isEqualTo(1);
    assertThat(published()).isEqualTo("fine");
    List<Fork> forks = local().pending();
    assertThat(forks).hasSize(1);
    assertThat(forks.get(0).reason()).contains("interrupted");
  }
}
