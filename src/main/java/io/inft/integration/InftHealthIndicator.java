package io.inft.integration;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Health of the open databases, for Spring Boot 4. Asks no network. */
public final class InftHealthIndicator implements HealthIndicator {
  private final DatabaseHealth health;

  /**
   * @param maxLag down, when something has been waiting longer than that to be anchored
   */
  public InftHealthIndicator(Duration maxLag) {
    this.health = new DatabaseHealth(maxLag);
  }

  @Override
  public Health health() {
    return (health.isWell() ? Health.up() : Health.down()).withDetails(health.details()).build();
  }
}
