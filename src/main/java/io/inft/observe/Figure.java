package io.inft.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Everything of a database that is told as a number: the one table that meters and beans are made
 * of, and that the page about monitoring is checked against.
 */
@SuppressWarnings("ImmutableEnumChecker") // its functions have no state
public enum Figure {
  OPEN("inft.open", "Connections opened", Observed::openings),
  OPEN_FAILURES(
      "inft.open.failures",
      Kind.COUNTER,
      "",
      "Connections that could not be opened",
      Observed::openFailures),
  RESTORE("inft.restore", "Versions rebuilt from storage", Observed::restores),
  RESTORED(
      "inft.restored",
      Kind.COUNTER,
      "bytes",
      "Size of the databases rebuilt",
      Observed::restoredBytes),
  PUBLISH("inft.publish", "Versions made and durable on this machine", Observed::publishes),
  STORE("inft.store", "Versions given to storage", Observed::stores),
  ANCHOR("inft.anchor", "Versions made the head and confirmed", Observed::anchors),
  ANCHORED(
      "inft.anchored",
      Kind.COUNTER,
      "bytes",
      "Sealed size of the anchored versions",
      Observed::anchoredBytes),
  INLINED(
      "inft.inlined",
      Kind.COUNTER,
      "versions",
      "Anchored versions that went into the chain itself",
      Observed::inlined),
  FEES(
      "inft.fees",
      Kind.COUNTER,
      "tokens",
      "Paid for anchored versions, gas and storage, in 0G",
      Observed::fees),
  GAS("inft.gas", Kind.COUNTER, "units", "Gas used by anchored versions", Observed::gas),
  PUBLISH_FAILURES(
      "inft.publish.failures",
      Kind.COUNTER,
      "",
      "Tries to publish that failed",
      Observed::publishFailures),
  FORKS(
      "inft.forks",
      Kind.COUNTER,
      "",
      "Lines that were put aside and publish nothing any more",
      Observed::forks),
  LAG(
      "inft.lag",
      Kind.GAUGE,
      "seconds",
      "Age of the oldest commit that is not anchored",
      standing(now -> seconds(now.lag()))),
  WAITING(
      "inft.waiting",
      Kind.GAUGE,
      "versions",
      "Versions made and not anchored yet",
      standing(Standing::waiting)),
  HEAD("inft.head", Kind.GAUGE, "version", "Newest anchored version", standing(Standing::version)),
  SESSIONS(
      "inft.sessions",
      Kind.GAUGE,
      "connections",
      "Connections that have it open",
      standing(Standing::sessions)),
  DATABASE(
      "inft.database",
      Kind.GAUGE,
      "bytes",
      "Size of the database file",
      standing(Standing::databaseBytes)),
  PAID_LEFT(
      "inft.paid.left",
      Kind.GAUGE,
      "seconds",
      "Until storage is no longer paid for, as it was found last",
      standing(now -> now.paidUntil().map(Figure::left).orElse(Double.NaN))),
  PUT_ASIDE(
      "inft.put.aside",
      Kind.GAUGE,
      "",
      "1 while the line that is open was put aside, else 0",
      standing(now -> now.putAside() ? 1 : 0));

  /** How a figure behaves. */
  public enum Kind {
    /** How often something was done, and how long that took together; both only grow. */
    TIMER,
    /** Only grows, from 0 at the start of the process. */
    COUNTER,
    /** Goes up and down; not a number while the database is not open. */
    GAUGE
  }

  private final String meter;
  private final Kind kind;
  private final String unit;
  private final String sentence;
  private final ToDoubleFunction<Observed> value;
  private final Function<Observed, Long> count;

  Figure(String meter, String sentence, Function<Observed, Timing> timing) {
    this.meter = meter;
    this.kind = Kind.TIMER;
    this.unit = "seconds";
    this.sentence = sentence;
    this.value = of -> timing.apply(of).seconds();
    this.count = of -> timing.apply(of).count();
  }

  Figure(String meter, Kind kind, String unit, String sentence, ToDoubleFunction<Observed> value) {
    this.meter = meter;
    this.kind = kind;
    this.unit = unit;
    this.sentence = sentence;
    this.value = value;
    this.count = of -> 0L;
  }

  private static ToDoubleFunction<Observed> standing(ToDoubleFunction<Standing> part) {
    return of -> of.standing().map(part::applyAsDouble).orElse(Double.NaN);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static double left(Instant end) {
    return seconds(Duration.between(Instant.now(), end));
  }

  /** Its name as a meter, words divided by dots. */
  public String meter() {
    return meter;
  }

  public Kind kind() {
    return kind;
  }

  /** What it is measured in; empty for things that are counted. */
  public String unit() {
    return unit;
  }

  /** What it is, for people. */
  public String sentence() {
    return sentence;
  }

  /** Its value now; of a timer the seconds that all took together. */
  public double value(Observed of) {
    return value.applyAsDouble(of);
  }

  /** Of a timer, how often; 0 of others. */
  public long count(Observed of) {
    return count.apply(of);
  }
}
