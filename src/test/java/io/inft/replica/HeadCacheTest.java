package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.RollbackException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head that was read lately serves who asked for it, and nobody else. */
class HeadCacheTest {
  private static final String ID = "followed";

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void publishTwoVersions() throws Exception {
    world = new World(folder);
    write("CREATE TABLE t(a)");
    write("INSERT INTO t VALUES (2)");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void write(String sql) throws Exception {
    try (World.Desk desk = world.open("writer", ID)) {
      desk.run(sql);
    }
  }

  /** Counts questions, and shows an old head when told to. */
  private static final class Endpoint extends ForwardingRegistry {
    private final Registry real;
    private boolean lies;
    private int asked;

    Endpoint(Registry real) {
      super(real);
      this.real = real;
    }

    @Override
    public Head head(DatabaseId id) throws InftException {
      asked++;
      Head head = real.head(id);
      if (!lies) {
        return head;
      }
      Anchored first = real.version(id, 1, 0);
      return new Head(
          head.id(),
          head.owner(),
          head.status(),
          Optional.of(first),
          head.keyEpoch(),
          head.keyringHash(),
          head.controlSequence(),
          head.controlHash(),
          head.asOf());
    }
  }

  private Network network(Endpoint endpoint) throws InftException {
    Network real = world.network();
    return new Network(
        real.name(), real.store(), endpoint, real.signer(), real.syncInterval(), true);
  }

  private Endpoint endpoint() throws InftException {
    return new Endpoint(world.network().registry());
  }

  private EngineSettings reader(String machine) throws InftException {
    EngineSettings.OfSession own = world.settings(machine, ID).session();
    return world
        .settings(machine, ID)
        .with(
            new EngineSettings.OfSession(
                own.secret(),
                own.durability(),
                own.anchorTimeout(),
                EngineSettings.Mode.RO,
                Duration.ofHours(1),
                true,
                own.at(),
                own.pages()));
  }

  private static long version(EngineSettings settings, Network network) throws InftException {
    try (Session session = Engines.open(settings, network)) {
      return session.version();
    }
  }

  @Test
  void servesTheSameHomeAtTheSameEndpointWithinItsRefresh() throws Exception {
    Endpoint endpoint = endpoint();
    Network network = network(endpoint);

    assertThat(version(reader("a"), network)).isEqualTo(2);
    write("INSERT INTO t VALUES (3)");
    assertThat(version(reader("a"), network)).isEqualTo(2);

    assertThat(endpoint.asked).isEqualTo(1);
  }

  @Test
  void whatOneEndpointSaidIsNoAnswerOfAnother() throws Exception {
    Endpoint liar = endpoint();
    liar.lies = true;
    assertThat(version(reader("a"), network(liar))).isEqualTo(1);

    assertThat(version(reader("a"), network(endpoint()))).isEqualTo(2);
  }

  @Test
  void whatOneHomeBelievedIsNotShownToAnother() throws Exception {
    Endpoint endpoint = endpoint();
    Network network = network(endpoint);
    assertThat(version(reader("b"), network)).isEqualTo(2);
    endpoint.lies = true;
    assertThat(version(reader("a"), network)).isEqualTo(1);
    endpoint.lies = false;

    assertThat(version(reader("b"), network)).isEqualTo(2);
    assertThat(version(reader("c"), network)).isEqualTo(2);
  }

  /** The writer of the same home saw version 3, so version 2 is not shown as the head any more. */
  @Test
  void aHeadBehindWhatThisHomeSawFinalIsAskedForAnew() throws Exception {
    Endpoint endpoint = endpoint();
    Network network = network(endpoint);
    assertThat(version(reader("writer"), network)).isEqualTo(2);
    write("INSERT INTO t VALUES (3)");
    assertThat(version(reader("writer"), network)).isEqualTo(3);

    write("INSERT INTO t VALUES (4)");
    endpoint.lies = true;
    assertThatThrownBy(() -> version(reader("writer"), network))
        .isInstanceOf(RollbackException.class);
  }

  @Test
  void aHeadThatCouldNotBeOpenedIsNotKept() throws Exception {
    Endpoint endpoint = endpoint();
    Network network = network(endpoint);
    byte[] other = new byte[32];
    other[0] = 1;
    EngineSettings wrong = World.withSecret(reader("a"), Optional.of(Secret.rawKey(other)));

    assertThatThrownBy(() -> version(wrong, network)).isInstanceOf(WrongKeyException.class);
    assertThat(version(reader("a"), network)).isEqualTo(2);

    assertThat(endpoint.asked).isEqualTo(2);
  }
}
