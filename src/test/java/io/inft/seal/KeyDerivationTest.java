package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.SettingException;
import java.io.InputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDerivationTest {
  @Test
  void derivesWhatTheArgon2idVectorSays() throws Exception {
    JsonNode vector;
    try (InputStream in = KeyDerivationTest.class.getResourceAsStream("/vectors/argon2id.json")) {
      vector = new ObjectMapper().readTree(in);
    }
    KeyDerivation derivation =
        new KeyDerivation.Argon2id(
            vector.get("mKiB").intValue(), vector.get("t").intValue(), vector.get("p").intValue());
    PasswordSlot.PasswordSecret password =
        PasswordSlot.PasswordSecret.of(vector.get("password").asText().toCharArray());

    byte[] derived =
        derivation.derive(password.reveal(), HexFormat.of().parseHex(vector.get("salt").asText()));

    assertThat(derivation).isEqualTo(KeyDerivation.DEFAULT);
    assertThat(HexFormat.of().formatHex(derived)).isEqualTo(vector.get("out").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "argon2id:m=65536,t=3,p=1",
        "argon2id:m=19456,t=2,p=1",
        "argon2id:m=1048576,t=16,p=16"
      })
  void readsWhatItWrites(String text) throws Exception {
    assertThat(KeyDerivation.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "argon2id",
        "argon2i:m=65536,t=3,p=1",
        "pbkdf2:i=600000",
        "argon2id:m=65536,t=3",
        "argon2id:t=3,m=65536,p=1",
        "argon2id:m=-1,t=3,p=1",
        "argon2id:m=9999999999,t=3,p=1",
        "argon2id:m=19455,t=2,p=1",
        "argon2id:m=65536,t=1,p=1",
        "argon2id:m=1048577,t=3,p=1",
        "argon2id:m=65536,t=17,p=1",
        "argon2id:m=65536,t=3,p=17",
        "argon2id:m=65536,t=3,p=0",
        "argon2id:m=64,t=1,p=1"
      })
  void refusesASettingThatIsMisspeltTooCheapOrTooExpensive(String text) {
    assertThatThrownBy(() -> KeyDerivation.parse(text)).isInstanceOf(SettingException.class);
  }

  @Test
  void noSettingReachesTheWeakCostOfTests() {
    assertThat(KeyDerivation.weakForTests().strongEnough()).isFalse();
    assertThatThrownBy(() -> KeyDerivation.parse(KeyDerivation.weakForTests().toString()))
        .isInstanceOf(SettingException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SlotRequest.of(
                    Secret.password("correct horse".toCharArray()),
                    new KeyDerivation.Argon2id(128, 1, 1)));
  }

  @Test
  void refusesWhatNoReaderWouldDerive() {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyDerivation.Argon2id(7, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyDerivation.Argon2id(31, 1, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeyDerivation.Argon2id((1 << 20) + 1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyDerivation.Argon2id(64, 0, 1));
  }

  @Test
  void saysHowMuchMemoryIsMissingInsteadOfRunningOut() throws Exception {
    KeyDerivation.Argon2id gibibyte = new KeyDerivation.Argon2id(1 << 20, 3, 1);

    gibibyte.requireMemory(2L << 30);

    assertThatThrownBy(() -> gibibyte.requireMemory(1L << 30))
        .isInstanceOf(KeyDerivationMemoryException.class)
        .hasMessageContaining("1024 MiB")
        .hasMessageContaining("-Xmx");
  }
}
