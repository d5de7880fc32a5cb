package io.inft.imports;

import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.Digest;
import io.inft.failure.GuideKeyException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotImportableException;
import io.inft.seal.DataKey;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * An encrypted snapshot of the guide's clients, in a private copy that nobody changes. Both formats
 * are read twice: nothing is decrypted into a file before all of it was authenticated. The JDK's
 * own GCM would keep all of it in memory.
 *
 * @param name for messages
 * @param copy the file's bytes
 * @param sha256 of them: what the clients anchor as checksum and as storage hash
 */
record Snapshot(String name, Path copy, Digest sha256) {
  private static final int BUFFER = 1 << 16; // a multiple of 4 and of 16
  private static final int IV_BYTES = 16;
  private static final int TAG_BYTES = 16;
  private static final int HMAC_BYTES = 32;
  private static final int FERNET_HEAD_BYTES = 9; // version and time
  private static final int FERNET_BYTES = FERNET_HEAD_BYTES + IV_BYTES + HMAC_BYTES;
  private static final byte FERNET_VERSION = (byte) 0x80;
  private static final String HMAC = "HmacSHA256";

  /**
   * Copies a file.
   *
   * @param most bytes that it may have
   */
  static Snapshot copyOf(Path file, Path copy, long most) throws InftException {
    MessageDigest digest = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = Files.newOutputStream(copy)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > most) {
          throw new NotImportableException(
              file.toString(),
              "it has more than " + most + " bytes, which is what is allowed (--max-bytes)");
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "copy", e);
    }
    return new Snapshot(file.toString(), copy, Digest.finish(digest));
  }

  /** Decrypts it into a file, which stays empty unless all of it is authentic. */
  void decrypt(GuideFormat format, DataKey key, Path plain) throws InftException {
    byte[] raw = key.reveal();
    try {
      if (format == GuideFormat.FERNET) {
        fernet(raw, plain);
      } else {
        gcm(raw, OutputStream.nullOutputStream());
        try (OutputStream out = Files.newOutputStream(plain)) {
          gcm(raw, out);
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(copy, "decrypt", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-CBC and HMAC-SHA256", e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** IV, tag, ciphertext; a tag of 16 bytes always. */
  private void gcm(byte[] key, OutputStream out) throws InftException, IOException {
    BouncyCastleStart.now();
    GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
    try (InputStream in = new BufferedInputStream(Files.newInputStream(copy), BUFFER)) {
      byte[] iv = in.readNBytes(IV_BYTES);
      byte[] tag = in.readNBytes(TAG_BYTES);
      if (iv.length < IV_BYTES || tag.length < TAG_BYTES) {
        throw new GuideKeyException(name, GuideFormat.AES_GCM.words());
      }
      cipher.init(false, new AEADParameters(new KeyParameter(key), TAG_BYTES * 8, iv));
      byte[] buffer = new byte[BUFFER];
      byte[] plain = new byte[BUFFER + TAG_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(plain, 0, cipher.processBytes(buffer, 0, n, plain, 0));
      }
      int n = cipher.processBytes(tag, 0, TAG_BYTES, plain, 0);
      out.write(plain, 0, n);
      out.write(plain, 0, cipher.doFinal(plain, 0));
    } catch (InvalidCipherTextException e) {
      throw new GuideKeyException(name, GuideFormat.AES_GCM.words());
    }
  }

  /**
   * The token as in <a href="https://github.com/fernet/spec/blob/master/Spec.md">Fernet's
   * specification</a>: version, time, IV, AES-128-CBC, HMAC-SHA256 over all of them, in base64url.
   */
  private void fernet(byte[] key, Path plain)
      throws InftException, IOException, GeneralSecurityException {
    long characters = charactersOfToken();
    long bytes = bytesOfToken(characters);
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, 0, 16, HMAC));
    byte[] expected = new byte[HMAC_BYTES];
    byte[] head = new byte[FERNET_HEAD_BYTES + IV_BYTES];
    token(
        characters,
        (at, chunk) -> {
          int signed = (int) Math.max(0, Math.min(chunk.length, bytes - HMAC_BYTES - at));
          mac.update(chunk, 0, signed);
          for (int i = signed; i < chunk.length; i++) {
            expected[(int) (at + i - (bytes - HMAC_BYTES))] = chunk[i];
          }
          if (at == 0) {
            System.arraycopy(chunk, 0, head, 0, Math.min(chunk.length, head.length));
          }
        });
    if (!MessageDigest.isEqual(expected, mac.doFinal()) || head[0] != FERNET_VERSION) {
      throw wrongToken();
    }
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, 16, 16, "AES"),
        new IvParameterSpec(head, FERNET_HEAD_BYTES, IV_BYTES));
    try (OutputStream out = Files.newOutputStream(plain)) {
      token(
          characters,
          (at, chunk) -> {
            int from = (int) Math.max(0, Math.min(chunk.length, head.length - at));
            int to = (int) Math.max(from, Math.min(chunk.length, bytes - HMAC_BYTES - at));
            byte[] decrypted = cipher.update(chunk, from, to - from);
            if (decrypted != null) {
              out.write(decrypted);
            }
          });
      out.write(cipher.doFinal());
    }
  }

  /** Where the token ends: an editor may have put an end of line after it. */
  private long charactersOfToken() throws IOException {
    long size = Files.size(copy);
    try (var channel = Files.newByteChannel(copy)) {
      for (int back = 0; back < 2 && size > 0; back++) {
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.position(size - 1).read(last);
        if (last.get(0) != '\n' && last.get(0) != '\r') {
          break;
        }
        size--;
      }
    }
    return size;
  }

  private long bytesOfToken(long characters) throws InftException, IOException {
    long padding = 0;
    try (var channel = Files.newByteChannel(copy)) {
      ByteBuffer last = ByteBuffer.allocate(2);
      channel.position(Math.max(0, characters - 2)).read(last);
      padding = last.get(1) != '=' ? 0 : last.get(0) == '=' ? 2 : 1;
    }
    long bytes = characters / 4 * 3 - padding;
    if (characters % 4 != 0
        || bytes < FERNET_BYTES + IV_BYTES
        || (bytes - FERNET_BYTES) % IV_BYTES != 0) {
      throw new NotImportableException(
          name,
          "it begins as "
              + GuideFormat.FERNET.words()
              + " and is cut or has something behind it; take the whole file");
    }
    return bytes;
  }

  /** Takes a token's bytes one piece after the other. */
  @FunctionalInterface
  private interface Pieces {
    void take(long at, byte[] chunk) throws IOException, GeneralSecurityException;
  }

  private void token(long characters, Pieces pieces)
      throws InftException, IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(copy)) {
      long at = 0;
      for (long left = characters; left > 0; ) {
        byte[] text = in.readNBytes((int) Math.min(BUFFER, left));
        left -= text.length;
        boolean paddedTooEarly = left > 0 && text[text.length - 1] == '=';
        byte[] chunk;
        try {
          chunk = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
          throw notBase64();
        }
        if (paddedTooEarly) {
          throw notBase64();
        }
        pieces.take(at, chunk);
        at += chunk.length;
      }
    }
  }

  private NotImportableException notBase64() {
    return new NotImportableException(
        name,
        "it begins as "
            + GuideFormat.FERNET.words()
            + " and is not base64url throughout; it was changed");
  }

  private GuideKeyException wrongToken() {
    return new GuideKeyException(name, GuideFormat.FERNET.words());
  }
}
