package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import io.inft.failure.WeakSecretException;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final byte[] KEY = SealTest.content(32);
  private static final byte[] SALT = SealTest.content(16);

  @Test
  void readsAKeyInEverySpelling() throws Exception {
    String hex = HexFormat.of().formatHex(KEY);
    String base64 = Base64.getEncoder().encodeToString(KEY);

    for (String spelling :
        new String[] {
          hex,
          "0x" + hex,
          HexFormat.of().withUpperCase().formatHex(KEY),
          " " + hex + "\n",
          base64,
          base64.replace("=", ""),
          Base64.getUrlEncoder().encodeToString(KEY),
          Base64.getUrlEncoder().withoutPadding().encodeToString(KEY)
        }) {
      Secret secret = Secret.parseKey(spelling);
      assertThat(secret.fingerprint(SALT)).isEqualTo(Secret.rawKey(KEY).fingerprint(SALT));
      assertThat(secret.describe()).isEqualTo("raw key");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "hunter2hunter2", "00ff", "####", "c2hvcnQ="})
  void refusesWhatIsNoKeyWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> Secret.parseKey(text))
        .isInstanceOf(SettingException.class)
        .satisfies(
            failure -> {
              if (text.length() > 4) {
                assertThat(failure.getMessage()).doesNotContain(text);
              }
            });
  }

  @Test
  void refusesAKeyOfAnotherLengthFromCode() {
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.rawKey(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.password(new char[0]));
  }

  @Test
  void takesAPasswordAsItsCharactersHoweverTheyWereTyped() {
    Secret composed = Secret.password("p\u00e4ssword and more".toCharArray());
    Secret decomposed = Secret.password("pa\u0308ssword and more".toCharArray());

    assertThat(composed.fingerprint(SALT)).isEqualTo(decomposed.fingerprint(SALT));
  }

  @Test
  void fingerprintsDifferByKindSecretAndSalt() {
    char[] password = "correct horse battery".toCharArray();

    assertThat(Secret.password(password).fingerprint(SALT))
        .isEqualTo(Secret.password(password).fingerprint(SALT))
        .isNotEqualTo(Secret.password(password).fingerprint(new byte[16]))
        .isNotEqualTo(Secret.password("another horse battery".toCharArray()).fingerprint(SALT));
    byte[] asciiKey =
        "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(Secret.rawKey(asciiKey).fingerprint(SALT))
        .isNotEqualTo(
            Secret.password("0123456789abcdef0123456789abcdef".toCharArray()).fingerprint(SALT));
  }

  @Test
  void isNeverPrinted() {
    assertThat(Secret.password("correct horse".toCharArray())).hasToString("Secret[password]");
    assertThat(Secret.rawKey(KEY)).hasToString("Secret[raw key]");
    assertThat(
            SlotRequest.of(Secret.password("correct horse".toCharArray()), KeyDerivation.DEFAULT))
        .hasToString(
            "SlotRequest[secret=Secret[password], derivation=argon2id:m=65536,t=3,p=1,"
                + " evenIfWeak=false]");
  }

  @Test
  void countsCharactersNotBytesWhenItJudgesAPassword() throws Exception {
    PasswordSlot.PasswordSecret.of(faces(12)).requireStrong();

    assertThatThrownBy(() -> PasswordSlot.PasswordSecret.of(faces(11)).requireStrong())
        .isInstanceOf(WeakSecretException.class)
        .hasMessageContaining("12 characters");
  }

  /** Different characters of two UTF-16 units and four UTF-8 bytes each. */
  private static char[] faces(int count) {
    StringBuilder faces = new StringBuilder();
    for (int i = 0; i < count; i++) {
      faces.appendCodePoint(0x1f600 + 5 * i);
    }
    return faces.toString().toCharArray();
  }

  @Test
  void aRequestTakesADerivationThatIsDearEnoughForItsSecret() {
    Secret password = Secret.password("correct horse".toCharArray());
    KeyDerivation cheap = new KeyDerivation.Argon2id(1024, 1, 1);

    assertThatIllegalArgumentException().isThrownBy(() -> SlotRequest.of(password, cheap));
    assertThat(SlotRequest.of(Secret.rawKey(KEY), cheap).weakness()).isEmpty();
    assertThat(SlotRequest.of(password, KeyDerivation.DEFAULT).weakness()).isEmpty();
    assertThat(SlotRequest.of(Secret.password("hunter2".toCharArray()), KeyDerivation.DEFAULT))
        .satisfies(weak -> assertThat(weak.weakness()).isPresent());
  }
}
