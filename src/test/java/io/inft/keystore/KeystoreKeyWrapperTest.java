package io.inft.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.KeyWrapper;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PKCS#12 file. */
public class KeystoreKeyWrapperTest {
  private static final String PASSWORD = "password of the keystore";
  private static final byte[] BOUND = new byte[36];

  @TempDir Path folder;
  private final KeyWrapper wrapper = new KeystoreKeyWrapper();

  /** A keystore with one AES key, as keytool makes it. */
  public static Path keystore(Path file, String alias, int keyBytes, int fill) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    byte[] key = new byte[keyBytes];
    java.util.Arrays.fill(key, (byte) fill);
    store.setEntry(
        alias,
        new KeyStore.SecretKeyEntry(new SecretKeySpec(key, "AES")),
        new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static KeyWrapper.Key key(Path file, String alias) {
    return new KeyWrapper.Key(file + "#" + alias, Optional.of(PASSWORD));
  }

  private static byte[] secret() {
    return "32 bytes that nobody else may see".substring(0, 32).getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void wrapsAndUnwrapsForOneDatabaseAndEpochOnly() throws Exception {
    KeyWrapper.Key key = key(keystore(folder.resolve("keys.p12"), "agent", 32, 7), "agent");

    byte[] wrapped = wrapper.wrap(secret(), key, BOUND);

    assertThat(wrapped).hasSize(12 + 32 + 16);
    assertThat(wrapper.unwrap(wrapped, key, BOUND)).isEqualTo(secret());
    byte[] other = BOUND.clone();
    other[35] = 1;
    assertThatThrownBy(() -> wrapper.unwrap(wrapped, key, other))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> wrapper.unwrap(new byte[20], key, BOUND))
        .isInstanceOf(WrongKeyException.class);
  }

  @Test
  void namesTheKeyNotTheFile() throws Exception {
    Path one = keystore(folder.resolve("one.p12"), "agent", 32, 7);
    Path copy = keystore(folder.resolve("copy.p12"), "agent", 32, 7);
    Path other = keystore(folder.resolve("other.p12"), "agent", 32, 8);

    String name = wrapper.name(key(one, "agent"));

    assertThat(name).matches("agent/[0-9a-f]{12}");
    assertThat(wrapper.name(key(copy, "agent"))).isEqualTo(name);
    assertThat(wrapper.name(key(other, "agent"))).isNotEqualTo(name);
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() throws Exception {
    Path good = keystore(folder.resolve("good.p12"), "agent", 32, 7);
    Path thin = keystore(folder.resolve("thin.p12"), "agent", 16, 7);
    Path text = Files.writeString(folder.resolve("text.p12"), "this is not a keystore");

    refused(key(folder.resolve("none.p12"), "agent"), SettingException.class, "no such file");
    refused(key(good, "somebody"), SettingException.class, "keytool -genseckey");
    refused(key(thin, "agent"), SettingException.class, "256 bits");
    refused(
        new KeyWrapper.Key(good.toString(), Optional.of(PASSWORD)),
        SettingException.class,
        "<file>#<alias>");
    refused(
        new KeyWrapper.Key(good + "#agent", Optional.empty()),
        SettingException.class,
        "keyServicePassword");
    refused(
        new KeyWrapper.Key(good + "#agent", Optional.of("another one")),
        SettingException.class,
        "does not open");
    refused(key(text, "agent"), KeyServiceException.class, "pkcs12");
  }

  private void refused(KeyWrapper.Key key, Class<? extends InftException> type, String says) {
    assertThatThrownBy(() -> wrapper.wrap(secret(), key, BOUND))
        .isInstanceOf(type)
        .hasMessageContaining(says)
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void readsWhatKeytoolMakes() throws Exception {
    Path file = folder.resolve("made.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genseckey",
                "-alias",
                "agent",
                "-keyalg",
                "AES",
                "-keysize",
                "256",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();

    byte[] wrapped = wrapper.wrap(secret(), key(file, "agent"), BOUND);

    assertThat(wrapper.unwrap(wrapped, key(file, "agent"), BOUND)).isEqualTo(secret());
  }
}
