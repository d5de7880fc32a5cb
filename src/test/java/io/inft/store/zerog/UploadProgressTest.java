package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UploadProgressTest {
  private final List<Long> told = new ArrayList<>();
  private final UploadProgress progress = new UploadProgress((done, total) -> told.add(done), 1000);

  @Test
  void neverRunsBackWhenANodeIsReplacedAndEndsOnlyWhenAllIsSafe() {
    progress.begin(4);
    progress.sent(2);
    progress.begin(4);
    progress.sent(1);
    progress.sent(1);
    progress.sent(1);
    progress.sent(1);
    assertThat(told).containsExactly(500L, 750L, 999L);

    progress.end();
    assertThat(told).endsWith(1000L);
  }

  @Test
  void nothingToSendIsNoDivisionByZero() {
    progress.begin(0);
    progress.end();
    assertThat(told).containsExactly(1000L);
  }
}
