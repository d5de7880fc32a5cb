package io.inft.seal.cipher;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Gets AES-GCM up to speed before a lot is decrypted in a process that just began.
 *
 * <p>The JDK's GHASH and counter mode use the processor's instructions only where the optimizing
 * compiler has compiled their callers, which takes some thousand calls. A chunk of 256 KiB makes a
 * dozen, so the first hundred megabytes would go through plain Java, at a fortieth of the speed.
 * Tiny messages make as many calls in the time of a few chunks. Nothing secret is touched. Safe for
 * many threads: the first one works, once in a process.
 */
public final class CipherWarmth {
  private static final int MOST_ROUNDS = 40;
  private static final int CALLS = 300;
  private static final int TRIAL_BYTES = 16 << 10;

  /** 300 bytes a microsecond, which plain Java does not reach. */
  private static final long FAST_NANOS = TRIAL_BYTES * 1000L / 300;

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private static final SecretKey KEY = Aead.key(new byte[Aead.KEY_BYTES]);

  private CipherWarmth() {}

  public static void reach() {
    if (BEGUN.compareAndSet(false, true)) {
      try {
        warm();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES-256-GCM", e);
      }
    }
  }

  private static void warm() throws GeneralSecurityException {
    // Messages of every kind: code that was compiled without having met one is thrown away.
    Message[] tiny = {new Message(1, 0), new Message(2, 16), new Message(3, 24)};
    Message trial = new Message(4, TRIAL_BYTES);
    byte[] plain = new byte[TRIAL_BYTES];
    byte[] sealed = new byte[64];
    boolean fast = false;
    for (int round = 0; round < MOST_ROUNDS && !fast; round++) {
      Cipher sealing = cipher(Cipher.ENCRYPT_MODE, nonce(5 + round));
      for (int i = 0; i < CALLS; i++) {
        sealing.update(plain, 0, 16 + 12 * (i % 3), sealed, 0);
      }
      for (int i = 0; i < CALLS; i++) {
        tiny[i % tiny.length].open(plain);
      }
      long began = System.nanoTime();
      trial.open(plain);
      fast = System.nanoTime() - began < FAST_NANOS;
    }
  }

  private static GCMParameterSpec nonce(int number) {
    byte[] nonce = new byte[Aead.NONCE_BYTES];
    nonce[0] = (byte) number;
    return new GCMParameterSpec(8 * Aead.TAG_BYTES, nonce);
  }

  private static Cipher cipher(int mode, GCMParameterSpec nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(Aead.ALGORITHM);
    cipher.init(mode, KEY, nonce);
    return cipher;
  }

  /** Zeroes, sealed, to be opened again and again. */
  private static final class Message {
    private final GCMParameterSpec nonce;
    private final byte[] sealed;
    private final Cipher opening;

    Message(int number, int sizeBytes) throws GeneralSecurityException {
      this.nonce = nonce(number);
      this.sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(new byte[sizeBytes]);
      this.opening = Cipher.getInstance(Aead.ALGORITHM);
    }

    void open(byte[] plain) throws GeneralSecurityException {
      opening.init(Cipher.DECRYPT_MODE, KEY, nonce);
      opening.doFinal(sealed, 0, sealed.length, plain, 0);
    }
  }
}
