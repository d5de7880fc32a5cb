package io.inft.replica.publish;

import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Registry;
import io.inft.registry.Registry.AnchorRequest;

/** Moves a head: alone, or together with others. */
@FunctionalInterface
public interface Anchoring {
  /**
   * @param request with the commit object if that goes along
   */
  Anchored anchor(AnchorRequest request) throws InftException;

  /** Each by itself. */
  static Anchoring alone(Registry registry) {
    return request ->
        request.object().isPresent()
            ? registry.anchorInline(request.id(), request.anchor(), request.object().get())
            : registry.anchor(request.id(), request.anchor());
  }
}
