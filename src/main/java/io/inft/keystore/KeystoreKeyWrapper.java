package io.inft.keystore;

import io.inft.bytes.Digest;
import io.inft.failure.KeyServiceException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.KeyWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * {@code pkcs12:<file>#<alias>}: an AES key in a PKCS#12 keystore, as {@code keytool -genseckey
 * -keyalg AES -keysize 256 -storetype PKCS12} makes it. The file is read anew each time, so a
 * keystore that was replaced counts at once. A slot names the alias and a check value of the key,
 * not the file.
 *
 * <p>Wrapped: a random nonce of 12 bytes, then AES-GCM of the secret with database and epoch as
 * associated data. Safe for many threads.
 */
public final class KeystoreKeyWrapper implements KeyWrapper {
  private static final String SCHEME = "pkcs12";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int CHECK_DIGITS = 12;
  private static final int MIN_KEY_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String scheme() {
    return SCHEME;
  }

  /** The alias and what tells this key from others of that name. */
  @Override
  public String name(Key key) throws SettingException, KeyServiceException {
    SecretKey found = load(key);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(found);
      byte[] check = mac.doFinal("inft/v1/keystore-key-name".getBytes(StandardCharsets.US_ASCII));
      String digits = Digest.of(check).hex().substring(0, CHECK_DIGITS);
      return Reference.of(key).alias() + "/" + digits;
    } catch (GeneralSecurityException e) {
      throw failed("name its key", e);
    }
  }

  @Override
  public byte[] wrap(byte[] secret, Key key, byte[] boundTo)
      throws SettingException, KeyServiceException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, boundTo).doFinal(secret);
      byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, wrapped, NONCE_BYTES, sealed.length);
      return wrapped;
    } catch (GeneralSecurityException e) {
      throw failed("wrap", e);
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped, Key key, byte[] boundTo)
      throws WrongKeyException, SettingException, KeyServiceException {
    if (wrapped.length <= NONCE_BYTES + TAG_BITS / 8) {
      throw wrongKey(key);
    }
    byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, boundTo)
          .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw wrongKey(key);
    } catch (GeneralSecurityException e) {
      throw failed("unwrap", e);
    }
  }

  private static WrongKeyException wrongKey(Key key) {
    return new WrongKeyException(
        "what the key '" + key.reference() + "' is said to have wrapped", "name another key");
  }

  private static Cipher cipher(int mode, Key key, byte[] nonce, byte[] boundTo)
      throws GeneralSecurityException, SettingException, KeyServiceException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, load(key), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(boundTo);
    return cipher;
  }

  /** Where the key lies. */
  private record Reference(Path file, String alias) {
    static Reference of(Key key) throws SettingException {
      int hash = key.reference().lastIndexOf('#');
      if (hash < 1 || hash == key.reference().length() - 1) {
        throw refused(key, "expected " + SCHEME + ":<file>#<alias>");
      }
      try {
        return new Reference(
            Path.of(key.reference().substring(0, hash)), key.reference().substring(hash + 1));
      } catch (InvalidPathException e) {
        throw refused(key, "there can be no such file");
      }
    }
  }

  private static SettingException refused(Key key, String reason) {
    return new SettingException(
        "keyService", "'" + SCHEME + ":" + key.reference() + "': " + reason);
  }

  private static SecretKey load(Key key) throws SettingException, KeyServiceException {
    Reference reference = Reference.of(key);
    char[] password =
        key.password()
            .orElseThrow(
                () ->
                    refused(
                        key,
                        "the keystore needs a password: set keyServicePasswordFile or"
                            + " keyServicePassword"))
            .toCharArray();
    try (InputStream in = Files.newInputStream(reference.file())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      if (!(store.getKey(reference.alias(), password) instanceof SecretKey found)) {
        throw refused(
            key,
            "there is no secret key '"
                + reference.alias()
                + "' in the keystore; keytool -genseckey makes one");
      }
      byte[] encoded = found.getEncoded();
      boolean aes = found.getAlgorithm().equals("AES") && encoded.length >= MIN_KEY_BYTES;
      Arrays.fill(encoded, (byte) 0);
      if (!aes) {
        throw refused(key, "the key is not an AES key of 256 bits");
      }
      return found;
    } catch (NoSuchFileException e) {
      throw refused(key, "there is no such file");
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw refused(key, "the password does not open the keystore");
      }
      throw failed("be read", e);
    } catch (GeneralSecurityException e) {
      throw failed("give the key '" + reference.alias() + "'", e);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static KeyServiceException failed(String action, Exception cause) {
    return new KeyServiceException(SCHEME, action, String.valueOf(cause.getMessage()), cause);
  }
}
