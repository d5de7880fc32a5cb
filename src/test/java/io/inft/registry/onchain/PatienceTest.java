package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RpcUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final List<Long> pauses = new ArrayList<>();
  private final Patience patience =
      new Patience("the registry", Duration.ofHours(1), pause -> pauses.add(pause.toMillis()));

  @Test
  void looksEverMoreRarelyUntilItIsThere() throws Exception {
    int[] looks = {0};
    String seen =
        patience.until("look", () -> ++looks[0] <= 9 ? Optional.empty() : Optional.of("there"));

    assertThat(seen).isEqualTo("there");
    assertThat(pauses).containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1280L, 1000L, 1000L);
  }

  @Test
  void whatIsNotThereInTimeIsUnavailableAndNamed() {
    assertThatThrownBy(() -> patience.until("read the head", Duration.ofNanos(-1), Optional::empty))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("the registry")
        .hasMessageContaining("read the head")
        .hasMessageContaining("lags behind");
  }

  @Test
  void anEndpointThatDoesNotAnswerIsNotAskedAgain() {
    RpcUnavailableException dead =
        new RpcUnavailableException("http://node", "eth_call", "refused", null);
    assertThatThrownBy(
            () ->
                patience.until(
                    "look",
                    () -> {
                      throw dead;
                    }))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasCause(dead);
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    Patience interrupted =
        new Patience(
            "the registry",
            Duration.ofHours(1),
            pause -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(() -> interrupted.until("look", Optional::empty))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
