package io.inft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Bytes of somebody else, in which each run of bytes in turn is the largest number there is: what
 * reads them takes the heap in proportion to the bytes, and fails typed if at all.
 */
public final class Inflated {
  private final String what;
  private final byte[] sample;
  private int looks = 500;
  private UnaryOperator<byte[]> repair = bytes -> bytes;

  private Inflated(String what, byte[] sample) {
    this.what = what;
    this.sample = sample;
  }

  /** Reads bytes of somebody else. */
  public interface Decoder {
    void read(byte[] bytes) throws Exception;
  }

  public static Inflated of(String what, byte[] sample) {
    return new Inflated(what, sample);
  }

  /** At about how many places. */
  public Inflated looks(int most) {
    looks = most;
    return this;
  }

  /** Where bytes are believed only with a checksum that is right. */
  public Inflated repaired(UnaryOperator<byte[]> by) {
    repair = by;
    return this;
  }

  public void costAtMost(long constantBytes, long perByte, Decoder decoder) throws Exception {
    Allocated.by(() -> decoder.read(sample.clone())); // classes and codecs
    int step = Math.max(1, sample.length / looks);
    for (int width : new int[] {1, 2, 4, 8}) {
      for (int at = 0; at + width <= sample.length; at += step) {
        for (byte[] variant : variants(at, width)) {
          byte[] bytes = repair.apply(variant);
          assertThat(Allocated.by(() -> decoder.read(bytes)))
              .as("%s of %s bytes with %s large ones at %s", what, bytes.length, width, at)
              .isLessThan(constantBytes + perByte * bytes.length);
        }
      }
    }
  }

  /** With {@code width} bytes from {@code at} as large as signed and unsigned can be, and zero. */
  private List<byte[]> variants(int at, int width) {
    List<byte[]> variants = new ArrayList<>();
    for (byte first : new byte[] {(byte) 0xff, 0x7f, 0x00}) {
      byte[] variant = sample.clone();
      Arrays.fill(variant, at, at + width, (byte) 0xff);
      variant[at] = first;
      variants.add(variant);
    }
    return variants;
  }
}
