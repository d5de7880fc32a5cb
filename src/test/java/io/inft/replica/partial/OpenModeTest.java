package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.SettingException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenModeTest {
  private final AtomicInteger asked = new AtomicInteger();

  private Optional<String> without() {
    asked.incrementAndGet();
    return Optional.of("no JNA");
  }

  private Optional<String> with() {
    asked.incrementAndGet();
    return Optional.empty();
  }

  private static Manifest manifest(long pages) {
    return new Manifest(
        4096,
        pages,
        Blob.of(new byte[16]),
        Digest.ZERO,
        new StateKey(StateRoot.NEWEST, Blob.of(new byte[32])),
        0,
        0,
        0,
        0,
        Blob.of(new byte[16]),
        0,
        Digest.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    "FULL, 100000, open=full, 0",
    "LAZY, 0, it has no pages yet, 0",
    "LAZY, 1, , 1",
    "LAZY, 100000, , 1",
    "AUTO, 0, it has no pages yet, 0",
    "AUTO, 8191, it has less than 32 MB, 0",
    "AUTO, 8192, , 1",
  })
  void saysWhyAllPagesComeFirst(OpenMode mode, long pages, String why, int looked)
      throws Exception {
    assertThat(mode.whyWhole(manifest(pages), this::with)).isEqualTo(Optional.ofNullable(why));
    assertThat(asked).hasValue(looked);
    if (why == null && mode == OpenMode.AUTO) {
      assertThat(mode.whyWhole(manifest(pages), this::without)).contains("no JNA");
    }
  }

  @Test
  void whoAsksForWhatCannotBeIsToldWhatIsMissing() {
    assertThatThrownBy(() -> OpenMode.LAZY.whyWhole(manifest(9), this::without))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("open")
        .hasMessageContaining("net.java.dev.jna:jna")
        .hasMessageContaining("no JNA")
        .hasMessageContaining("open=auto");
  }
}
