package io.inft;

import java.security.SecureRandom;
import java.util.Random;

/** Randomness that a test can repeat. Nothing outside the tests may ever be handed one. */
public final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final Random random;

  public SeededRandom(long seed) {
    random = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
