package io.inft.replica.local;

import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import io.inft.registry.RegistryReader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * News of one head for all read-only sessions of this JVM that follow it, kept for a while after
 * the last one was closed, because programs open and close. Safe for many threads.
 */
public final class Following {
  /** Follows nothing. */
  public static final Following NOTHING =
      new Following(new Key(new Object(), "nothing"), HeadNews.NONE);

  private static final long LOOK_MILLIS = 10;

  /** The registry as it was opened, endpoint and all; a registry of one's own may equal another. */
  private static final class Key {
    private final Object registry;
    private final Object id;

    Key(Object registry, Object id) {
      this.registry = registry;
      this.id = id;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && registry == that.registry && id.equals(that.id);
    }

    @Override
    public int hashCode() {
      return Objects.hash(System.identityHashCode(registry), id);
    }
  }

  /** Guarded by itself. */
  private static final Map<Key, Following> OPEN = new HashMap<>();

  private final Key key;
  private final HeadNews news;

  // Guarded by OPEN.
  private int sessions;
  private long changes;
  private @Nullable ScheduledFuture<?> lingering;

  private Following(Key key, HeadNews news) {
    this.key = key;
    this.news = news;
  }

  /** Begins to follow, or goes on with what others follow already. */
  public static Following join(RegistryReader registry, DatabaseId id) {
    Key key = new Key(registry, id);
    Optional<Following> known = joined(key, Optional.empty());
    if (known.isPresent()) {
      return known.get();
    }
    HeadNews news = registry.follow(id); // somebody else's code, so nothing is locked
    Following joined = joined(key, Optional.of(new Following(key, news))).orElseThrow();
    if (joined.news != news) {
      news.close();
    }
    return joined;
  }

  /**
   * Which way there is. Waits for it, at most so long; {@link HeadNews.Way#POLLING} if there is
   * none by then.
   */
  public static HeadNews.Way tried(RegistryReader registry, DatabaseId id, Duration atMost) {
    try (HeadNews news = registry.follow(id)) {
      long deadline = System.nanoTime() + atMost.toNanos();
      while (news != HeadNews.NONE
          && news.way() == HeadNews.Way.POLLING
          && System.nanoTime() - deadline < 0) {
        Thread.sleep(LOOK_MILLIS);
      }
      return news.way();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HeadNews.Way.POLLING;
    }
  }

  private static Optional<Following> joined(Key key, Optional<Following> otherwise) {
    synchronized (OPEN) {
      Optional<Following> found = Optional.ofNullable(OPEN.get(key)).or(() -> otherwise);
      found.ifPresent(
          following -> {
            OPEN.put(key, following);
            following.sessions++;
            following.changes++;
            following.stopLingering();
          });
      return found;
    }
  }

  private void stopLingering() {
    ScheduledFuture<?> end = lingering;
    if (end != null) {
      end.cancel(false);
      lingering = null;
    }
  }

  /** One session less; after the last it goes on for {@code linger}. */
  public void leave(Duration linger) {
    if (this == NOTHING) {
      return;
    }
    long now;
    synchronized (OPEN) {
      sessions--;
      changes++;
      if (sessions > 0) {
        return;
      }
      now = changes;
    }
    if (linger.isZero()) {
      endIfUnchanged(now);
      return;
    }
    ScheduledFuture<?> end =
        EngineThreads.later(() -> endIfUnchanged(now), linger.toMillis(), TimeUnit.MILLISECONDS);
    synchronized (OPEN) {
      if (changes == now) {
        lingering = end;
        return;
      }
    }
    end.cancel(false);
  }

  private void endIfUnchanged(long since) {
    synchronized (OPEN) {
      if (changes != since || !OPEN.remove(key, this)) {
        return;
      }
    }
    news.close();
  }

  /** Ends what no session follows now. */
  public static void endIdle() {
    end(false);
  }

  /** Ends all, because the class loader of this driver is about to go. */
  public static void endAll() {
    end(true);
  }

  private static void end(boolean all) {
    List<Following> ended;
    synchronized (OPEN) {
      ended = OPEN.values().stream().filter(following -> all || following.sessions == 0).toList();
      OPEN.values().removeAll(ended);
    }
    ended.forEach(following -> following.news.close());
  }

  /** Whether there may be a newer head than one that was asked for then. */
  public boolean isOutdated(long version, long askedNanos) {
    return news.isOutdated(version, askedNanos);
  }

  /** Notes what was read. */
  public void read(long version, long askedNanos) {
    news.read(version, askedNanos);
  }

  /** How news come now. */
  public HeadNews.Way way() {
    return news.way();
  }

  /** When the last one came. */
  public Optional<Instant> last() {
    return news.last();
  }
}
