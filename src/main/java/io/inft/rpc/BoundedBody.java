package io.inft.rpc;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects an answer up to a greatest length and hangs up beyond it. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();

  // Mutable state, used by one thread at a time.
  private final Collected collected;
  private Flow.@Nullable Subscription subscription;

  /**
   * @param expectedBytes how long it may become, as the server says; only believed a little
   */
  BoundedBody(int maxBytes, long expectedBytes) {
    this.collected = new Collected(maxBytes, expectedBytes);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    try {
      for (ByteBuffer buffer : buffers) {
        collected.add(buffer);
      }
    } catch (IOException tooLong) {
      if (subscription != null) {
        subscription.cancel();
      }
      body.completeExceptionally(tooLong);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(collected.toBytes());
  }
}
