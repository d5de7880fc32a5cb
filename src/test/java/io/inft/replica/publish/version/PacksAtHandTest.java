package io.inft.replica.publish.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.replica.local.ObjectFolder;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacksAtHandTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Map<ObjectRef, byte[]> stored = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch answers = new CountDownLatch(1);
  private ObjectFolder objects;
  private PacksAtHand atHand;

  @BeforeEach
  void open() throws Exception {
    objects = new ObjectFolder(folder, new Waiting());
    atHand = new PacksAtHand(objects);
  }

  private final class Waiting implements StoreReader {
    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      reads.incrementAndGet();
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new StoreUnavailableException("here", "wait", e);
      }
      byte[] bytes = stored.get(object);
      if (bytes == null) {
        throw new StoreUnavailableException("here", "read", null);
      }
      return ByteSource.of(bytes);
    }

    @Override
    public boolean contains(ObjectRef object) {
      return stored.containsKey(object);
    }

    @Override
    public String describe() {
      return "here";
    }
  }

  private ObjectRef store(int bytes) throws Exception {
    byte[] object = new byte[bytes];
    object[0] = 1;
    ObjectRef ref = MerkleRoot.refOf(ByteSource.of(object));
    stored.put(ref, object);
    return ref;
  }

  @Test
  void whatCameTooLateIsThereTheNextTime() throws Exception {
    ObjectRef here = objects.keep(new byte[] {1, 2});
    ObjectRef away = store(1000);
    Set<ObjectRef> both = Set.of(here, away);

    assertThat(atHand.all(both, Duration.ZERO)).isEmpty();
    assertThat(atHand.all(both, Duration.ZERO)).isEmpty();
    answers.countDown();
    var proven = atHand.all(both, LONG).orElseThrow();

    assertThat(proven.open(away).readAll(1000)).isEqualTo(stored.get(away));
    assertThat(proven.open(here).readAll(2)).containsExactly(1, 2);
    assertThat(objects.proven(away)).contains(stored.get(away));
    assertThat(reads).hasValue(1);
  }

  @Test
  void whatCannotBeHadIsAskedForAgainAndTheRestIsKept() throws Exception {
    ObjectRef away = store(1000);
    ObjectRef lost = store(2000);
    byte[] bytes = stored.remove(lost);
    answers.countDown();

    assertThat(atHand.all(Set.of(away, lost), LONG)).isEmpty();
    assertThat(objects.has(away)).isTrue();
    stored.put(lost, bytes);

    assertThat(atHand.all(Set.of(away, lost), LONG)).isPresent();
    assertThat(reads).hasValue(3);
  }

  @Test
  void muchIsNotFetched() throws Exception {
    Set<ObjectRef> much = Set.of(store(2 << 20), store(2));
    answers.countDown();

    assertThat(atHand.isWithinReach(much)).isFalse();
    assertThat(atHand.all(much, LONG)).isEmpty();
    assertThat(reads).hasValue(0);
  }

  @Test
  void publishingGoesOnWhereNoThreadCanFetch() throws Exception {
    ExecutorService gone = Executors.newSingleThreadExecutor();
    gone.shutdown();
    ExecutorService here = Executors.newSingleThreadExecutor();
    AtomicReference<ExecutorService> threads = new AtomicReference<>(gone);
    PacksAtHand without = new PacksAtHand(objects, threads::get);
    Set<ObjectRef> wanted = Set.of(store(1000));
    answers.countDown();
    try {
      assertThat(without.all(wanted, LONG)).isEmpty();
      threads.set(here);
      assertThat(without.all(wanted, LONG)).isPresent();
    } finally {
      here.shutdownNow();
    }
  }
}
