package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PageSizeTest {
  @Test
  void thesePageSizesAndNoOthersAreSqlites() {
    assertThat(LongStream.rangeClosed(-1, 1 << 18).filter(PageSize::allowed))
        .containsExactly(512L, 1024L, 2048L, 4096L, 8192L, 16384L, 32768L, 65536L);
    assertThat(PageSize.allowed((1L << 32) + 4096)).isFalse();
  }
}
