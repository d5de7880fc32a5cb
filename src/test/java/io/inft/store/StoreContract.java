package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Store} does, whatever it keeps its objects in. */
public abstract class StoreContract {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;

  private Store store;

  /** An empty store, or one that other tests filled with other objects. */
  protected abstract Store newStore() throws Exception;

  /** Changes the bytes that are stored for an object, everywhere they are stored. */
  protected abstract void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change)
      throws Exception;

  /** Distinguishes the objects of this test run from those of others in a shared store. */
  protected int salt() {
    return 0;
  }

  protected final Store store() throws Exception {
    if (store == null) {
      store = newStore();
    }
    return store;
  }

  @AfterEach
  void closeStore() {
    if (store != null) {
      store.close();
    }
  }

  /** Bytes that depend on size, test and salt. */
  protected final byte[] bytes(int size, String test) {
    byte[] bytes = new byte[size];
    new Random(test.hashCode() * 31L + size + 1_000_003L * salt()).nextBytes(bytes);
    return bytes;
  }

  private ObjectRef put(byte[] object) throws Exception {
    return store().put(ByteSource.of(object), TransferListener.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 4097, SEGMENT, SEGMENT + 1, 3 * SEGMENT + 77})
  void servesWhatWasStoredAtEveryPaddingEdge(int size) throws Exception {
    byte[] object = bytes(size, "edges");

    ObjectRef ref = put(object);

    assertThat(ref).isEqualTo(MerkleRoot.refOf(ByteSource.of(object)));
    assertThat(store().contains(ref)).isTrue();
    assertThat(store().open(ref).sizeBytes()).isEqualTo(size);
    assertThat(store().open(ref).readAll(size)).isEqualTo(object);
    assertThat(store().openUnproved(ref).sizeBytes()).isEqualTo(size);
    byte[] into = new byte[size + 2];
    store().openUnproved(ref).read(0, into, 1, size);
    assertThat(Arrays.copyOfRange(into, 1, size + 1)).isEqualTo(object);
  }

  @Test
  void storingTwiceIsHarmless() throws Exception {
    byte[] object = bytes(1000, "twice");

    ObjectRef first = put(object);
    ObjectRef second = put(object);

    assertThat(second).isEqualTo(first);
    assertThat(store().open(first).readAll(1000)).isEqualTo(object);
  }

  /** Also a store that keeps what it has without being paid says of each object what it is. */
  @Test
  void whatIsThereIsRenewedAndWhatIsNotIsNamed() throws Exception {
    RenewableStore renewable = RenewableStore.of(store());
    ObjectRef there = put(bytes(3 * SEGMENT + 5, "renewed"));
    ObjectRef small = put(bytes(700, "renewed"));
    ObjectRef never = MerkleRoot.refOf(ByteSource.of(bytes(701, "renewed")));
    List<ObjectRef> objects = List.of(there, never, small, there);

    RenewableStore.Renewal price = renewable.priceOfRenewal(objects, Duration.ZERO);
    RenewableStore.Renewal first = renewable.renew(objects, Duration.ZERO, TransferListener.NONE);
    RenewableStore.Renewal again =
        renewable.renew(objects, Duration.ofHours(1), TransferListener.NONE);

    assertThat(first.outcomes())
        .extracting(RenewableStore.Outcome::object)
        .containsExactly(there, never, small);
    for (RenewableStore.Renewal one : List.of(price, first, again)) {
      assertThat(one.of(RenewableStore.State.MISSING)).containsExactly(never);
    }
    assertThat(price.storageWei()).isEqualTo(first.storageWei());
    assertThat(again.of(RenewableStore.State.RENEWED)).isEmpty();
    assertThat(again.storageWei().add(again.gasWei())).isZero();
    assertThat(renewable.paid(objects)).doesNotContainKey(never);
    assertThat(store().open(there).readAll(3 * SEGMENT + 5))
        .isEqualTo(bytes(3 * SEGMENT + 5, "renewed"));
  }

  @Test
  void refusesAnEmptyObject() {
    assertThatThrownBy(() -> put(new byte[0])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsNothingOfAnObjectNeverStored() throws Exception {
    ObjectRef ref = MerkleRoot.refOf(ByteSource.of(bytes(700, "never")));

    assertThat(store().contains(ref)).isFalse();
    assertThatThrownBy(() -> store().open(ref).readAll(700))
        .isInstanceOf(ObjectMissingException.class)
        .hasMessageContaining(ref.root().hex());
  }

  @Test
  void refusesAnotherSizeUnderTheSameRoot() throws Exception {
    byte[] object = bytes(100, "size");
    object[99] = 1;
    ObjectRef ref = put(object);
    ObjectRef longer = new ObjectRef(ref.root(), 256);

    assertThat(MerkleRoot.of(ByteSource.of(Arrays.copyOf(object, 256)))).isEqualTo(ref.root());
    assertThat(store().contains(longer)).isFalse();
    assertThatThrownBy(() -> store().open(longer).readAll(256))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("256")
        .hasMessageContaining("100");
  }

  @Test
  void keepsTwoObjectsThatShareARootApart() throws Exception {
    byte[] object = bytes(100, "collision");
    byte[] longer = Arrays.copyOf(object, 256);

    ObjectRef first = put(object);
    ObjectRef second = put(longer);

    assertThat(second.root()).isEqualTo(first.root());
    assertThat(store().contains(first)).isTrue();
    assertThat(store().contains(second)).isTrue();
    assertThat(store().open(first).readAll(1000)).isEqualTo(object);
    assertThat(store().open(second).readAll(1000)).isEqualTo(longer);
  }

  @Test
  void readsAnyRange() throws Exception {
    long seed = 20261123;
    Random random = new Random(seed);
    byte[] object = bytes(2 * SEGMENT + 5000, "ranges");
    ByteSource source = store().open(put(object));

    for (int i = 0; i < 40; i++) {
      int from = random.nextInt(object.length);
      int length = random.nextInt(Math.min(object.length - from, 70_000) + 1);
      assertThat(source.read(from, length))
          .as("seed %d, %d bytes at %d", seed, length, from)
          .isEqualTo(Arrays.copyOfRange(object, from, from + length));
    }
    assertThat(source.read(object.length, 0)).isEmpty();
    assertThat(source.slice(SEGMENT - 2, 4).read(0, 4))
        .isEqualTo(Arrays.copyOfRange(object, SEGMENT - 2, SEGMENT + 2));
  }

  @Test
  void refusesARangeOutsideTheObject() throws Exception {
    ByteSource source = store().open(put(bytes(300, "outside")));

    assertThatThrownBy(() -> source.read(299, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.read(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.read(Long.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.readAll(299)).isInstanceOf(CorruptObjectException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, SEGMENT - 1, SEGMENT, 2 * SEGMENT + 4999})
  void servesNoFlippedByte(int position) throws Exception {
    byte[] object = bytes(2 * SEGMENT + 5000, "flip" + position);
    ObjectRef ref = put(object);

    tamper(
        store(),
        ref,
        stored -> {
          stored[position] ^= 0x10;
          return stored;
        });

    assertThatThrownBy(() -> store().open(ref).read(position, 1))
        .isInstanceOf(SubstitutedObjectException.class);
    assertThatThrownBy(() -> store().open(ref).readAll(object.length))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void servesAPartToWhoKnowsItsHash() throws Exception {
    byte[] object = bytes(2 * SEGMENT + 5000, "parts");
    ObjectRef ref = put(object);
    int[][] parts = {
      {0, 1},
      {0, 256},
      {255, 2},
      {1000, 40_000},
      {SEGMENT - 256, 512},
      {SEGMENT - 1, 2},
      {SEGMENT - 70_001, 140_002},
      {SEGMENT, SEGMENT},
      {object.length - 1, 1},
      {object.length - 5001, 5001}
    };
    for (int[] part : parts) {
      byte[] expected = Arrays.copyOfRange(object, part[0], part[0] + part[1]);
      assertThat(store().readPart(ref, part[0], part[1], Digest.sha256(expected)))
          .as("%s bytes at %s", part[1], part[0])
          .isEqualTo(expected);
      assertThatThrownBy(() -> store().readPart(ref, part[0], part[1], Digest.sha256(object)))
          .isInstanceOf(SubstitutedObjectException.class)
          .hasMessageContaining(Digest.sha256(object).hex());
    }
    for (long[] wrong : new long[][] {{-1, 5}, {object.length - 4, 5}, {Long.MAX_VALUE, 5}}) {
      assertThatThrownBy(() -> store().readPart(ref, wrong[0], (int) wrong[1], Digest.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
    ObjectRef never = MerkleRoot.refOf(ByteSource.of(bytes(702, "parts")));
    assertThatThrownBy(() -> store().readPart(never, 0, 5, Digest.ZERO))
        .isInstanceOf(ObjectMissingException.class);
  }

  @Test
  void servesNoFlippedByteOfAPart() throws Exception {
    byte[] object = bytes(SEGMENT + 600, "part flip");
    ObjectRef ref = put(object);
    Digest digest = Digest.sha256(Arrays.copyOfRange(object, SEGMENT - 300, SEGMENT + 300));

    tamper(
        store(),
        ref,
        stored -> {
          stored[SEGMENT + 299] ^= 1;
          return stored;
        });

    assertThatThrownBy(() -> store().readPart(ref, SEGMENT - 300, 600, digest))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void servesNoFlippedByteOfASmallObject() throws Exception {
    ObjectRef ref = put(bytes(500, "small flip"));

    tamper(
        store(),
        ref,
        stored -> {
          stored[499] ^= 1;
          return stored;
        });

    assertThatThrownBy(() -> store().open(ref).readAll(500))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void servesNoTruncatedObject() throws Exception {
    byte[] object = bytes(SEGMENT + 600, "truncate");
    ObjectRef ref = put(object);

    tamper(store(), ref, stored -> Arrays.copyOf(stored, stored.length - 300));

    assertThatThrownBy(() -> store().open(ref).readAll(object.length))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void servesNoSegmentInAnothersPlace() throws Exception {
    byte[] object = bytes(2 * SEGMENT, "swap");
    ObjectRef ref = put(object);

    tamper(
        store(),
        ref,
        stored -> {
          byte[] swapped = new byte[stored.length];
          System.arraycopy(stored, SEGMENT, swapped, 0, SEGMENT);
          System.arraycopy(stored, 0, swapped, SEGMENT, SEGMENT);
          return swapped;
        });

    assertThatThrownBy(() -> store().open(ref).read(0, 100))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void manyThreadsStoreTheSameAndDifferentObjects() throws Exception {
    byte[] shared = bytes(SEGMENT + 10, "shared");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        byte[] own = bytes(300 + i, "own" + i);
        tasks.add(
            () -> {
              put(shared);
              ObjectRef ref = put(own);
              assertThat(store().open(ref).readAll(1000)).isEqualTo(own);
              return null;
            });
      }
      store();
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    ObjectRef ref = MerkleRoot.refOf(ByteSource.of(shared));
    assertThat(store().open(ref).readAll(shared.length)).isEqualTo(shared);
  }

  @Test
  void progressNeverRunsBackAndEndsAtTheSize() throws Exception {
    byte[] object = bytes(3 * SEGMENT + 1, "progress");
    List<Long> seen = new ArrayList<>();

    store()
        .put(
            ByteSource.of(object),
            (done, total) -> {
              assertThat(total).isEqualTo(object.length);
              seen.add(done);
            });

    assertThat(seen).isSorted().last().isEqualTo((long) object.length);
  }

  @Test
  void failureOfTheSourceStoresNothing() throws Exception {
    byte[] object = bytes(2 * SEGMENT, "broken source");
    ByteSource broken =
        new ByteSource() {
          @Override
          public long sizeBytes() {
            return object.length;
          }

          @Override
          public byte[] read(long offset, int length) throws InftException {
            if (offset + length > SEGMENT + 1) {
              throw new CorruptObjectException("test source", offset, "broken on purpose");
            }
            return Arrays.copyOfRange(object, (int) offset, (int) offset + length);
          }
        };

    assertThatThrownBy(() -> store().put(broken, TransferListener.NONE))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("broken on purpose");
    assertThat(store().contains(MerkleRoot.refOf(ByteSource.of(object)))).isFalse();

    ObjectRef ref = put(object);
    assertThat(store().contains(ref)).isTrue();
  }

  @Test
  void describesItselfAndClosesTwice() throws Exception {
    assertThat(store().describe()).isNotBlank().doesNotContain(Digest.ZERO.hex());
    store().close();
    store().close();
  }
}
