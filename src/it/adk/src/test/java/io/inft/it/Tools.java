package io.inft.it;

import com.google.adk.tools.Annotations.Schema;
import java.util.Map;

/** What the agent can do; ADK calls it by reflection. */
public final class Tools {
  private Tools() {}

  @Schema(description = "looks somewhere")
  public static Map<String, Object> look(@Schema(name = "where") String where) {
    return Map.of("seen", "a cat on the " + where);
  }
}
