package io.inft.seal.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.FormatDocument;
import io.inft.SeededRandom;
import io.inft.bytes.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

class SealedKeyTest {
  private static final SigningKey ACCOUNT = SigningKey.parse("07".repeat(32));
  private static final byte[] KEY = HexFormat.of().parseHex("09".repeat(32));

  /** Written by the JavaScript library (eciesjs). */
  private static final String FROM_ELSEWHERE =
      "04489ad912c3e878f27bc1621b14295dd4208eb07f6f283c70e5599b0960c23bfd0f9dd5b946c549bc9aca88"
          + "4714a6e233b86d5e424bdf1abaf2d7f3fd129f6567730e3d8064c1819b1cbff7a9d44fcc849d81d271d4"
          + "7b7ca2b4e80ff6622dd80b650d27a3933f95b2b527327067e6a2968f9715537f69dd5890675a37a449ab"
          + "7b";

  private static byte[] elsewhere() {
    return HexFormat.of().parseHex(FROM_ELSEWHERE);
  }

  @Test
  void opensWhatAnotherLibrarySealed() throws Exception {
    assertThat(SealedKey.open(elsewhere(), ACCOUNT)).isEqualTo(KEY);
  }

  @Test
  void theExampleIsWrittenAndRead() throws Exception {
    byte[] sealed = SealedKey.seal(KEY, ACCOUNT.publicKey(), new SeededRandom(7));

    assertThat(sealed).isEqualTo(new FormatDocument("keyring.md").hex("sealed key"));
    assertThat(SealedKey.open(sealed, ACCOUNT)).isEqualTo(KEY);
  }

  /** Node's own crypto, by the layout alone. */
  @Test
  void anotherProgramOpensWhatIsSealedHere() throws Exception {
    byte[] sealed = SealedKey.seal(KEY, ACCOUNT.publicKey(), new SecureRandom());

    Process node =
        new ProcessBuilder(
                "node",
                "-e",
                """
                const c = require('crypto'), b = Buffer.from(process.argv[1], 'hex');
                const own = c.createECDH('secp256k1'); own.setPrivateKey(process.argv[2], 'hex');
                const eph = b.subarray(0, 65), x = own.computeSecret(eph);
                // The point that both agree on, whole: its x is known, its y is even or odd.
                const P = 2n ** 256n - 2n ** 32n - 977n, X = BigInt('0x' + x.toString('hex'));
                const power = (a, e) => {
                  let r = 1n;
                  for (a %= P; e; e >>= 1n, a = a * a % P) if (e & 1n) r = r * a % P;
                  return r;
                };
                const y = power(X * X * X + 7n, (P + 1n) / 4n), found = [];
                for (const Y of [y, P - y]) {
                  const point = Buffer.concat([Buffer.from([4]), x,
                    Buffer.from(Y.toString(16).padStart(64, '0'), 'hex')]);
                  const key = c.hkdfSync('sha256', Buffer.concat([eph, point]), '', '', 32);
                  const open = c.createDecipheriv('aes-256-gcm', Buffer.from(key), b.subarray(65, 81));
                  open.setAuthTag(b.subarray(81, 97));
                  try {
                    found.push(Buffer.concat([open.update(b.subarray(97)), open.final()]));
                  } catch (e) { /* the other y */ }
                }
                process.stdout.write(found.map(k => k.toString('hex')).join(' '));
                """,
                HexFormat.of().formatHex(sealed),
                ACCOUNT.revealHex())
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(node.waitFor()).as(said).isZero();
    assertThat(said).isEqualTo("09".repeat(32));
  }

  @Test
  void everyAlteredBitAndEveryOtherLengthIsRefused() {
    for (int bit = 0; bit < 8 * SealedKey.BYTES; bit++) {
      byte[] altered = elsewhere();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      refuses(altered, ACCOUNT);
    }
    refuses(new byte[0], ACCOUNT);
    refuses(HexFormat.of().parseHex(FROM_ELSEWHERE + "00"), ACCOUNT);
    refuses(HexFormat.of().parseHex(FROM_ELSEWHERE.substring(2)), ACCOUNT);
  }

  @Test
  void anotherAccountOpensNothing() {
    refuses(elsewhere(), SigningKey.parse("08".repeat(32)));
  }

  @Test
  void onlyAKeyIsSealed() {
    assertThatThrownBy(() -> SealedKey.seal(new byte[31], ACCOUNT.publicKey(), new SecureRandom()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void refuses(byte[] sealed, SigningKey account) {
    assertThatThrownBy(() -> SealedKey.open(sealed, account))
        .isInstanceOf(AEADBadTagException.class);
  }
}
