package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private final Manifest manifest = Samples.manifest();

  @Test
  void hidesTheStateRootBehindItsNonce() {
    assertThat(manifest.stateCommit())
        .isEqualTo(Digest.sha256(manifest.stateNonce().toBytes(), manifest.stateRoot().toBytes()));
  }

  @Test
  void printsNeitherKeyNorNonce() {
    assertThat(manifest.toString())
        .doesNotContain(HexFormat.of().formatHex(manifest.stateKey().key().toBytes(), 0, 4))
        .doesNotContain(HexFormat.of().formatHex(manifest.stateNonce().toBytes(), 0, 4));
  }
}
