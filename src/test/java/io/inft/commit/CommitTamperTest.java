package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.WrongSignerException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a commit object, it is refused, and for the right reason. */
class CommitTamperTest {
  private final CommitObject object = Samples.chain(4).get(3);
  private final byte[] bytes = object.toBytes();
  private final int bodyBytes = (int) object.offsetOfInline() + object.body().inline().sizeBytes();

  @Test
  void refusesEveryFlippedByte() {
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x55;
      Class<? extends InftException> expected = expected(at);
      assertThatThrownBy(() -> CommitObject.parse(changed))
          .as("byte %s", at)
          .isInstanceOfAny(
              expected,
              expected == WrongSignerException.class ? CorruptObjectException.class : expected);
    }
  }

  private Class<? extends InftException> expected(int offset) {
    if (offset < CommitFormat.FORMAT_OFFSET) {
      return NotOurObjectException.class;
    }
    if (offset == CommitFormat.FORMAT_OFFSET || offset == bodyBytes) {
      return FormatTooNewException.class;
    }
    return WrongSignerException.class;
  }

  @Test
  void saysWrongSignerOfEveryFieldThatMayHaveAnyValue() {
    int[] free = {
      CommitFormat.KIND_OFFSET,
      CommitFormat.CONTEXT_OFFSET,
      CommitFormat.AUTHOR_TIME_OFFSET + 7,
      CommitFormat.AUTHOR_OFFSET,
      CommitFormat.STATE_COMMIT_OFFSET,
      (int) object.offsetOfInline(),
      bodyBytes - 1
    };
    for (int at : free) {
      byte[] changed = bytes.clone();
      changed[at] ^= 2;
      assertThatThrownBy(() -> CommitObject.parse(changed))
          .as("byte %s", at)
          .isInstanceOf(WrongSignerException.class)
          .hasMessageContaining("version 4");
    }
  }

  @Test
  void refusesEveryPrefixAndWhatFollows() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CommitObject.parse(cut))
          .as("the first %s bytes", length)
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(() -> CommitObject.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> CommitObject.parse(new byte[CommitObject.MAX_BYTES + 1]))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> CommitObject.parse(new byte[4096]))
        .isInstanceOf(NotOurObjectException.class);
  }

  @Test
  void refusesTheSignatureOfAnotherKeyOrAnotherObject() {
    CommitObject other = Samples.chain(3).get(2);
    SigningKey thief = SigningKey.generate(new SeededRandom(102));
    Digest digest =
        CommitSignature.digest(object.body(), Digest.sha256(Arrays.copyOf(bytes, bodyBytes)));

    for (byte[] signature : new byte[][] {other.signature().toBytes(), thief.sign(digest)}) {
      byte[] forged =
          new ByteWriter().bytes(bytes, 0, bodyBytes).u8(1).bytes16(signature).toBytes();
      assertThatThrownBy(() -> CommitObject.parse(forged))
          .isInstanceOfAny(WrongSignerException.class, CorruptObjectException.class);
    }
  }

  @Test
  void refusesTheSecondFormOfASignature() throws Exception {
    java.math.BigInteger order =
        new java.math.BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    byte[] signature = object.signature().toBytes();
    byte[] s =
        order
            .subtract(new java.math.BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
            .toByteArray();
    byte[] high = signature.clone();
    System.arraycopy(s, s.length - 32, high, 32, 32);
    high[64] ^= 7;
    byte[] malleated = new ByteWriter().bytes(bytes, 0, bodyBytes).u8(1).bytes16(high).toBytes();

    assertThat(malleated).hasSameSizeAs(bytes);
    assertThatThrownBy(() -> CommitObject.parse(malleated))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void refusesASignatureOfAnotherLength() {
    for (int length : new int[] {0, 64, 66}) {
      byte[] odd =
          new ByteWriter().bytes(bytes, 0, bodyBytes).u8(1).bytes16(new byte[length]).toBytes();
      assertThatThrownBy(() -> CommitObject.parse(odd)).isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed51() {
    Random fuzz = new Random(51);
    int accepted = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] changed;
      if (i % 2 == 0) {
        changed = bytes.clone();
        for (int edits = 1 + fuzz.nextInt(3); edits > 0; edits--) {
          changed[146 + fuzz.nextInt(bytes.length - 146)] = (byte) fuzz.nextInt();
        }
      } else {
        changed = new byte[146 + fuzz.nextInt(2000)];
        fuzz.nextBytes(changed);
        System.arraycopy(bytes, 0, changed, 0, 146);
      }
      if (Arrays.equals(changed, bytes)) {
        continue;
      }
      try {
        CommitObject.parse(changed);
        accepted++;
      } catch (InftException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
    assertThat(accepted).isZero();
  }
}
