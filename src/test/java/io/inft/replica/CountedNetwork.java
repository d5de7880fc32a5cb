package io.inft.replica;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.replica.local.Network;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network that is read as a chain is, where a version is found by its block or by walking, and
 * that counts what it is asked. Safe for many threads.
 */
public final class CountedNetwork {
  /** What a chain is asked for its head: the block, the record, the event. */
  private static final int HEAD = 3;

  private final AtomicLong questions = new AtomicLong();
  private final AtomicLong walked = new AtomicLong();
  private final AtomicLong objects = new AtomicLong();

  /** What a reader of a chain remembers: where every 32nd version was found. */
  private final NavigableSet<Long> landmarks = new ConcurrentSkipListSet<>();

  private final Network network;

  public CountedNetwork(Network real) {
    this.network =
        new Network(
            real.name(),
            new CountedStore(real.store()),
            new CountedRegistry(real),
            real.signer(),
            real.syncInterval(),
            true);
  }

  public Network network() {
    return network;
  }

  /** Questions to the registry but for walks. */
  public long questions() {
    return questions.get();
  }

  /** Versions that walks over the history went through, from the newest one back. */
  public long walked() {
    return walked.get();
  }

  /** Objects opened in the store. */
  public long objects() {
    return objects.get();
  }

  public void reset() {
    questions.set(0);
    walked.set(0);
    objects.set(0);
  }

  private final class CountedRegistry extends ForwardingRegistry {
    private final Network real;

    CountedRegistry(Network real) {
      super(real.registry());
      this.real = real;
    }

    @Override
    public Head head(DatabaseId id) throws InftException {
      questions.addAndGet(HEAD);
      return super.head(id);
    }

    @Override
    public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
      questions.incrementAndGet();
      Anchored found = super.version(id, version, 0);
      if (found.block().number() == blockHint) {
        note(version);
      } else {
        walk(id, version, version);
      }
      return found;
    }

    /** From the nearest place that is known, at or behind the last one wanted. */
    private void walk(DatabaseId id, long from, long to) throws InftException {
      long newest = real.registry().head(id).version();
      Long near = landmarks.ceiling(Math.min(to, newest));
      long begin = near == null ? newest : near;
      walked.addAndGet(Math.max(0, begin - from + 1));
      questions.incrementAndGet();
      for (long at = from; at <= begin; at++) {
        note(at - 1);
      }
    }

    private void note(long version) {
      if (version % 32 == 0) {
        landmarks.add(version);
      }
    }

    @Override
    public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
      questions.incrementAndGet();
      walk(id, from, to);
      return super.history(id, from, to);
    }

    @Override
    public Blob object(DatabaseId id, Anchored version) throws InftException {
      questions.incrementAndGet();
      return super.object(id, version);
    }

    @Override
    public List<Inlined> tail(DatabaseId id, Anchored newest) throws InftException {
      questions.addAndGet(2);
      return super.tail(id, newest);
    }
  }

  private final class CountedStore implements Store {
    private final Store real;

    CountedStore(Store real) {
      this.real = real;
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      objects.incrementAndGet();
      return real.open(object);
    }

    @Override
    public ByteSource openUnproved(ObjectRef object) throws InftException {
      objects.incrementAndGet();
      return real.openUnproved(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      return real.contains(object);
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      return real.put(object, listener);
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
}
