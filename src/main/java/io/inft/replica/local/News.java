package io.inft.replica.local;

import io.inft.failure.InftException;
import io.inft.failure.PutAsideException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the applications of one engine are still to be told: that commits they made were put aside.
 * <em>Told</em> is an exception from a call that an application made. A log line, a warning, or an
 * exception from {@code close} is not: nobody need have seen it. That somebody was told is written
 * down before it is thrown, so that a restart does not say it again. Safe for many threads.
 */
public final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);

  private final String id;
  private final Clock clock;
  private final ReentrantLock telling = new ReentrantLock();

  /** Told by this engine, also when it could not be written down. */
  private final Set<Path> told = ConcurrentHashMap.newKeySet();

  /** Put aside, and nobody was told when somebody looked last. */
  private volatile List<Fork> untold = List.of();

  public News(String id, Clock clock) {
    this.id = id;
    this.clock = clock;
  }

  /** Looks what lies in the folder of a working copy. */
  public void look(Path folder) throws InftException {
    List<Fork> found = new ArrayList<>();
    for (Fork fork : WorkingCopy.forks(folder)) {
      if (fork.isUntold() && !told.contains(fork.generation())) {
        found.add(fork);
      }
    }
    untold = List.copyOf(found);
  }

  /** Whether anything is to be told; a volatile read. */
  public boolean isThere() {
    return !untold.isEmpty();
  }

  /**
   * Tells what nobody was told of yet; to be called where an application sees what is thrown.
   *
   * @throws PutAsideException once
   */
  public void tell() throws InftException {
    if (untold.isEmpty()) {
      return;
    }
    List<Fork> now = new ArrayList<>();
    telling.lock();
    try {
      for (Fork fork : untold) {
        if (stillUntold(fork)) {
          now.add(fork);
          told(fork.generation());
        }
      }
      untold = List.of();
    } finally {
      telling.unlock();
    }
    if (!now.isEmpty()) {
      throw new PutAsideException(
          id,
          now.stream().map(fork -> fork.generation().toString()).toList(),
          now.stream().map(Fork::sentence).toList());
    }
  }

  /** A connection of its own, or another process, may have told of it meanwhile. */
  private boolean stillUntold(Fork fork) throws InftException {
    return !told.contains(fork.generation())
        && PutAside.in(fork.generation()).filter(Fork::isUntold).isPresent();
  }

  /** An application is being told of a generation. */
  public void told(Path generation) {
    if (!told.add(generation)) {
      return;
    }
    try {
      PutAside.told(generation, clock.instant());
    } catch (InftException e) {
      LOG.warn("it will be told again after a restart: {}", e.getMessage(), e);
    }
  }

  public boolean wasTold(Path generation) {
    return told.contains(generation);
  }
}
