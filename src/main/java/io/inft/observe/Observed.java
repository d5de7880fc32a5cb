package io.inft.observe;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database of this process, and what its engine did since the process began. Telling costs an
 * addition, and an event where the Flight Recorder runs; it never fails and never waits. Safe for
 * many threads.
 */
public final class Observed {
  private static final Logger LOG = LoggerFactory.getLogger(Observed.class);
  private static final int TOKEN_DECIMALS = 18;

  private final String id;
  private final String network;

  private final Timing openings = new Timing();
  private final Timing restores = new Timing();
  private final Timing publishes = new Timing();
  private final Timing stores = new Timing();
  private final Timing anchors = new Timing();
  private final LongAdder openFailures = new LongAdder();
  private final LongAdder publishFailures = new LongAdder();
  private final LongAdder restoredBytes = new LongAdder();
  private final LongAdder anchoredBytes = new LongAdder();
  private final LongAdder inlined = new LongAdder();
  private final LongAdder forks = new LongAdder();
  private final LongAdder gas = new LongAdder();
  private final DoubleAdder fees = new DoubleAdder();

  /** How it stands; null while it is not open. Written while guarded by this. */
  private volatile @Nullable Supplier<Standing> source;

  /** Its bean while it is shown. Guarded by this. */
  private @Nullable Bean bean;

  /** What will show it, where it is to be shown later. Guarded by this. */
  private @Nullable Future<?> showing;

  Observed(String id, String network) {
    this.id = id;
    this.network = network;
  }

  /** The name of the database. */
  public String id() {
    return id;
  }

  /** The name of its network. */
  public String network() {
    return network;
  }

  // What the engine tells -----------------------------------------------------------------------

  /** It is open from now on; how it stands is asked of {@code standing}, which waits for nobody. */
  public synchronized void open(Supplier<Standing> standing) {
    source = standing;
  }

  /** It is going to be shown by {@code task}, which is given up where it is closed before. */
  public synchronized void showBy(Future<?> task) {
    giveUpShowing();
    showing = task;
  }

  private synchronized void giveUpShowing() {
    if (showing != null) {
      showing.cancel(false);
      showing = null;
    }
  }

  /** What was opened with this is closed. */
  public void closed(Supplier<Standing> standing) {
    boolean last;
    synchronized (this) {
      last = source == standing;
      source = last ? null : source;
      if (last) {
        giveUpShowing();
      }
    }
    if (last) {
      hide();
    }
  }

  /** A connection was opened. */
  public void opened(long elapsedNanos) {
    openings.took(elapsedNanos);
    event(() -> FlightEvents.opened(this, elapsedNanos));
  }

  /** A connection could not be opened. */
  public void openFailed(Throwable why) {
    openFailures.increment();
    event(() -> FlightEvents.failed(this, "open", why));
  }

  /** A version was rebuilt from storage; its database has so many bytes. */
  public void restored(long version, long bytes, long elapsedNanos) {
    restores.took(elapsedNanos);
    restoredBytes.add(bytes);
    event(() -> FlightEvents.restored(this, version, bytes, elapsedNanos));
  }

  /** A version was made, and is durable on this machine. */
  public void published(long version, long elapsedNanos) {
    publishes.took(elapsedNanos);
    event(() -> FlightEvents.published(this, version, elapsedNanos));
  }

  /** The objects of a version are in storage. */
  public void stored(long version, long bytes, long elapsedNanos) {
    stores.took(elapsedNanos);
    event(() -> FlightEvents.stored(this, version, bytes, elapsedNanos));
  }

  /** A version is the head, and that is confirmed. */
  public void anchored(long version, long bytes, boolean isInlined, long elapsedNanos) {
    anchors.took(elapsedNanos);
    anchoredBytes.add(bytes);
    if (isInlined) {
      inlined.increment();
    }
    event(() -> FlightEvents.anchored(this, version, bytes, isInlined, elapsedNanos));
  }

  /** What an anchored version cost. */
  public void paid(long version, BigInteger gasUsed, BigInteger wei) {
    gas.add(gasUsed.longValue());
    double tokens = new BigDecimal(wei, TOKEN_DECIMALS).doubleValue();
    fees.add(tokens);
    event(() -> FlightEvents.paid(this, version, gasUsed.longValue(), tokens));
  }

  /** A try to publish failed; it is tried again. */
  public void publishFailed(Throwable why) {
    publishFailures.increment();
    event(() -> FlightEvents.failed(this, "publish", why));
  }

  /** The line that was open publishes nothing any more. */
  public void forked(Throwable why) {
    forks.increment();
    event(() -> FlightEvents.forked(this, why));
  }

  /** Whatever is wrong with the recorder, the engine goes on. */
  private static void event(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("an event could not be recorded", e);
    }
  }

  // What is read --------------------------------------------------------------------------------

  /** How it stands; empty while it is not open. Waits for nobody. */
  public Optional<Standing> standing() {
    Supplier<Standing> asked = source;
    return asked == null ? Optional.empty() : Optional.of(asked.get());
  }

  boolean isOpen() {
    return source != null;
  }

  Timing openings() {
    return openings;
  }

  Timing restores() {
    return restores;
  }

  Timing publishes() {
    return publishes;
  }

  Timing stores() {
    return stores;
  }

  Timing anchors() {
    return anchors;
  }

  long openFailures() {
    return openFailures.sum();
  }

  long publishFailures() {
    return publishFailures.sum();
  }

  long restoredBytes() {
    return restoredBytes.sum();
  }

  long anchoredBytes() {
    return anchoredBytes.sum();
  }

  long inlined() {
    return inlined.sum();
  }

  long forks() {
    return forks.sum();
  }

  long gas() {
    return gas.sum();
  }

  double fees() {
    return fees.sum();
  }

  // The bean ------------------------------------------------------------------------------------

  /** Shows it as a bean of this JVM while it is open. */
  public void show() {
    try {
      synchronized (this) {
        if (isOpen() && bean == null) {
          bean = Bean.of(this);
        }
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("'{}' has no bean", id, e);
    }
  }

  private synchronized void hide() {
    Bean shown = bean;
    bean = null;
    if (shown != null) {
      shown.remove();
    }
  }
}
