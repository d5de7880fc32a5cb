package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.store.merkle.ObjectRef;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A store of one's own in which things end keeps the contract as 0G does. */
class LeasedStoreTest extends StoreContract {
  private final MemoryStore memory = new MemoryStore();

  @Override
  protected Store newStore() {
    return new LeasedStore(memory, Duration.ofDays(1), Clock.systemUTC());
  }

  @Override
  protected void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change) {
    MemoryStore.Held held = memory.objects.get(object);
    memory.objects.put(
        object, new MemoryStore.Held(change.apply(held.bytes().clone()), held.segmentRoots()));
  }

  @Test
  void whatNobodyPaysForIsGone() throws Exception {
    Store leased = new LeasedStore(memory, Duration.ZERO, Clock.systemUTC());
    ObjectRef object = leased.put(ByteSource.of(bytes(300, "gone")), TransferListener.NONE);

    assertThat(leased.contains(object)).isFalse();
    assertThat(
            RenewableStore.of(leased)
                .renew(List.of(object), Duration.ZERO, TransferListener.NONE)
                .of(RenewableStore.State.MISSING))
        .containsExactly(object);
  }
}
