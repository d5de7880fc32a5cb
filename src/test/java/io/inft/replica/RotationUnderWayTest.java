package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.WrongKeyException;
import io.inft.faults.InMemory;
import io.inft.faults.PowerCut;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process died after it had sent a changed keyring to a chain, which had not mined it yet. */
class RotationUnderWayTest {
  private static final String ID = "under-way";

  @TempDir(factory = InMemory.class)
  Path folder;

  private Path left;

  @BeforeEach
  void dieInMidRotation() throws Exception {
    Path origin = folder.resolve("origin");
    left = folder.resolve("left");
    try (World world = new World(origin)) {
      Registry registry =
          new ForwardingRegistry(world.network().registry()) {
            @Override
            public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
              if (anchor.version() > 1) {
                try {
                  PowerCut.copy(origin, left);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
              return super.rotateAndAnchor(id, anchor);
            }
          };
      try (World.Desk desk = open(world, registry, 0)) {
        desk.run("CREATE TABLE t(n)");
        desk.session.sync(RotationTest.PATIENCE);
        desk.session.rotate(new KeyChange.Replace(RotationTest.slot(RotationTest.key(1))));
      }
    }
  }

  @Test
  void isNotTakenBackButWaitedFor() throws Exception {
    try (World world = new World(left)) {
      Registry registry = underWay(world.network().registry(), false);
      assertThatThrownBy(() -> open(world, registry, 0)).isInstanceOf(WrongKeyException.class);
      assertThat(registry.head(DatabaseId.parse(ID)).version()).isEqualTo(2);
      goesOn(world, registry, 1);
    }
  }

  @Test
  void isTakenBackWhenItWasNeverSent() throws Exception {
    try (World world = new World(left)) {
      goesOn(world, world.network().registry(), 0);
    }
  }

  @Test
  void isTakenBackWhenItWasSentInVain() throws Exception {
    try (World world = new World(left)) {
      goesOn(world, underWay(world.network().registry(), true), 0);
    }
  }

  private static void goesOn(World world, Registry registry, int secret) throws Exception {
    try (World.Desk desk = open(world, registry, secret)) {
      desk.run("INSERT INTO t VALUES (1)");
      desk.session.sync(RotationTest.PATIENCE);
    }
    EngineSettings elsewhere =
        World.withSecret(world.settings("elsewhere", ID), Optional.of(RotationTest.key(secret)));
    try (World.Desk fresh = new World.Desk(Engines.open(elsewhere, world.network()))) {
      assertThat(fresh.ask("SELECT count(*) FROM t")).isEqualTo("1");
    }
  }

  private static Registry underWay(Registry real, boolean inVain) {
    return new ForwardingRegistry(real) {
      private boolean sent = true;

      @Override
      public boolean isUnderWay(DatabaseId id, Anchor anchor) {
        return sent;
      }

      @Override
      public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
        sent = false;
        if (inVain) {
          throw new HeadConflictException(ID, anchor.version(), "its root", 1, "another");
        }
        return super.rotateAndAnchor(id, anchor);
      }
    };
  }

  private static World.Desk open(World world, Registry registry, int secret) throws Exception {
    Network real = world.network();
    return new World.Desk(
        Engines.open(
            World.withSecret(world.settings("here", ID), Optional.of(RotationTest.key(secret))),
            new Network(
                real.name(),
                real.store(),
                registry,
                real.signer(),
                real.syncInterval(),
                real.development())));
  }
}
