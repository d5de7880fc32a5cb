package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedBodyTest {
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private BoundedBody begun(int maxBytes, long expectedBytes) {
    BoundedBody body = new BoundedBody(maxBytes, expectedBytes);
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            assertThat(count).isPositive();
          }

          @Override
          public void cancel() {
            cancelled.set(true);
          }
        });
    return body;
  }

  /** What the server says of the length is believed a little, and never relied on. */
  @ParameterizedTest
  @CsvSource({"10, -1", "10, 0", "10, 3", "10, 10", "10, 9223372036854775807", "0, 10"})
  void collectsAnAnswerOfTheGreatestLength(int maxBytes, long expectedBytes) throws Exception {
    BoundedBody body = begun(maxBytes, expectedBytes);
    for (int i = 0; i < maxBytes; i++) {
      body.onNext(List.of(ByteBuffer.wrap(new byte[] {(byte) i})));
    }
    body.onComplete();

    byte[] collected = body.getBody().toCompletableFuture().get();
    byte[] expected = new byte[maxBytes];
    for (int i = 0; i < maxBytes; i++) {
      expected[i] = (byte) i;
    }
    assertThat(collected).isEqualTo(expected);
    assertThat(cancelled).isFalse();
  }

  @Test
  void hangsUpOnOneByteMore() {
    BoundedBody body = begun(10, 10);
    body.onNext(List.of(ByteBuffer.wrap(new byte[10]), ByteBuffer.wrap(new byte[1])));

    assertThat(cancelled).isTrue();
    assertThatThrownBy(() -> body.getBody().toCompletableFuture().get())
        .hasMessageContaining("longer than 10 bytes");
  }

  @Test
  void anAnswerThatBreaksOffIsNoShortAnswer() {
    BoundedBody body = begun(10, 10);
    body.onNext(List.of(ByteBuffer.wrap(Arrays.copyOf(new byte[0], 4))));
    body.onError(new java.io.IOException("reset"));

    assertThatThrownBy(() -> body.getBody().toCompletableFuture().get())
        .hasMessageContaining("reset");
  }
}
