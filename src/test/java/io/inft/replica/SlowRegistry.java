package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;

/**
 * A registry that takes its time, as a chain does: before each anchor it does what it is told to.
 * Safe for many threads.
 */
public final class SlowRegistry extends ForwardingRegistry {
  /** What happens before a version is anchored. */
  @FunctionalInterface
  public interface Before {
    void anchor(long version) throws InftException;
  }

  private final Before before;

  public SlowRegistry(Registry real, Before before) {
    super(real);
    this.before = before;
  }

  @Override
  public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    before.anchor(anchor.version());
    return super.anchor(id, anchor);
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    before.anchor(anchor.version());
    return super.rotateAndAnchor(id, anchor);
  }
}
