package io.inft.lazy;

import io.inft.failure.InftException;
import java.util.concurrent.CountDownLatch;

/** Checks that find nothing. */
public final class WholeChecks {
  private WholeChecks() {}

  public static WholeCheck then(CountDownLatch whole) {
    return new WholeCheck() {
      @Override
      public void prove() {}

      @Override
      public boolean isFinal(InftException failure) {
        return true;
      }

      @Override
      public void whole() {
        whole.countDown();
      }
    };
  }
}
