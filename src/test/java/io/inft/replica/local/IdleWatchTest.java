package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one idle database does to the thread that looks after all of them. */
class IdleWatchTest {
  private static final IdleWatch WATCH = IdleWatch.ofThisProcess();

  /** Fails in all that it is asked, and counts how often it was. */
  private static final class Broken implements IdleWatch.Sleeper {
    private final CountDownLatch looks = new CountDownLatch(2);
    private final CountDownLatch wakes = new CountDownLatch(2);

    @Override
    public boolean wantsThread() {
      looks.countDown();
      throw new NoClassDefFoundError("a class loader that was closed");
    }

    @Override
    public void awaken() {
      wakes.countDown();
      throw new OutOfMemoryError("unable to create native thread");
    }

    @Override
    public void interrupted() {
      throw new IllegalStateException("told of an interrupt");
    }
  }

  /** Wants a thread the second time it is asked. */
  private static final class Whole implements IdleWatch.Sleeper {
    private final CountDownLatch looks = new CountDownLatch(2);
    private final CountDownLatch awake = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile Thread watch;

    @Override
    public boolean wantsThread() {
      watch = Thread.currentThread();
      looks.countDown();
      return looks.getCount() == 0;
    }

    @Override
    public void awaken() {
      awake.countDown();
    }

    @Override
    public void interrupted() {
      interrupted.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatOneFailsAtIsNoConcernOfTheOthers() throws Exception {
    Broken broken = new Broken();
    Whole whole = new Whole();
    WATCH.add(broken);
    WATCH.add(whole);
    Thread watch;
    try {
      await(broken.looks);
      await(broken.wakes);
      await(whole.awake);
      watch = whole.watch;
      watch.interrupt();
      await(whole.interrupted);
      assertThat(watch.isAlive()).isTrue();
    } finally {
      WATCH.remove(broken);
      WATCH.remove(whole);
    }
    watch.join(60_000);
    assertThat(watch.isAlive()).as("nothing is left to be looked after").isFalse();
  }

  @Test
  void whoComesAfterTheLastOneLeftIsLookedAfter() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Whole gone = new Whole();
      WATCH.add(gone);
      WATCH.remove(gone);
    }
    Whole whole = new Whole();
    WATCH.add(whole);
    try {
      await(whole.awake);
    } finally {
      WATCH.remove(whole);
    }
  }
}
