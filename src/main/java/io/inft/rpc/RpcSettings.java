package io.inft.rpc;

import java.time.Duration;

/**
 * Bounds of a call.
 *
 * @param callTimeout from sending the request to the last byte of the answer, for one attempt
 * @param maxAnswerBytes a longer answer is refused while it arrives
 * @param retry how often an attempt is repeated
 */
public record RpcSettings(Duration callTimeout, int maxAnswerBytes, RetryRule retry) {
  public static final RpcSettings STANDARD =
      new RpcSettings(Duration.ofSeconds(30), 16 << 20, RetryRule.STANDARD);

  public RpcSettings {
    if (callTimeout.isNegative() || callTimeout.isZero() || maxAnswerBytes < 1) {
      throw new IllegalArgumentException("a call needs time and room for its answer");
    }
  }

  public RpcSettings withCallTimeout(Duration timeout) {
    return new RpcSettings(timeout, maxAnswerBytes, retry);
  }

  public RpcSettings withRetry(RetryRule rule) {
    return new RpcSettings(callTimeout, maxAnswerBytes, rule);
  }
}
