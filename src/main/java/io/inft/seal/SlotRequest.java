package io.inft.seal;

import io.inft.failure.WeakSecretException;
import java.util.Optional;

/**
 * Asks for a slot, of the kind that suits the secret: who is to be able to open the keyring, and
 * how.
 *
 * @param secret what will open the slot
 * @param derivation the cost of a slot whose secret {@link Secret#isDerived}; others have none
 * @param evenIfWeak takes a secret that can be guessed: the ciphertext is public for ever
 */
public record SlotRequest(Secret secret, KeyDerivation derivation, boolean evenIfWeak) {
  public SlotRequest {
    if (secret.isDerived()
        && !derivation.strongEnough()
        && !derivation.equals(KeyDerivation.weakForTests())
        && !derivation.equals(KeyDerivation.Pbkdf2.weakForTests())) {
      throw new IllegalArgumentException(derivation + " is too cheap for a new slot");
    }
  }

  /** The kind of slot that is asked for. */
  SlotKind kind() {
    return secret.isDerived() && derivation instanceof KeyDerivation.Pbkdf2
        ? Pbkdf2Slot.KIND
        : secret.kind();
  }

  /** A slot that is refused if its secret can be guessed. */
  public static SlotRequest of(Secret secret, KeyDerivation derivation) {
    return new SlotRequest(secret, derivation, false);
  }

  /** A slot that is made even if its secret can be guessed. */
  public static SlotRequest evenIfWeak(Secret secret, KeyDerivation derivation) {
    return new SlotRequest(secret, derivation, true);
  }

  /** Why the secret could be guessed; empty when it could not. */
  public Optional<String> weakness() {
    return secret.weakness();
  }

  /** Refuses a weak secret unless it is to be taken all the same. */
  void requireStrong() throws WeakSecretException {
    Optional<String> weakness = weakness();
    if (!evenIfWeak && weakness.isPresent()) {
      throw new WeakSecretException(
          weakness.get(),
          PasswordSlot.PasswordSecret.ADVICE + " (allowWeakPassword=true takes it anyway)");
    }
  }
}
