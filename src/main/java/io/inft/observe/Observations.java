package io.inft.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases that this process opened, by name and network; the same one in two homes counts as
 * one. What was counted stays when a database is closed, so that figures only grow; of more than
 * {@value #MOST} those that were closed are forgotten, oldest first. Safe for many threads.
 */
public final class Observations {
  /** So many are remembered after they were closed. */
  static final int MOST = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

  // Mutable, guarded by its own monitor; oldest first.
  private static final Map<Name, Observed> KNOWN = new LinkedHashMap<>();

  private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();

  private Observations() {}

  private record Name(String network, String id) {}

  /** Is told which databases there are. What it throws is logged and goes no further. */
  public interface Listener {
    /**
     * A database is opened for the first time, or was before this listener came; may come twice.
     */
    void added(Observed database);

    /** A database is forgotten; no figure of it changes any more. */
    void removed(Observed database);
  }

  /**
   * The database of this name.
   *
   * @param network the name of its network
   */
  public static Observed of(String id, String network) {
    Name name = new Name(network, id);
    List<Observed> forgotten = new ArrayList<>();
    Observed found;
    boolean isNew;
    synchronized (KNOWN) {
      Observed known = KNOWN.get(name);
      isNew = known == null;
      found = known == null ? new Observed(id, network) : known;
      if (isNew) {
        forget(forgotten);
        KNOWN.put(name, found);
      }
    }
    forgotten.forEach(one -> LISTENERS.forEach(listener -> tell(() -> listener.removed(one))));
    if (isNew) {
      LISTENERS.forEach(listener -> tell(() -> listener.added(found)));
    }
    return found;
  }

  /** Makes room. Guarded by what is known. */
  private static void forget(List<Observed> forgotten) {
    if (KNOWN.size() >= MOST) {
      KNOWN
          .values()
          .removeIf(
              one -> {
                boolean goes = KNOWN.size() >= MOST && !one.isOpen();
                if (goes) {
                  forgotten.add(one);
                }
                return goes;
              });
    }
  }

  /** All that are known now, oldest first. */
  public static List<Observed> all() {
    synchronized (KNOWN) {
      return List.copyOf(KNOWN.values());
    }
  }

  /** Tells of all that are known, and from now on of those that come and go. */
  public static void listen(Listener listener) {
    LISTENERS.add(listener);
    all().forEach(one -> tell(() -> listener.added(one)));
  }

  /** Tells no more. */
  public static void ignore(Listener listener) {
    LISTENERS.remove(listener);
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("a listener for databases failed: {}", e.toString(), e);
    }
  }
}
