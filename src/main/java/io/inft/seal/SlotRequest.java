package io.inft.seal;

/** Asks for a slot: who is to be able to open the keyring, and how. */
public sealed interface SlotRequest {
  /** The slot that suits the secret; {@code derivation} is for passwords and else ignored. */
  static SlotRequest of(Secret secret, KeyDerivation derivation) {
    return secret instanceof PasswordSecret ? new Password(secret, derivation) : new RawKey(secret);
  }

  /** A slot that a password opens, after Argon2id made it expensive to guess. */
  record Password(Secret secret, KeyDerivation derivation) implements SlotRequest {
    public Password {
      if (!(secret instanceof PasswordSecret)) {
        throw new IllegalArgumentException("a " + secret.describe() + " is not a password");
      }
      if (!derivation.strongEnough() && !derivation.equals(KeyDerivation.weakForTests())) {
        throw new IllegalArgumentException(derivation + " is too cheap for a new slot");
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
}
