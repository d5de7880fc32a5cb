package io.inft.handover;

import io.inft.bytes.SigningKey;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.store.DirectoryStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Somebody with an account and a machine, on one embedded network with others. */
record Party(Path folder, String name, SigningKey key, Clock clock) {
  static final Duration LOCK = Duration.ofDays(3);

  static Party of(Path folder, String name, int number, Clock clock) {
    String digits = Integer.toHexString(0x10 + number);
    return new Party(folder, name, SigningKey.parse(digits.repeat(32)), clock);
  }

  Secret secret() {
    return Secret.wallet(key);
  }

  DirectoryRegistry registry() throws Exception {
    return DirectoryRegistry.open(folder.resolve("network/registry"), Optional.of(key), clock);
  }

  Network network() throws Exception {
    return new Network(
        "embedded",
        DirectoryStore.open(folder.resolve("network/store")),
        registry(),
        Optional.of(key),
        Duration.ZERO,
        true);
  }

  Target target(DatabaseId id) throws Exception {
    return target(id, name);
  }

  /** On another machine of the same party. */
  Target target(DatabaseId id, String machine) throws Exception {
    try (World world = new World(folder)) {
      return new Target(
          World.withSecret(world.settings(machine, id.toString()), Optional.of(secret())),
          network());
    }
  }

  World.Desk open(DatabaseId id) throws Exception {
    return open(id, name);
  }

  World.Desk open(DatabaseId id, String machine) throws Exception {
    Target target = target(id, machine);
    return new World.Desk(Engines.open(target.settings(), target.network()));
  }

  HandOver handOver(DatabaseId id, Consumer<HandOver.Step> watcher) throws Exception {
    return new HandOver(target(id), clock, new SecureRandom(), mined -> {}, watcher);
  }

  /** Offers it to another party. */
  HandOverState offer(DatabaseId id, Party buyer, Consumer<HandOver.Step> watcher)
      throws Exception {
    return handOver(id, watcher).offer(buyer.key().publicKey(), LOCK);
  }

  /** Accepts what is there now. */
  HandOverState accept(DatabaseId id, Consumer<HandOver.Step> watcher) throws Exception {
    HandOver handOver = handOver(id, watcher);
    HandOverState seen = handOver.state();
    SlotRequest slot = target(id).settings().slotFor(secret());
    return handOver.accept(seen.head().root(), seen.head().controlHash(), List.of(slot));
  }
}
