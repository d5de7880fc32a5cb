package io.inft.agents.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A conversation of which something cannot be opened here. Models refuse a tool's result without
 * its call, so an exchange, from what a user says to what he says next, is shown as a whole or not
 * at all; what the system says stands for itself. For one use, by one thread.
 */
public final class Exchanges<T> {
  private static final String USER = "user";
  private static final String SYSTEM = "system";

  private final boolean newestFirst;
  private final Predicate<T> taker;

  // Mutable: the exchange that is being read.
  private final List<Said<T>> exchange = new ArrayList<>();
  private boolean whole = true;
  private boolean wanted = true;

  private record Said<T>(T value, boolean bySystem) {}

  /**
   * @param newestFirst whether the conversation is read from its end
   * @param taker is shown what can be read, and says whether it wants more
   */
  public Exchanges(boolean newestFirst, Predicate<T> taker) {
    this.newestFirst = newestFirst;
    this.taker = taker;
  }

  /**
   * Takes the next one.
   *
   * @param role {@code user}, {@code system} or another
   * @param value empty if it cannot be opened
   * @return whether more is wanted
   */
  public boolean add(String role, Optional<T> value) {
    boolean begins = role.equals(USER);
    boolean bySystem = role.equals(SYSTEM);
    if (begins && !newestFirst) {
      end();
    }
    value.ifPresent(said -> exchange.add(new Said<>(said, bySystem)));
    whole &= value.isPresent() || bySystem;
    if (begins && newestFirst) {
      end();
    }
    return wanted;
  }

  /** After the last one. */
  public void end() {
    for (Said<T> said : exchange) {
      if (wanted && (whole || said.bySystem())) {
        wanted = taker.test(said.value());
      }
    }
    exchange.clear();
    whole = true;
  }
}
