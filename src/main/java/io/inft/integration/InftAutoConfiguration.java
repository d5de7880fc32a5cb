package io.inft.integration;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What Spring Boot 3 and 4 get by themselves: meters where Micrometer is, health and an endpoint
 * where the actuator is. Each can be switched off, and a bean of the application's own comes first.
 */
@AutoConfiguration
public class InftAutoConfiguration {
  /** With Micrometer. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
  @ConditionalOnProperty(name = "inft.metrics.enabled", matchIfMissing = true)
  static class Meters {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    InftMeters inftMeters() {
      return new InftMeters();
    }
  }

  /** With Spring Boot 4's health. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
  @ConditionalOnProperty(name = "management.health.inft.enabled", matchIfMissing = true)
  static class HealthOfBoot4 {
    @Bean
    @ConditionalOnMissingBean
    InftHealthIndicator inftHealthIndicator(@Value("${inft.health.max-lag:5m}") Duration maxLag) {
      return new InftHealthIndicator(maxLag);
    }
  }

  /** With Spring Boot 3's. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
  @ConditionalOnProperty(name = "management.health.inft.enabled", matchIfMissing = true)
  static class HealthOfBoot3 {
    @Bean
    @ConditionalOnMissingBean
    InftBoot3HealthIndicator inftHealthIndicator(
        @Value("${inft.health.max-lag:5m}") Duration maxLag) {
      return new InftBoot3HealthIndicator(maxLag);
    }
  }

  /** With the actuator. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
  static class Actuator {
    @Bean
    @ConditionalOnMissingBean
    InftEndpoint inftEndpoint() {
      return new InftEndpoint();
    }
  }
}
