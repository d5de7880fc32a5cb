package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedMarkTest {
  private static final VerifiedMark MARK =
      new VerifiedMark(
          7, Digest.parse("ab".repeat(32)), 99, true, false, 12, Digest.parse("cd".repeat(32)));

  @TempDir Path folder;

  @Test
  void isKeptWithAWorkingCopyAndNowhereElse() throws Exception {
    assertThat(VerifiedMark.of(folder)).isEmpty();
    MARK.keep(folder);
    assertThat(VerifiedMark.of(folder)).contains(MARK);

    Path nowhere = folder.resolve("nowhere");
    MARK.keep(nowhere);
    assertThat(Files.exists(nowhere)).isFalse();
    assertThat(VerifiedMark.of(nowhere)).isEmpty();
  }

  @Test
  void hasTheBytesOfThePage() {
    assertThat(HexFormat.of().formatHex(MARK.toBytes()))
        .startsWith(
            "89494e46760d0a1a"
                + "0001"
                + "0000000000000007"
                + "ab".repeat(32)
                + "0000000000000063"
                + "0100"
                + "000000000000000c"
                + "cd".repeat(32))
        .hasSize(2 * (8 + 2 + 90 + 32));
  }

  @Test
  void aDamagedOneIsNone() throws Exception {
    byte[] whole = MARK.toBytes();
    for (int i = 0; i < whole.length; i++) {
      byte[] bent = whole.clone();
      bent[i] ^= 0x10;
      assertThatThrownBy(() -> VerifiedMark.parse(bent)).isInstanceOf(InftException.class);
      byte[] cut = Arrays.copyOf(whole, i);
      assertThatThrownBy(() -> VerifiedMark.parse(cut)).isInstanceOf(InftException.class);
    }
    Files.write(folder.resolve("verified"), new byte[] {1, 2, 3});
    assertThat(VerifiedMark.of(folder)).isEmpty();
  }
}
