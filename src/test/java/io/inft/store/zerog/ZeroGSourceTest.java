package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.ObjectMissingException;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZeroGSourceTest {
  private static final ObjectRef REF = new ObjectRef(Digest.sha256(new byte[0]), 500);

  private static final Lookup.Found NOWHERE = new Lookup.Found(List.of(), List.of(), List.of());

  private final Workers questions = new Workers("questions", 2);

  @AfterEach
  void stop() {
    questions.close();
  }

  @Test
  void aFetchThatFailedIsOverBeforeItsFailureIsTold() {
    ZeroGSource.SegmentCache cache = new ZeroGSource.SegmentCache(1 << 20);
    List<Integer> stillRunning = new ArrayList<>();
    List<CompletableFuture<byte[]>> watching = new ArrayList<>();
    Executor watched =
        fetch -> {
          for (CompletableFuture<byte[]> promise : cache.running.values()) {
            watching.add(
                promise.whenComplete((bytes, failure) -> stillRunning.add(cache.running.size())));
          }
          fetch.run();
        };
    ZeroGSource source =
        new ZeroGSource("a store", REF, NOWHERE, known -> NOWHERE, cache, watched, questions, 4);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> source.readAll(500)).isInstanceOf(ObjectMissingException.class);
    }

    assertThat(stillRunning).as("a reader that asks again starts anew").containsExactly(0, 0);
    assertThat(watching).allMatch(CompletableFuture::isDone);
  }
}
