package io.inft.integration;

import io.inft.observe.Figure;
import io.inft.observe.Observations;
import io.inft.observe.Observed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Meters of all databases that this process opens: {@code new InftMeters().bindTo(registry)}, once;
 * Spring Boot does it by itself. Each meter has the tags {@code database} and {@code network}.
 * Their values are read when the registry asks for them, so publishing never waits for it.
 */
public final class InftMeters implements MeterBinder, AutoCloseable {
  private final List<Binding> bindings = new CopyOnWriteArrayList<>();

  /** Begins with the databases that were opened before. Safe for many threads. */
  @Override
  public void bindTo(MeterRegistry registry) {
    Binding binding = new Binding(registry);
    bindings.add(binding);
    Observations.listen(binding);
  }

  /** Adds no more meters; those that are there stay. */
  @Override
  public void close() {
    bindings.forEach(Observations::ignore);
    bindings.clear();
  }

  private static final class Binding implements Observations.Listener {
    private final MeterRegistry registry;
    private final Map<Observed, List<Meter>> meters = new ConcurrentHashMap<>();

    Binding(MeterRegistry registry) {
      this.registry = registry;
    }

    @Override
    public void added(Observed database) {
      meters.computeIfAbsent(database, this::meters);
    }

    @Override
    public void removed(Observed database) {
      List<Meter> gone = meters.remove(database);
      if (gone != null) {
        gone.forEach(registry::remove);
      }
    }

    private List<Meter> meters(Observed database) {
      Tags tags = Tags.of("database", database.id(), "network", database.network());
      List<Meter> made = new ArrayList<>();
      for (Figure figure : Figure.values()) {
        made.add(
            switch (figure.kind()) {
              case TIMER ->
                  FunctionTimer.builder(
                          figure.meter(), database, figure::count, figure::value, TimeUnit.SECONDS)
                      .description(figure.sentence())
                      .tags(tags)
                      .register(registry);
              case COUNTER ->
                  FunctionCounter.builder(figure.meter(), database, figure::value)
                      .description(figure.sentence())
                      .baseUnit(figure.unit().isEmpty() ? null : figure.unit())
                      .tags(tags)
                      .register(registry);
              case GAUGE ->
                  Gauge.builder(figure.meter(), database, figure::value)
                      .description(figure.sentence())
                      .baseUnit(figure.unit().isEmpty() ? null : figure.unit())
                      .tags(tags)
                      .register(registry);
            });
      }
      return made;
    }
  }
}
