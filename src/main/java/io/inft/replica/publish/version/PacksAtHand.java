package io.inft.replica.publish.version;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that lie on this disk, each proved by its root, and the fetching of those that do not.
 * They are fetched by another thread, which touches no file, so that nobody need wait for it: what
 * comes too late is there for the next time. Safe for many threads.
 */
final class PacksAtHand {
  private static final Logger LOG = LoggerFactory.getLogger(PacksAtHand.class);
  private static final long MOST_FETCHED_BYTES = 2 * RestoreSetPlan.MERGED_BYTES;

  private final ObjectFolder objects;
  private final Supplier<ExecutorService> threads;

  /** What is being fetched, or came too late; guarded by this. */
  private Optional<Future<Map<ObjectRef, byte[]>>> running = Optional.empty();

  PacksAtHand(ObjectFolder objects) {
    this(objects, EngineThreads::anchoring);
  }

  /**
   * @param threads asked each time, because those of a process change
   */
  PacksAtHand(ObjectFolder objects, Supplier<ExecutorService> threads) {
    this.objects = objects;
    this.threads = threads;
  }

  /** These objects and no others, in memory. */
  record Proven(Map<ObjectRef, ByteSource> bytes) implements StoreReader {
    Proven {
      bytes = Map.copyOf(bytes);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      ByteSource found = bytes.get(object);
      if (found == null) {
        throw new ObjectMissingException(object.toString(), describe());
      }
      return found;
    }

    @Override
    public boolean contains(ObjectRef object) {
      return bytes.containsKey(object);
    }

    @Override
    public String describe() {
      return "what is at hand";
    }
  }

  /** Whether little enough of them is elsewhere to be fetched. */
  boolean isWithinReach(Set<ObjectRef> wanted) {
    return isLittle(wanted.stream().filter(object -> !objects.has(object)).toList());
  }

  private static boolean isLittle(Collection<ObjectRef> away) {
    return away.stream().mapToLong(ObjectRef::sizeBytes).sum() <= MOST_FETCHED_BYTES;
  }

  /**
   * All of them, if they are here or come in time. What came is kept on this disk, in place of what
   * may be damaged there.
   *
   * @param patience how long to wait for a store
   */
  synchronized Optional<Proven> all(Set<ObjectRef> wanted, Duration patience) throws InftException {
    Map<ObjectRef, ByteSource> found = new HashMap<>();
    Set<ObjectRef> away = new HashSet<>();
    for (ObjectRef object : wanted) {
      Optional<byte[]> bytes = objects.proven(object);
      if (bytes.isPresent()) {
        found.put(object, ByteSource.of(bytes.get()));
      } else {
        away.add(object);
      }
    }
    if (away.isEmpty()) {
      running = Optional.empty(); // nobody is going to ask for what came too late
    } else if (isLittle(away)) {
      for (Map.Entry<ObjectRef, byte[]> came : fetched(away, patience).entrySet()) {
        if (away.remove(came.getKey())) {
          objects.keep(came.getValue());
          found.put(came.getKey(), ByteSource.of(came.getValue()));
        }
      }
    }
    return away.isEmpty() ? Optional.of(new Proven(found)) : Optional.empty();
  }

  /** What was being fetched before, whatever it was, else these; empty if it does not come. */
  private Map<ObjectRef, byte[]> fetched(Set<ObjectRef> away, Duration patience) {
    Set<ObjectRef> those = Set.copyOf(away);
    try {
      Future<Map<ObjectRef, byte[]>> fetch =
          running.orElseGet(() -> threads.get().submit(() -> fetch(those)));
      running = Optional.of(fetch);
      Map<ObjectRef, byte[]> came = fetch.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      running = Optional.empty();
      return came;
    } catch (TimeoutException e) {
      LOG.debug("packs that are not at hand did not come within {}", patience);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      LOG.warn("no thread can fetch packs now; publishing goes on without them", e);
    } catch (ExecutionException e) {
      running = Optional.empty();
      LOG.warn("fetching packs failed; publishing goes on without them", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever waits next is told
    }
    return Map.of();
  }

  private Map<ObjectRef, byte[]> fetch(Set<ObjectRef> away) {
    Map<ObjectRef, byte[]> came = new HashMap<>();
    for (ObjectRef object : away) {
      try {
        came.put(object, objects.fetch(object));
      } catch (InftException e) {
        LOG.debug("{} cannot be had, packing goes on without it", object, e);
      }
    }
    return came;
  }
}
