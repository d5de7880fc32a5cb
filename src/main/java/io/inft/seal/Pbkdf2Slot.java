package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.KeyDerivationMemoryException;
import java.security.SecureRandom;
import java.util.Optional;

/** A slot that a password opens, on machines that have no memory for Argon2id. */
final class Pbkdf2Slot extends SlotKind {
  static final SlotKind KIND = new Pbkdf2Slot();

  static final int CODE = 5;
  static final int BODY_BYTES = KeyringFormat.SLOT_SALT_BYTES + 4 + KeyringFormat.WRAPPED_BYTES;

  private Pbkdf2Slot() {}

  @Override
  int code() {
    return CODE;
  }

  @Override
  String word() {
    return "PBKDF2 password";
  }

  @Override
  boolean isCostly() {
    return true;
  }

  @Override
  String purpose() {
    return "inft/v1/slot/pbkdf2";
  }

  /** Hostile costs are refused here. */
  @Override
  void check(Blob body, ByteReader whole) throws CorruptObjectException {
    requireLength(body, BODY_BYTES, whole);
    long iterations = behindSalt(body).u32("iterations");
    if (!KeyDerivation.Pbkdf2.readable(iterations)) {
      throw whole.corrupt(
          "a PBKDF2 password slot asks for " + iterations + " iterations, which is out of bounds");
    }
  }

  @Override
  String describe(Blob body) {
    return derivation(body).toString();
  }

  @Override
  long cost(Blob body) {
    return derivation(body).work();
  }

  private KeyDerivation derivation(Blob body) {
    try {
      return new KeyDerivation.Pbkdf2(
          behindSalt(body).u32("iterations", KeyDerivation.Pbkdf2.MAX_ITERATIONS));
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("checked when it was read", e);
    }
  }

  @Override
  boolean suits(Secret secret, Blob body) {
    return secret instanceof PasswordSlot.PasswordSecret;
  }

  @Override
  byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random)
      throws KeyDerivationMemoryException {
    KeyDerivation.Pbkdf2 cost = (KeyDerivation.Pbkdf2) request.derivation();
    fields.u32(cost.iterations());
    return PasswordSlot.derive(request.secret(), cost, salt);
  }

  @Override
  Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo)
      throws KeyDerivationMemoryException {
    return Optional.of(PasswordSlot.derive(secret, derivation(body), salt));
  }
}
