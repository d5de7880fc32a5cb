package io.inft.jdbc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The services of one kind: what the driver has itself, then what its class loader finds, then what
 * the thread's finds; of one name the first counts. One that cannot be loaded is in nobody's way:
 * it is only told of when a name is asked for that nobody has.
 *
 * @param byName those that can be used
 * @param broken what is wrong with each of the others
 */
public record Services<T>(Map<String, T> byName, List<String> broken) {
  /** A loader that fails this often in one search gets nowhere. */
  private static final int MOST_BROKEN = 100;

  /** Looks anew, because applications come and go. */
  public static <T> Services<T> find(
      ServiceLoader<T> ofDriver,
      ServiceLoader<T> ofThread,
      List<? extends T> builtIn,
      Function<T, String> name) {
    Map<String, T> byName = new TreeMap<>();
    List<String> broken = new ArrayList<>();
    builtIn.forEach(one -> byName.put(name.apply(one), one));
    for (ServiceLoader<T> loader : List.of(ofDriver, ofThread)) {
      var all = loader.iterator();
      int failures = 0;
      while (failures < MOST_BROKEN) {
        try {
          if (!all.hasNext()) {
            break;
          }
          T found = all.next();
          byName.putIfAbsent(name.apply(found), found);
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
          failures++;
          String what = e.getCause() == null ? e.toString() : e.getMessage() + ": " + e.getCause();
          if (!broken.contains(what)) {
            broken.add(what);
          }
        }
      }
    }
    return new Services<>(byName, broken);
  }

  public Optional<T> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The names there are, and what could not be loaded, for a message. */
  public String describe() {
    String names = "there is " + String.join(", ", byName.keySet());
    return broken.isEmpty() ? names : names + "; not loaded: " + String.join("; ", broken);
  }
}
