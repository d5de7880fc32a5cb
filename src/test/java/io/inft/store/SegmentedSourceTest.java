package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.store.merkle.ObjectLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SegmentedSourceTest {
  private static final int SIZE = 2 * ObjectLayout.SEGMENT_BYTES + 100;

  private final byte[] object = new byte[SIZE];
  private final List<Integer> verified = new ArrayList<>();
  private SegmentedSource source;

  @BeforeEach
  void begin() {
    new Random(3).nextBytes(object);
    ObjectLayout layout = new ObjectLayout(SIZE);
    source =
        new SegmentedSource(
            layout,
            index -> {
              verified.add(index);
              int from = (int) layout.offset(index);
              return Arrays.copyOfRange(object, from, from + layout.bytesIn(index));
            });
  }

  @Test
  void aRangeAcrossSegmentsIsPutTogether() throws Exception {
    int from = ObjectLayout.SEGMENT_BYTES - 5;
    int length = ObjectLayout.SEGMENT_BYTES + 10;

    assertThat(source.read(from, length))
        .isEqualTo(Arrays.copyOfRange(object, from, from + length));
    assertThat(verified).containsExactly(0, 1, 2);
    assertThat(source.read(0, SIZE)).isEqualTo(object);
  }

  @Test
  void smallStepsVerifyASegmentOnce() throws Exception {
    for (int at = 0; at < 1000; at += 10) {
      source.read(at, 10);
    }
    assertThat(verified).containsExactly(0);
  }

  @Test
  void nothingIsReadOutsideTheObject() throws Exception {
    assertThat(source.read(SIZE, 0)).isEmpty();
    assertThatThrownBy(() -> source.read(SIZE - 1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.read(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(verified).isEmpty();
  }
}
