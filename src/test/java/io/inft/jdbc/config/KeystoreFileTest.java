package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.failure.MissingSecretException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongKeyException;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;

/** A test vector of the Web3 Secret Storage definition, a peer's file, and what must be refused. */
class KeystoreFileTest {
  private static final String KEY =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
  private static final Optional<String> PASSWORD = Optional.of("testpassword");

  private static final String PBKDF2 =
      """
      {"crypto": {"cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
          "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
      "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
      """;

  private static final KeystoreFile.Source SOURCE =
      new KeystoreFile.Source(
          "a.json", InftProperty.PRIVATE_KEY_FILE, InftProperty.PRIVATE_KEY_PASSWORD);

  @Test
  void opensTheVectorOfTheDefinition() throws Exception {
    assertThat(KeystoreFile.looksLikeOne(PBKDF2)).isTrue();
    assertThat(KeystoreFile.open(PBKDF2, SOURCE, PASSWORD).revealHex()).isEqualTo(KEY);
  }

  @Test
  void opensWhatAnotherImplementationWrote() throws Exception {
    assertThat(KeystoreFile.open(scrypt(), SOURCE, PASSWORD).revealHex()).isEqualTo(KEY);
  }

  private static String scrypt() throws Exception {
    return new ObjectMapper()
        .writeValueAsString(
            Wallet.createLight("testpassword", ECKeyPair.create(new BigInteger(KEY, 16))));
  }

  @Test
  void tellsAWrongPasswordFromNone() {
    assertThatThrownBy(() -> KeystoreFile.open(PBKDF2, SOURCE, Optional.of("hunter2hunter2")))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("a.json")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> KeystoreFile.open(PBKDF2, SOURCE, Optional.empty()))
        .isInstanceOf(MissingSecretException.class)
        .hasMessageContaining("privateKeyPassword");
  }

  @Test
  void noticesAnAlteredKey() {
    assertThatThrownBy(
            () -> KeystoreFile.open(PBKDF2.replace("5318b4d5", "5318b4d6"), SOURCE, PASSWORD))
        .isInstanceOf(WrongKeyException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":3 | \"version\":4",
        "aes-128-ctr | aes-128-cbc",
        "\"kdf\":\"scrypt\" | \"kdf\":\"argon2\"",
        "\"dklen\":32 | \"dklen\":64",
        "\"n\":4096 | \"n\":4095",
        "\"n\":4096 | \"n\":1073741824",
        "\"r\":8 | \"r\":1000000",
        "\"r\":8 | \"r\":0",
        "\"p\":6 | \"p\":100000",
        "\"n\":4096,\"p\":6,\"r\":8 | \"n\":262144,\"p\":64,\"r\":8",
        "\"n\":4096 | \"n\":9223372036854775808",
        "\"p\":6 | \"p\":1e999",
        "\"salt\":\" | \"salt\":\"z",
        "\"iv\":\" | \"iv\":\"ab",
        "\"mac\" | \"nomac\"",
      })
  void refusesWhatItDoesNotKnowOrWouldCostTooMuch(String from, String to) throws Exception {
    String text = scrypt();
    assertThat(text).contains(from);
    assertThatThrownBy(() -> KeystoreFile.open(text.replace(from, to), SOURCE, PASSWORD))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("a.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{\"a\":[[[[[[[[", "{\"version\":3,\"crypto\":[1]}", "{\"version\":3e999}"})
  void refusesWhatIsNone(String text) {
    String deep = text.replace("[[[[[[[[", "[".repeat(60_000));
    assertThatThrownBy(() -> KeystoreFile.open(deep, SOURCE, PASSWORD))
        .isInstanceOf(SettingException.class);
  }

  @Test
  void saysHowMuchHeapItNeeds() throws Exception {
    KeystoreFile.requireMemory(SOURCE, 256 << 20, 512 << 20);
    assertThatThrownBy(() -> KeystoreFile.requireMemory(SOURCE, 256 << 20, 256 << 20))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll("a.json", "256 MiB", "-Xmx");
  }
}
