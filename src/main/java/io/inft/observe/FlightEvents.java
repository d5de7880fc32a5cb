package io.inft.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Events of the JDK's Flight Recorder. Nothing of them is made, and no class of theirs is loaded,
 * before a recording was begun in this JVM; a runtime without the module {@code jdk.jfr} has none.
 */
final class FlightEvents {
  private static final boolean THERE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightEvents() {}

  private static boolean isAsked() {
    return THERE && FlightRecorder.isInitialized();
  }

  /** What every event says. */
  @Category("inft")
  @StackTrace(false)
  abstract static class DatabaseEvent extends Event {
    @Label("Database")
    String database = "";

    @Label("Network")
    String network = "";

    void of(Observed one) {
      database = one.id();
      network = one.network();
      commit();
    }
  }

  @Name("inft.Open")
  @Label("Connection Opened")
  static final class Opened extends DatabaseEvent {
    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    long elapsed;
  }

  @Name("inft.Restore")
  @Label("Version Restored")
  static final class Restored extends DatabaseEvent {
    @Label("Version")
    long version;

    @Label("Database Size")
    @DataAmount(DataAmount.BYTES)
    long bytes;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    long elapsed;
  }

  @Name("inft.Publish")
  @Label("Version Made")
  @Description("A version is durable on this machine; it is not the head yet")
  static final class Published extends DatabaseEvent {
    @Label("Version")
    long version;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    long elapsed;
  }

  @Name("inft.Store")
  @Label("Version Stored")
  static final class Stored extends DatabaseEvent {
    @Label("Version")
    long version;

    @Label("Sealed Size")
    @DataAmount(DataAmount.BYTES)
    long bytes;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    long elapsed;
  }

  @Name("inft.Anchor")
  @Label("Version Anchored")
  @Description("A version is the head, and that is confirmed")
  static final class Anchored extends DatabaseEvent {
    @Label("Version")
    long version;

    @Label("Sealed Size")
    @DataAmount(DataAmount.BYTES)
    long bytes;

    @Label("Inlined")
    boolean inlined;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    long elapsed;
  }

  @Name("inft.Fee")
  @Label("Version Paid")
  static final class Paid extends DatabaseEvent {
    @Label("Version")
    long version;

    @Label("Gas")
    long gas;

    @Label("Fee in 0G")
    double tokens;
  }

  @Name("inft.Fork")
  @Label("Line Put Aside")
  static final class Forked extends DatabaseEvent {
    @Label("Reason")
    String reason = "";
  }

  @Name("inft.Failure")
  @Label("Failure")
  static final class Failed extends DatabaseEvent {
    @Label("Operation")
    String operation = "";

    @Label("Kind")
    String kind = "";

    @Label("Message")
    String reason = "";
  }

  static void opened(Observed of, long elapsedNanos) {
    if (isAsked()) {
      Opened event = new Opened();
      event.elapsed = elapsedNanos;
      event.of(of);
    }
  }

  static void restored(Observed of, long version, long bytes, long elapsedNanos) {
    if (isAsked()) {
      Restored event = new Restored();
      event.version = version;
      event.bytes = bytes;
      event.elapsed = elapsedNanos;
      event.of(of);
    }
  }

  static void published(Observed of, long version, long elapsedNanos) {
    if (isAsked()) {
      Published event = new Published();
      event.version = version;
      event.elapsed = elapsedNanos;
      event.of(of);
    }
  }

  static void stored(Observed of, long version, long bytes, long elapsedNanos) {
    if (isAsked()) {
      Stored event = new Stored();
      event.version = version;
      event.bytes = bytes;
      event.elapsed = elapsedNanos;
      event.of(of);
    }
  }

  static void anchored(Observed of, long version, long bytes, boolean inlined, long elapsedNanos) {
    if (isAsked()) {
      Anchored event = new Anchored();
      event.version = version;
      event.bytes = bytes;
      event.inlined = inlined;
      event.elapsed = elapsedNanos;
      event.of(of);
    }
  }

  static void paid(Observed of, long version, long gas, double tokens) {
    if (isAsked()) {
      Paid event = new Paid();
      event.version = version;
      event.gas = gas;
      event.tokens = tokens;
      event.of(of);
    }
  }

  static void forked(Observed of, Throwable why) {
    if (isAsked()) {
      Forked event = new Forked();
      event.reason = String.valueOf(why.getMessage());
      event.of(of);
    }
  }

  static void failed(Observed of, String operation, Throwable why) {
    if (isAsked()) {
      Failed event = new Failed();
      event.operation = operation;
      event.kind = why.getClass().getSimpleName();
      event.reason = String.valueOf(why.getMessage());
      event.of(of);
    }
  }
}
