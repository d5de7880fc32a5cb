package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.pack.PackHeader;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private final Manifest manifest = Samples.manifest();

  @Test
  void readsWhatItWrote() throws Exception {
    assertThat(manifest.toBytes()).hasSize(Manifest.BYTES);
    assertThat(Manifest.parse(manifest.toBytes())).isEqualTo(manifest);
  }

  @Test
  void hidesTheStateRootBehindItsNonce() {
    assertThat(manifest.stateCommit())
        .isEqualTo(Digest.sha256(manifest.stateNonce().toBytes(), manifest.stateRoot().toBytes()));
  }

  @Test
  void printsNeitherKeyNorNonce() {
    assertThat(manifest.toString())
        .doesNotContain(HexFormat.of().formatHex(manifest.stateKey().toBytes(), 0, 4))
        .doesNotContain(HexFormat.of().formatHex(manifest.stateNonce().toBytes(), 0, 4));
  }

  @Test
  void refusesWhatIsNone() {
    byte[] bytes = manifest.toBytes();
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(CorruptObjectException.class, Arrays.copyOf(bytes, bytes.length + 1));
    assertRefused(CorruptObjectException.class, new byte[0]);
    assertRefused(FormatTooNewException.class, with(bytes, 0, 2));
    assertRefused(CorruptObjectException.class, with(bytes, 0, 0));
    assertRefused(CorruptObjectException.class, with(bytes, 4, 1));
    assertRefused(CorruptObjectException.class, with(bytes, 5, 0x80));
  }

  @Test
  void namesNoMorePagesThanPacksCanHold() {
    assertThat(Manifest.MAX_PAGES).isEqualTo(PackHeader.MAX_PAGES);
    assertRefused(CorruptObjectException.class, with(manifest.toBytes(), 9, 0x02));
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static void assertRefused(Class<? extends InftException> as, byte[] bytes) {
    assertThatThrownBy(() -> Manifest.parse(bytes)).isInstanceOf(as);
  }
}
