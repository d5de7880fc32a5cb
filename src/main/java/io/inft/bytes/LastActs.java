package io.inft.bytes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What lets go of things that belong to the class loader, when the driver is deregistered. Whoever
 * makes such a thing adds its end here, so that nothing is loaded for an end that is not needed.
 */
public final class LastActs {
  private static final List<Runnable> ACTS = new CopyOnWriteArrayList<>();

  private LastActs() {}

  public static void add(Runnable act) {
    ACTS.add(act);
  }

  /** May be done again: what was made anew since is let go of too. */
  public static void run() {
    ACTS.forEach(Runnable::run);
  }
}
