package io.inft.custody;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A store that serves other bytes for some objects without noticing, and has lost others. */
final class LyingStore implements StoreReader {
  private final StoreReader honest;
  final Map<Digest, byte[]> served = new HashMap<>();
  final Set<Digest> lost = new HashSet<>();
  boolean down;
  long opened;

  LyingStore(StoreReader honest) {
    this.honest = honest;
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    opened++;
    if (down) {
      throw new StoreUnavailableException("test store", "open " + object, null);
    }
    if (lost.contains(object.root())) {
      throw new ObjectMissingException(object.toString(), describe());
    }
    byte[] other = served.get(object.root());
    return other == null ? honest.open(object) : ByteSource.of(other);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return !lost.contains(object.root()) && honest.contains(object);
  }

  @Override
  public String describe() {
    return "lying " + honest.describe();
  }
}
