package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.LastActs;
import io.inft.evm.Log;
import io.inft.evm.LogFeed;
import io.inft.evm.LogSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for new versions at the endpoints of one contract, for all ids that this JVM follows
 * there: one thread, which ends with the last of them. It only notes what it hears; nothing is
 * asked of the registry here, and nothing is believed. What fails is tried again, later each time,
 * and meanwhile by the next way; without any, heads are asked for at intervals.
 */
final class HeadFollower implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadFollower.class);

  /** Above this all events of the contract are asked for. */
  private static final int MOST_NAMED = 200;

  /** How often it looks whether something else is to be done. */
  private static final Duration SLICE = Duration.ofMillis(500);

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  /** More in a second is a flood, and nobody needs to be told so often. */
  private static final int MOST_A_SECOND = 1_000;

  private record Place(LogSource source, Address contract) {}

  /** Those that listen. Guarded by itself. */
  private static final Map<Place, HeadFollower> LISTENING = new HashMap<>();

  static {
    LastActs.add(HeadFollower::endAll);
  }

  private final Place place;
  private final Thread thread;
  private final Map<LogSource.Way, BackOff> backOffs = new EnumMap<>(LogSource.Way.class);

  // Guarded by itself.
  private final Map<Digest, IdNews> ids = new HashMap<>();

  private volatile HeadNews.Way way = HeadNews.Way.POLLING;
  private volatile boolean over;

  // Used by the thread alone.
  private int attempts;
  private long secondBegan = System.nanoTime();
  private int inThisSecond;
  private boolean warned;

  private HeadFollower(Place place) {
    this.place = place;
    for (LogSource.Way each : place.source().ways()) {
      backOffs.put(each, new BackOff(System::nanoTime));
    }
    this.thread = new Thread(null, this, "inft-follow", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(HeadFollower.class.getClassLoader());
  }

  /** Begins to listen for an id; waits for nobody. */
  static HeadNews follow(LogSource source, Address contract, DatabaseId id) {
    synchronized (LISTENING) {
      Place place = new Place(source, contract);
      HeadFollower follower = LISTENING.get(place);
      if (follower != null && !follower.over) {
        return follower.new Handle(id.hash());
      }
      HeadFollower another = new HeadFollower(place);
      Handle handle = another.new Handle(id.hash());
      if (!another.begin()) {
        return HeadNews.NONE;
      }
      LISTENING.put(place, another);
      return handle;
    }
  }

  private boolean begin() {
    try {
      thread.start();
      return true;
    } catch (OutOfMemoryError e) {
      LOG.warn("there is no thread to listen with; new versions are asked for at intervals", e);
      return false;
    }
  }

  private static void endAll() {
    synchronized (LISTENING) {
      LISTENING.values().forEach(HeadFollower::end);
      LISTENING.clear();
    }
  }

  /** How many listen; for tests. */
  static int listening() {
    synchronized (LISTENING) {
      return LISTENING.size();
    }
  }

  private void end() {
    over = true;
    thread.interrupt();
  }

  /** One user's share of the news of an id. */
  private final class Handle implements HeadNews {
    private final Digest id;
    private final IdNews news;
    private final AtomicBoolean closed = new AtomicBoolean();

    Handle(Digest id) {
      this.id = id;
      synchronized (ids) {
        this.news =
            ids.computeIfAbsent(id, unused -> new IdNews(System::nanoTime, Clock.systemUTC()));
        news.join();
      }
    }

    @Override
    public HeadNews.Way way() {
      return way;
    }

    @Override
    public Optional<Instant> last() {
      return news.last();
    }

    @Override
    public boolean isOutdated(long version, long askedNanos) {
      return news.isOutdated(version, askedNanos);
    }

    @Override
    public void read(long version, long askedNanos) {
      news.read(version, askedNanos);
    }

    @Override
    public void close() {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      synchronized (LISTENING) {
        synchronized (ids) {
          if (news.leave()) {
            ids.remove(id, news);
          }
          if (ids.isEmpty()) {
            LISTENING.remove(place, HeadFollower.this);
            end();
          }
        }
      }
    }
  }

  @Override
  public void run() {
    try {
      while (!isOver()) {
        Optional<LogSource.Way> next = due();
        Optional<Opened> opened = next.isPresent() ? open(next.get()) : Optional.empty();
        while (opened.isPresent()) {
          opened = listen(opened.get());
        }
        if (next.isEmpty()) {
          Thread.sleep(SLICE.toMillis());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("somebody ends it", e);
    } catch (RuntimeException e) {
      LOG.warn("no new versions are told of any more, they are asked for at intervals", e);
    } finally {
      over = true;
      way = HeadNews.Way.POLLING;
      synchronized (LISTENING) {
        LISTENING.remove(place, this); // who follows from now on gets another one
      }
    }
  }

  private boolean isOver() {
    return over || thread.isInterrupted();
  }

  /** The first way that may be tried now. */
  private Optional<LogSource.Way> due() {
    return backOffs.entrySet().stream()
        .filter(each -> each.getValue().isDue())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private BackOff backOff(LogSource.Way by) {
    return Objects.requireNonNull(backOffs.get(by));
  }

  /** Somebody who tells of new versions. */
  private record Opened(LogSource.Way by, LogFeed feed, Map<Digest, IdNews> watched) {}

  private Optional<Opened> open(LogSource.Way by) {
    Map<Digest, IdNews> watched = watched();
    try {
      LogFeed feed = place.source().open(by, attempts++, place.contract(), topics(watched));
      return Optional.of(new Opened(by, feed, watched));
    } catch (InftException e) {
      failed(by, e);
      return Optional.empty();
    }
  }

  private void failed(LogSource.Way by, InftException failure) {
    if (!isOver()) {
      tell(by, failure);
      backOff(by).failed();
    }
  }

  /** Listens until it is over, or fails, or there is a better way, which then is open. */
  private Optional<Opened> listen(Opened opened) {
    Map<Digest, IdNews> watched = opened.watched();
    BackOff backOff = backOff(opened.by());
    try (LogFeed feed = opened.feed()) {
      try {
        begin(opened.by(), watched);
        while (!isOver()) {
          Optional<LogSource.Way> better = due().filter(another -> another != opened.by());
          Optional<Opened> next = better.isPresent() ? open(better.get()) : Optional.empty();
          if (next.isPresent()) {
            return next;
          }
          watched = refreshed(feed, watched);
          if (take(feed.next(SLICE), watched)) {
            backOff.worked();
          }
          if (watched.values().stream().anyMatch(IdNews::isMissing)) {
            LOG.debug("a version in {} was anchored and not told of", place);
            backOff.deceived();
            return Optional.empty();
          }
        }
      } finally {
        way = HeadNews.Way.POLLING;
        watched.values().forEach(IdNews::ends);
        if (Thread.interrupted()) {
          over = true; // and the flag is down, so that the feed can say farewell
        }
      }
    } catch (InftException e) {
      failed(opened.by(), e);
    }
    return Optional.empty();
  }

  private void begin(LogSource.Way by, Map<Digest, IdNews> watched) {
    watched.values().forEach(IdNews::begins);
    way = by == LogSource.Way.SUBSCRIPTION ? HeadNews.Way.SUBSCRIPTION : HeadNews.Way.FILTER;
    backOff(by).begins();
    LOG.debug("new versions of {} are told of by {}", place, by);
  }

  private Map<Digest, IdNews> watched() {
    synchronized (ids) {
      return Map.copyOf(ids);
    }
  }

  private static List<List<Digest>> topics(Map<Digest, IdNews> watched) {
    List<List<Digest>> topics = new ArrayList<>();
    topics.add(List.of(RegistryEvents.ANCHORED));
    if (watched.size() <= MOST_NAMED) {
      topics.add(List.copyOf(watched.keySet()));
    }
    return topics;
  }

  /** Somebody named the socket, and should hear once that it is of no use. */
  private void tell(LogSource.Way by, InftException failure) {
    if (by == LogSource.Way.SUBSCRIPTION && !warned) {
      warned = true;
      LOG.warn(
          "no new versions are told of over the WebSocket that rpc names ({}); it is tried again,"
              + " and meanwhile they are noticed by other ways",
          failure.getMessage());
    } else {
      LOG.debug("new versions of {} are not told of by {}", place, by, failure);
    }
  }

  /** Watches what is followed now. */
  private Map<Digest, IdNews> refreshed(LogFeed feed, Map<Digest, IdNews> before)
      throws InftException {
    Map<Digest, IdNews> now = watched();
    if (now.equals(before) || now.isEmpty()) {
      return before;
    }
    feed.watch(topics(now));
    Set<IdNews> known = before.values().stream().collect(Collectors.toSet());
    now.values().stream().filter(news -> !known.contains(news)).forEach(IdNews::begins);
    return now;
  }

  /** Notes what is told; returns whether any of it was of use. */
  private boolean take(List<LogFeed.Told> events, Map<Digest, IdNews> watched)
      throws InftException {
    long now = System.nanoTime();
    if (now - secondBegan > SECOND_NANOS) {
      secondBegan = now;
      inThisSecond = 0;
    }
    inThisSecond += Math.max(1, events.size()); // what is of no use counts too
    if (inThisSecond > MOST_A_SECOND) {
      throw failure("more than " + MOST_A_SECOND + " messages in a second");
    }
    boolean ofUse = false;
    for (LogFeed.Told told : events) {
      Log log = told.log();
      boolean isOurs =
          log.address().equals(place.contract())
              && RegistryEvents.is(RegistryEvents.ANCHORED, log)
              && log.topics().size() > 1;
      IdNews news = isOurs ? watched.get(log.topics().get(1)) : null;
      if (news != null) {
        note(news, told);
        ofUse = true;
      }
    }
    return ofUse;
  }

  private static void note(IdNews news, LogFeed.Told told) throws InftException {
    if (told.removed()) {
      news.toldUnclearly();
      return;
    }
    try {
      news.told(RegistryEvents.anchored(told.log()).number());
    } catch (CorruptObjectException e) {
      news.toldUnclearly();
    }
  }

  private InftException failure(String what) {
    return new RegistryUnavailableException(
        "registry " + place.contract() + " (" + place.source() + ")", "follow it: " + what, null);
  }
}
