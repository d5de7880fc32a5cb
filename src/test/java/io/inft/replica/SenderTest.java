package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.MemoryRegistry;
import io.inft.registry.Registry;
import io.inft.store.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SenderTest {
  @TempDir Path generation;

  /** The publishing thread may look at a version that another thread has just seen confirmed. */
  @Test
  void aVersionThatIsConfirmedIsNotStoredAgain() throws Exception {
    MemoryStore store = new MemoryStore();
    ObjectFolder objects = new ObjectFolder(generation, store);
    Registry registry = new MemoryRegistry(Clock.systemUTC()).as(World.OWNER);
    DatabaseId id = DatabaseId.parse("sender");
    Sender sender = new Sender(id, store, registry, objects);
    LineState.Outgoing version = firstVersion(objects);

    assertThat(sender.upload(version)).isTrue();
    assertThat(sender.anchor(version, registry::anchor).version()).isEqualTo(1);
    objects.retain(Set.of()); // as the line does then
    assertThat(sender.upload(version)).isFalse();
  }

  /** Another version has its number now. */
  @Test
  void aVersionInThePlaceOfOneThatWasTakenBackIsStored() throws Exception {
    MemoryStore store = new MemoryStore();
    ObjectFolder objects = new ObjectFolder(generation, store);
    Registry registry = new MemoryRegistry(Clock.systemUTC()).as(World.OWNER);
    Sender sender = new Sender(DatabaseId.parse("sender"), store, registry, objects);
    LineState.Outgoing version = firstVersion(objects);

    assertThat(sender.upload(version)).isTrue();
    assertThat(sender.upload(version)).isFalse();
    sender.withdrawnTo(0);
    assertThat(sender.upload(version)).isTrue();
  }

  private static LineState.Outgoing firstVersion(ObjectFolder objects) throws Exception {
    return new LineState.Outgoing(
        1,
        Digest.ZERO,
        objects.keep(new byte[] {1}),
        Digest.sha256(new byte[] {1}),
        1,
        Digest.sha256(new byte[] {2}),
        true,
        Kind.SNAPSHOT,
        List.of(objects.keep(new byte[] {3})));
  }
}
