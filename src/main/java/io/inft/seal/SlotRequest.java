package io.inft.seal;

import io.inft.failure.WeakSecretException;
import java.util.Optional;

/** Asks for a slot: who is to be able to open the keyring, and how. */
public sealed interface SlotRequest {
  /**
   * The slot that suits the secret.
   *
   * @param derivation for passwords, else ignored
   */
  static SlotRequest of(Secret secret, KeyDerivation derivation) {
    if (secret instanceof PasswordSecret) {
      return new Password(secret, derivation);
    }
    return secret instanceof RawKeySecret ? new RawKey(secret) : new KeyService(secret);
  }

  /** The same, also for a password that can be guessed: the ciphertext is public for ever. */
  static SlotRequest evenIfWeak(Secret secret, KeyDerivation derivation) {
    return secret instanceof PasswordSecret
        ? new Password(secret, derivation, true)
        : of(secret, derivation);
  }

  /** What will open the slot. */
  Secret secret();

  /** Why the secret could be guessed; empty when it could not. */
  default Optional<String> weakness() {
    return Optional.empty();
  }

  /**
   * A slot that a password opens, after Argon2id made it expensive to guess.
   *
   * @param evenIfWeak takes a password that can be guessed
   */
  record Password(Secret secret, KeyDerivation derivation, boolean evenIfWeak)
      implements SlotRequest {
    public Password {
      if (!(secret instanceof PasswordSecret)) {
        throw new IllegalArgumentException("a " + secret.describe() + " is not a password");
      }
      if (!derivation.strongEnough() && !derivation.equals(KeyDerivation.weakForTests())) {
        throw new IllegalArgumentException(derivation + " is too cheap for a new slot");
      }
    }

    public Password(Secret secret, KeyDerivation derivation) {
      this(secret, derivation, false);
    }

    @Override
    public Optional<String> weakness() {
      return ((PasswordSecret) secret).weakness();
    }

    /** Refuses a weak password unless it is to be taken all the same. */
    void requireStrong() throws WeakSecretException {
      Optional<String> weakness = weakness();
      if (!evenIfWeak && weakness.isPresent()) {
        throw new WeakSecretException(
            weakness.get(), PasswordSecret.ADVICE + " (allowWeakPassword=true takes it anyway)");
      }
    }
  }

  /** A slot that a key of 32 random bytes opens. */
  record RawKey(Secret secret) implements SlotRequest {
    public RawKey {
      if (!(secret instanceof RawKeySecret)) {
        throw new IllegalArgumentException("a " + secret.describe() + " is not a raw key");
      }
    }
  }

  /** A slot that a key opens which a keystore, an HSM or a key service keeps. */
  record KeyService(Secret secret) implements SlotRequest {
    public KeyService {
      if (!(secret instanceof KeyServiceSecret)) {
        throw new IllegalArgumentException("a " + secret.describe() + " is not a key service");
      }
    }
  }
}
