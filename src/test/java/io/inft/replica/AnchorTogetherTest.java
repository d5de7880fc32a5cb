package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.registry.ledger.MemoryRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnchorTogetherTest {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final Anchor ANCHOR =
      new Anchor(1, Digest.ZERO, SOME, 10, SOME, 1, SOME, Kind.DELTA);

  private final List<Integer> sent = new ArrayList<>();
  private final DatabaseId id = id();

  private Registry.AnchorRequest request() {
    return new Registry.AnchorRequest(id, ANCHOR);
  }

  private static DatabaseId id() {
    try {
      return DatabaseId.parse("one");
    } catch (io.inft.failure.InvalidIdException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Refuses whatever it is asked, once it answers. */
  private Registry registry(CountDownLatch answers) {
    return new ForwardingRegistry(new MemoryRegistry(Clock.systemUTC()).as(World.OWNER)) {
      @Override
      public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) {
        sent.add(requests.size());
        try {
          assertThat(answers.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return requests.stream()
            .map(
                one ->
                    new AnchorOutcome(
                        Optional.empty(),
                        Optional.of(new NotAuthorizedException("one", "nobody", "write to"))))
            .toList();
      }
    };
  }

  @Test
  void whoIsReadyGoesOffWithoutTheOneWhoHangs() throws Exception {
    AnchorTogether together = new AnchorTogether(registry(new CountDownLatch(0)), 2, PATIENCE);
    AnchorTogether.Part ready = together.join();
    AnchorTogether.Part hangs = together.join();
    hangs.begin();
    ready.begin();
    assertThatThrownBy(() -> ready.anchor(request())).isInstanceOf(NotAuthorizedException.class);
    assertThat(sent).containsExactly(1);
  }

  /** What goes along is paid by the byte, and no transaction takes more than so many. */
  @Test
  void whatIsTooMuchForOneTransactionIsSentInSeveral() throws Exception {
    AnchorTogether together = new AnchorTogether(registry(new CountDownLatch(0)), 14, PATIENCE);
    List<AnchorTogether.Part> parts = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      parts.add(together.join());
    }
    List<Thread> threads = new ArrayList<>();
    for (AnchorTogether.Part part : parts) {
      part.begin();
      Thread thread = new Thread(() -> anchorOrFail(part, withObject()));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    assertThat(failures).hasSize(14).hasOnlyElementsOfType(NotAuthorizedException.class);
    assertThat(sent).containsExactly(12, 2);
  }

  private Registry.AnchorRequest withObject() {
    byte[] object = new byte[Registry.AnchorRequest.MAX_OBJECT_BYTES];
    Anchor anchor =
        new Anchor(2, SOME, SOME, object.length, Digest.sha256(object), 1, SOME, Kind.DELTA);
    return new Registry.AnchorRequest(id, anchor, Optional.of(Blob.of(object)));
  }

  @Test
  void aRegistryThatHangsForAnotherOneIsNotWaitedForForEver() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    AnchorTogether together = new AnchorTogether(registry(answers), 2, PATIENCE);
    AnchorTogether.Part first = together.join();
    AnchorTogether.Part second = together.join();
    first.begin();
    second.begin();
    Thread other = new Thread(() -> anchorOrFail(first));
    other.start();
    while (other.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    // This one is the last, and so sends for both; the registry answers it later.
    Thread sender = new Thread(() -> anchorOrFail(second));
    sender.start();
    other.join(10_000);
    assertThat(failures).hasSize(1).first().isInstanceOf(OutcomeUnknownException.class);
    answers.countDown();
    sender.join(10_000);
    assertThat(sent).containsExactly(2);
  }

  private final List<Exception> failures =
      java.util.Collections.synchronizedList(new ArrayList<>());

  private void anchorOrFail(AnchorTogether.Part part) {
    anchorOrFail(part, request());
  }

  private void anchorOrFail(AnchorTogether.Part part, Registry.AnchorRequest request) {
    try {
      part.anchor(request);
    } catch (io.inft.failure.InftException e) {
      failures.add(e);
    }
  }
}
