package io.inft.integration;

import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/inft}: all figures of the databases that this process opened. */
@Endpoint(id = "inft")
public final class InftEndpoint {
  /** By the databases' names. */
  @ReadOperation
  public Map<String, Object> databases() {
    return DatabaseHealth.figures();
  }
}
