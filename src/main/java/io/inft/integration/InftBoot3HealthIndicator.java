package io.inft.integration;

import java.time.Duration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Health of the open databases, for Spring Boot 3. Asks no network. */
public final class InftBoot3HealthIndicator implements HealthIndicator {
  private final DatabaseHealth health;

  /**
   * @param maxLag down, when something has been waiting longer than that to be anchored
   */
  public InftBoot3HealthIndicator(Duration maxLag) {
    this.health = new DatabaseHealth(maxLag);
  }

  @Override
  public Health health() {
    return (health.isWell() ? Health.up() : Health.down()).withDetails(health.details()).build();
  }
}
