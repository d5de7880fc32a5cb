package io.inft.store;

import io.inft.store.merkle.ObjectRef;
import java.util.function.UnaryOperator;

class MemoryStoreTest extends StoreContract {
  @Override
  protected Store newStore() {
    return new MemoryStore();
  }

  @Override
  protected void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change) {
    ((MemoryStore) store)
        .objects.computeIfPresent(
            object,
            (ref, held) ->
                new MemoryStore.Held(change.apply(held.bytes().clone()), held.segmentRoots()));
  }
}
