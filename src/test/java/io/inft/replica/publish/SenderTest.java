package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.replica.ForwardingRegistry;
import io.inft.replica.World;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WriterState;
import io.inft.store.MemoryStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    WriterState.Outgoing version = firstVersion(objects);

    assertThat(sender.upload(version)).isTrue();
    assertThat(sender.anchor(version, Anchoring.alone(registry)).version()).isEqualTo(1);
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
    WriterState.Outgoing version = firstVersion(objects);

    assertThat(sender.upload(version)).isTrue();
    assertThat(sender.upload(version)).isFalse();
    sender.withdrawnTo(0);
    assertThat(sender.upload(version)).isTrue();
  }

  /** Looking for what was sealed just now costs time for nothing; looking again saves money. */
  @Test
  void onlyWhatCannotHaveBeenStoredIsGivenAsNew() throws Exception {
    List<String> calls = new ArrayList<>();
    Store store = new Noting(new MemoryStore(), calls);
    ObjectFolder objects = new ObjectFolder(generation, store);
    Registry registry = new MemoryRegistry(Clock.systemUTC()).as(World.OWNER);
    WriterState.Outgoing version = firstVersion(objects);

    Sender fresh = new Sender(DatabaseId.parse("sender"), store, registry, objects);
    fresh.leftOver(0);
    assertThatThrownBy(() -> fresh.upload(version)).isInstanceOf(StoreUnavailableException.class);
    assertThat(fresh.upload(version)).isTrue();
    assertThat(calls).containsExactly("new", "again", "again");

    calls.clear();
    Sender reopened = new Sender(DatabaseId.parse("sender"), store, registry, objects);
    reopened.leftOver(1);
    assertThat(reopened.upload(version)).isTrue();
    assertThat(calls).containsExactly("again", "again");
  }

  /** Writes down how it is called, and fails at the first call. */
  private record Noting(Store real, List<String> calls) implements Store {
    @Override
    public ObjectRef putNew(ByteSource object, TransferListener listener) throws InftException {
      calls.add("new");
      if (calls.size() == 1) {
        throw new StoreUnavailableException("a store", "answer", null);
      }
      return real.put(object, listener);
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      calls.add("again");
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      return real.open(object);
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

  @Test
  void anInlinedVersionGoesAlongWithItsAnchorAndNothingIsStored() throws Exception {
    MemoryStore store = new MemoryStore();
    ObjectFolder objects = new ObjectFolder(generation, store);
    Registry registry = new MemoryRegistry(Clock.systemUTC()).as(World.OWNER);
    DatabaseId id = DatabaseId.parse("sender");
    Sender sender = new Sender(id, store, registry, objects);
    Anchored first = sender.send(firstVersion(objects));
    WriterState.Outgoing second = inlined(objects, first, new byte[] {4, 5});

    assertThat(sender.upload(second)).as("anything stored").isFalse();
    Anchored anchored = sender.anchor(second, Anchoring.alone(registry));

    assertThat(anchored.inlined()).isTrue();
    assertThat(store.contains(second.commit())).isFalse();
    assertThat(registry.object(id, anchored).toBytes()).containsExactly(4, 5);
    assertThat(sender.send(second)).as("again, after an answer was lost").isEqualTo(anchored);
  }

  /** Other bytes than were signed for must not be paid for. */
  @Test
  void anInlinedVersionThatTheDiskChangedIsNotSent() throws Exception {
    MemoryStore store = new MemoryStore();
    ObjectFolder objects = new ObjectFolder(generation, store);
    Registry registry = new MemoryRegistry(Clock.systemUTC()).as(World.OWNER);
    DatabaseId id = DatabaseId.parse("sender");
    Sender sender = new Sender(id, store, registry, objects);
    WriterState.Outgoing second =
        inlined(objects, sender.send(firstVersion(objects)), new byte[] {4, 5});
    String name = second.commit().root().hex() + "-" + second.commit().sizeBytes();
    Files.write(generation.resolve("objects").resolve(name), new byte[] {4, 6});

    assertThatThrownBy(() -> sender.send(second)).isInstanceOf(CorruptObjectException.class);
    assertThat(registry.head(id).version()).isEqualTo(1);
  }

  /** By both it would be paid for twice: its transaction is forgotten once it is confirmed. */
  @Test
  void aVersionThatIsBeingSentAheadIsNotTakenInItsTurnMeanwhile() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch sent = new CountDownLatch(1);
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    ObjectFolder objects = new ObjectFolder(generation, new MemoryStore());
    Registry registry =
        new ForwardingRegistry(new MemoryRegistry(Clock.systemUTC()).as(World.OWNER)) {
          @Override
          public boolean sendAhead(AnchorRequest before, AnchorRequest request) {
            begun.countDown();
            try {
              assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            calls.add("ahead " + request.anchor().version());
            return true;
          }

          @Override
          public Anchored anchorInline(DatabaseId id, Anchor anchor, Blob object)
              throws InftException {
            calls.add("in turn " + anchor.version());
            return super.anchorInline(id, anchor, object);
          }
        };
    Sender sender = new Sender(DatabaseId.parse("sender"), new MemoryStore(), registry, objects);
    WriterState.Outgoing first = firstVersion(objects);
    Anchored anchored = sender.send(first);
    WriterState.Outgoing second = inlined(objects, anchored, new byte[] {4, 5});
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<WriterState.Outgoing> seen = List.of(withoutKeys(first), second);
      Future<OptionalLong> ahead = threads.submit(() -> sender.sendAhead(seen));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      Future<Anchored> turn =
          threads.submit(() -> sender.anchor(second, Anchoring.alone(registry)));
      assertThatThrownBy(() -> turn.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      sent.countDown();

      assertThat(ahead.get(60, TimeUnit.SECONDS)).hasValue(2);
      assertThat(turn.get(60, TimeUnit.SECONDS).version()).isEqualTo(2);
      assertThat(sender.sendAhead(seen)).as("what was seen before its turn").isEmpty();
      assertThat(calls).containsExactly("ahead 2", "in turn 2");
    } finally {
      threads.shutdownNow();
    }
  }

  /** As of another kind, for what is sent ahead. */
  private static WriterState.Outgoing withoutKeys(WriterState.Outgoing version) {
    return new WriterState.Outgoing(
        version.version(),
        version.previousRoot(),
        version.commit(),
        version.checksum(),
        version.keyEpoch(),
        version.keyringHash(),
        false,
        version.kind(),
        version.objects(),
        false);
  }

  private static WriterState.Outgoing inlined(ObjectFolder objects, Anchored before, byte[] commit)
      throws Exception {
    return new WriterState.Outgoing(
        2,
        before.anchor().root(),
        objects.keep(commit),
        Digest.sha256(commit),
        1,
        before.anchor().keyringHash(),
        false,
        Kind.DELTA,
        List.of(),
        true);
  }

  private static WriterState.Outgoing firstVersion(ObjectFolder objects) throws Exception {
    return new WriterState.Outgoing(
        1,
        Digest.ZERO,
        objects.keep(new byte[] {1}),
        Digest.sha256(new byte[] {1}),
        1,
        Digest.sha256(new byte[] {2}),
        true,
        Kind.SNAPSHOT,
        List.of(objects.keep(new byte[] {3})),
        false);
  }
}
