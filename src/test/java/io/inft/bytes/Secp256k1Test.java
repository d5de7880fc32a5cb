package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.custom.sec.SecP256K1Curve;
import org.junit.jupiter.api.Test;

/** The same points as BouncyCastle's. */
class Secp256k1Test {
  private static final ECCurve CURVE = new SecP256K1Curve();
  private static final ECPoint BASE = theirs(Secp256k1.BASE);

  private static ECPoint theirs(Secp256k1.Point point) {
    byte[] encoded = new byte[65];
    encoded[0] = 4;
    System.arraycopy(point.toBytes(), 0, encoded, 1, 64);
    return CURVE.decodePoint(encoded); // refuses what is not on the curve
  }

  private static void same(Secp256k1.Point ours, ECPoint expected) {
    assertThat(ours.isInfinity()).isEqualTo(expected.isInfinity());
    if (!ours.isInfinity()) {
      byte[] encoded = expected.normalize().getEncoded(false);
      assertThat(ours.toBytes()).isEqualTo(Arrays.copyOfRange(encoded, 1, 65));
    }
  }

  @Test
  void multipliesAndAdds() {
    Random random = new Random(5);
    BigInteger order = Secp256k1.ORDER;
    assertThat(order).isEqualTo(CURVE.getOrder());
    for (int i = 0; i < 200; i++) {
      BigInteger u = new BigInteger(1 + random.nextInt(256), random).mod(order);
      BigInteger v = new BigInteger(1 + random.nextInt(256), random).mod(order);
      BigInteger k = new BigInteger(255, random).add(BigInteger.ONE);
      Secp256k1.Point other = Secp256k1.multiply(k, Secp256k1.BASE);
      ECPoint theirOther = BASE.multiply(k);
      same(other, theirOther);
      same(
          Secp256k1.sum(u, Secp256k1.BASE, v, other),
          ECAlgorithms.sumOfTwoMultiplies(BASE, u, theirOther, v));
    }
  }

  @Test
  void meetsThePointAtInfinityAndItself() {
    BigInteger one = BigInteger.ONE;
    BigInteger two = BigInteger.TWO;
    BigInteger most = Secp256k1.ORDER.subtract(one);
    Secp256k1.Point negative = Secp256k1.multiply(most, Secp256k1.BASE);
    for (BigInteger u : new BigInteger[] {BigInteger.ZERO, one, two, BigInteger.valueOf(3), most}) {
      same(Secp256k1.multiply(u, Secp256k1.BASE), BASE.multiply(u));
      for (BigInteger v : new BigInteger[] {BigInteger.ZERO, one, two, most}) {
        same(
            Secp256k1.sum(u, Secp256k1.BASE, v, Secp256k1.BASE),
            BASE.multiply(u.add(v).mod(Secp256k1.ORDER)));
        same(
            Secp256k1.sum(u, Secp256k1.BASE, v, negative),
            BASE.multiply(u.subtract(v).mod(Secp256k1.ORDER)));
      }
    }
    assertThat(Secp256k1.multiply(Secp256k1.ORDER, Secp256k1.BASE).isInfinity()).isTrue();
  }

  @Test
  void findsThePointsOfAnX() {
    int found = 0;
    for (long x = 0; x < 60; x++) {
      Secp256k1.Point odd = Secp256k1.withX(BigInteger.valueOf(x), true);
      Secp256k1.Point even = Secp256k1.withX(BigInteger.valueOf(x), false);
      assertThat(odd == null).isEqualTo(even == null);
      if (odd != null && even != null) {
        theirs(odd);
        theirs(even);
        assertThat(odd.toBytes()[63] & 1).isEqualTo(1);
        assertThat(even.toBytes()[63] & 1).isZero();
        found++;
      }
    }
    assertThat(found).isBetween(15, 45);
    assertThat(Secp256k1.withX(Field256.PRIME, true)).isNull();
    assertThat(Secp256k1.withX(Field256.PRIME.add(BigInteger.ONE), true)).isNull();
  }

  @Test
  void recoversWhoSignedAndNobodyElse() throws Exception {
    Random random = new Random(9);
    for (int i = 0; i < 50; i++) {
      BigInteger secret = new BigInteger(255, random).add(BigInteger.ONE);
      SigningKey key = SigningKey.parse(String.format(Locale.ROOT, "%064x", secret));
      byte[] message = new byte[32];
      random.nextBytes(message);
      byte[] signature = key.sign(Digest.of(message));
      assertThat(SigningKey.recover(Digest.of(message), signature)).isEqualTo(key.address());
      message[i % 32] ^= 1;
      assertThat(SigningKey.recover(Digest.of(message), signature)).isNotEqualTo(key.address());
    }
    byte[] noPoint = new byte[65];
    noPoint[31] = 5; // no y belongs to this x
    noPoint[63] = 1;
    noPoint[64] = 27;
    assertThat(Secp256k1.withX(BigInteger.valueOf(5), true)).isNull();
    assertThatThrownBy(() -> SigningKey.recover(Digest.ZERO, noPoint))
        .isInstanceOf(CorruptObjectException.class);
  }

  /** Every connection reads its key anew; those of one account share what they may. */
  @Test
  void keysAreEqualIfTheirSecretsAre() {
    String hex = "0b".repeat(32);
    SigningKey key = SigningKey.parse(hex);
    assertThat(SigningKey.parse("0x" + hex)).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(SigningKey.parse("0c".repeat(32))).isNotEqualTo(key);
  }
}
