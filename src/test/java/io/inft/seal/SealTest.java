package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealTest {
  @Test
  void givesBackWhatWasSealed() throws Exception {
    SecureRandom random = new SecureRandom();
    DataKey key = DataKey.generate(random);
    ObjectLabel label = new ObjectLabel(Digest.sha256(new byte[] {1}), 7, 1, SealedType.DELTA, 0);
    byte[] plain = {1, 2, 3};
    byte[] sealed = Seal.seal(key, label, plain, random);
    assertThat(sealed).hasSize((int) Seal.sealedSizeBytes(3));
    assertThat(Seal.open(key, label, ByteSource.of(sealed)).readAll(10)).isEqualTo(plain);
  }
}
