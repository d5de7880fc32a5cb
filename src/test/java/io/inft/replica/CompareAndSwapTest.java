package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.failure.ForkException;
import io.inft.faults.InMemory;
import io.inft.replica.local.Network;
import io.inft.store.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the compare-and-swap of the registry is for: the same story with it and without it. */
class CompareAndSwapTest {
  private static final String ID = "shared";

  @TempDir(factory = InMemory.class)
  Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  /** Rows whose writer was told that they are anchored, and that are not there in the end. */
  private Set<String> lost(Network network) throws Exception {
    World world = new World(folder);
    List<String> machines = List.of("first", "second");
    List<World.Desk> desks = new ArrayList<>();
    for (String machine : machines) {
      desks.add(open(world, machine, network));
    }
    desks.get(0).run("CREATE TABLE IF NOT EXISTS t(row TEXT)");
    Set<String> acknowledged = new TreeSet<>();
    for (int n = 0; n < 4; n++) {
      for (int i = 0; i < machines.size(); i++) {
        String row = machines.get(i) + "-" + n;
        while (!acknowledged.contains(row)) {
          try {
            desks.get(i).run("CREATE TABLE IF NOT EXISTS t(row TEXT)");
            desks.get(i).run("INSERT INTO t VALUES ('" + row + "')");
            acknowledged.add(row);
          } catch (ForkException e) {
            desks.get(i).close();
            desks.set(i, open(world, machines.get(i), network));
          }
        }
      }
    }
    for (World.Desk desk : desks) {
      desk.close();
    }
    Set<String> lost = new TreeSet<>(acknowledged);
    try (World.Desk judge = open(world, "judge", network);
        var statement = judge.connection.createStatement();
        var rows = statement.executeQuery("SELECT row FROM t")) {
      while (rows.next()) {
        lost.remove(rows.getString(1));
      }
    }
    return lost;
  }

  private static World.Desk open(World world, String machine, Network network) throws Exception {
    EngineSettings settings =
        World.withDurability(world.settings(machine, ID), EngineSettings.Durability.ANCHORED);
    return new World.Desk(Engines.open(settings, network));
  }

  @Test
  void withItNoAcknowledgedRowIsLost() throws Exception {
    assertThat(lost(new World(folder).network())).isEmpty();
  }

  @Test
  void withoutItAcknowledgedRowsAreLostAndThisTestSeesIt() throws Exception {
    Network careless =
        new Network(
            "careless",
            new MemoryStore(),
            new LastWriterWins(World.OWNER.address()),
            Optional.of(World.OWNER),
            Duration.ZERO,
            true);
    assertThat(lost(careless)).isNotEmpty();
  }
}
