package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What big integers say modulo the prime, also at both ends of what eight words hold. */
class Field256Test {
  private static final BigInteger PRIME = Field256.PRIME;

  private static List<BigInteger> numbers() {
    Random random = new Random(3);
    List<BigInteger> numbers = new ArrayList<>();
    for (long small : new long[] {0, 1, 2, 976, 977, 978, 0x1000003d0L, 0x1000003d1L}) {
      numbers.add(BigInteger.valueOf(small));
      numbers.add(PRIME.subtract(BigInteger.valueOf(small)).mod(PRIME));
      numbers.add(BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(small)));
    }
    for (int i = 0; i < 60; i++) {
      numbers.add(new BigInteger(1 + random.nextInt(256), random).mod(PRIME));
    }
    return numbers;
  }

  @Test
  void reckonsAsBigIntegersDo() {
    for (BigInteger a : numbers()) {
      for (BigInteger b : numbers()) {
        int[] x = Field256.of(a);
        int[] y = Field256.of(b);
        String what = a.toString(16) + " and " + b.toString(16);
        assertThat(Field256.number(Field256.plus(x, y))).as(what).isEqualTo(a.add(b).mod(PRIME));
        assertThat(Field256.number(Field256.minus(x, y)))
            .as(what)
            .isEqualTo(a.subtract(b).mod(PRIME));
        assertThat(Field256.number(Field256.times(x, y)))
            .as(what)
            .isEqualTo(a.multiply(b).mod(PRIME));
        assertThat(Field256.isZero(Field256.minus(x, y))).as(what).isEqualTo(a.equals(b));
        assertThat(Field256.number(x)).as("left as it was").isEqualTo(a);
      }
    }
  }

  /** Results may be the prime itself or more, and go into the next step as they are. */
  @Test
  void takesWhatIsThePrimeOrMore() {
    int[] most = new int[8];
    Arrays.fill(most, -1);
    BigInteger value = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

    assertThat(Field256.number(Field256.times(most, most)))
        .isEqualTo(value.multiply(value).mod(PRIME));
    assertThat(Field256.number(Field256.plus(most, most))).isEqualTo(value.add(value).mod(PRIME));
    assertThat(Field256.number(Field256.minus(Field256.ZERO, most)))
        .isEqualTo(value.negate().mod(PRIME));
    int[] prime = Field256.minus(most, Field256.of(value.mod(PRIME)));
    assertThat(Field256.isZero(prime)).isTrue();
    assertThat(Field256.isZero(Field256.ONE)).isFalse();
  }

  @Test
  void writesThirtyTwoBytes() {
    byte[] bytes = new byte[34];
    Field256.write(Field256.of(BigInteger.valueOf(0x0102)), bytes, 1);
    assertThat(bytes[31]).isEqualTo((byte) 1);
    assertThat(bytes[32]).isEqualTo((byte) 2);
    assertThat(bytes[33]).isZero();
    Field256.write(Field256.of(PRIME.subtract(BigInteger.ONE)), bytes, 2);
    assertThat(bytes[2]).isEqualTo((byte) 0xff);
    assertThat(bytes[33]).isEqualTo((byte) 0x2e);
  }
}
