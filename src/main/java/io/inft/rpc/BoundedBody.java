package io.inft.rpc;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects an answer up to a greatest length and hangs up beyond it. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  private static final int MAX_FIRST_BYTES = 1 << 20;

  private final int maxBytes;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();

  // Mutable state, used by one thread at a time.
  private byte[] collected;
  private int length;
  private Flow.@Nullable Subscription subscription;

  /**
   * @param expectedBytes how long it may become, as the server says; only believed a little
   */
  BoundedBody(int maxBytes, long expectedBytes) {
    this.maxBytes = maxBytes;
    long believed = Math.max(0, Math.min(expectedBytes, MAX_FIRST_BYTES));
    this.collected = new byte[(int) Math.min(maxBytes, believed)];
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
    for (ByteBuffer buffer : buffers) {
      int count = buffer.remaining();
      if (count > maxBytes - length) {
        if (subscription != null) {
          subscription.cancel();
        }
        body.completeExceptionally(
            new IOException("the answer is longer than " + maxBytes + " bytes"));
        return;
      }
      if (count > collected.length - length) {
        long roomier = Math.max(length + (long) count, 2L * collected.length);
        collected = Arrays.copyOf(collected, (int) Math.min(maxBytes, roomier));
      }
      buffer.get(collected, length, count);
      length += count;
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(length == collected.length ? collected : Arrays.copyOf(collected, length));
  }
}
