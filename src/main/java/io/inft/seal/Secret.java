package io.inft.seal;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.PublicKey;
import io.inft.bytes.SigningKey;
import io.inft.failure.KeyDerivationMemoryException;
import io.inft.failure.SettingException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.cipher.SealedKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * What a person or a program knows that opens a slot of a keyring. Immutable and safe for many
 * threads; never printed. Each kind of slot has its own.
 */
public abstract class Secret {
  /** Secrets are made in this room only. */
  Secret() {}

  /**
   * A password. It is normalised (NFC) and encoded as UTF-8, so that the same characters typed on
   * another system give the same bytes.
   *
   * @param password is copied; an empty one is a bug of the caller
   */
  public static Secret password(char[] password) {
    return PasswordSlot.PasswordSecret.of(password);
  }

  /** Thirty-two random bytes, copied in. */
  public static Secret rawKey(byte[] key) {
    return RawKeySlot.RawKeySecret.of(key);
  }

  /**
   * Reads a raw key: 64 hex digits, with or without {@code 0x}, or 32 bytes in base64, either
   * alphabet, with or without padding.
   *
   * @throws SettingException if it is neither; the message does not repeat it
   */
  public static Secret parseKey(String hexOrBase64) throws SettingException {
    return RawKeySlot.RawKeySecret.parse(hexOrBase64);
  }

  /**
   * A raw key made from a password and a salt: the same two always give the same key. Whoever has
   * the key needs neither again; whoever lost the salt has lost the key.
   *
   * @param salt at least 16 random bytes
   * @throws WeakSecretException the password could be guessed
   * @throws KeyDerivationMemoryException the derivation does not fit this Java machine
   */
  public static Secret derivedKey(char[] password, byte[] salt, KeyDerivation cost)
      throws WeakSecretException, KeyDerivationMemoryException {
    if (salt.length < KeyringFormat.SLOT_SALT_BYTES) {
      throw new IllegalArgumentException("a salt has at least 16 bytes, not " + salt.length);
    }
    PasswordSlot.PasswordSecret secret = PasswordSlot.PasswordSecret.of(password);
    secret.requireStrong();
    byte[] utf8 = secret.reveal();
    byte[] derived = cost.derive(utf8, salt);
    Arrays.fill(utf8, (byte) 0);
    Secret key = RawKeySlot.RawKeySecret.of(derived);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  /** A fresh raw key. */
  public static Secret randomKey(SecureRandom random) {
    byte[] key = new byte[RawKeySlot.RawKeySecret.BYTES];
    random.nextBytes(key);
    Secret secret = RawKeySlot.RawKeySecret.of(key);
    Arrays.fill(key, (byte) 0);
    return secret;
  }

  /** The key of an Ethereum account, which opens the slots that were made for its public half. */
  public static Secret wallet(SigningKey key) {
    return WalletSlot.WalletSecret.of(key);
  }

  /**
   * The raw key that was {@linkplain #sealTo sealed to an account}, as ERC-7857 contracts hand keys
   * over; {@code keyring.md} has the layout.
   *
   * @param sealed 129 bytes
   * @throws WrongKeyException if it was sealed to another account, altered, or has another length
   */
  public static Secret sealedKey(byte[] sealed, SigningKey account) throws WrongKeyException {
    byte[] key;
    try {
      key = SealedKey.open(sealed, account);
    } catch (AEADBadTagException e) {
      WrongKeyException wrong =
          new WrongKeyException(
              "this sealed key of " + sealed.length + " bytes",
              "it was not sealed to " + account.address() + ", or was altered");
      wrong.addSuppressed(e);
      throw wrong;
    }
    Secret secret = rawKey(key);
    Arrays.fill(key, (byte) 0);
    return secret;
  }

  /**
   * A raw key that only one account can read: 129 bytes, which may be public.
   *
   * @throws IllegalArgumentException for any other kind of secret
   */
  public static byte[] sealTo(PublicKey account, Secret secret, SecureRandom random) {
    if (secret instanceof RawKeySlot.RawKeySecret rawKey) {
      byte[] key = rawKey.reveal();
      byte[] sealed = SealedKey.seal(key, account, random);
      Arrays.fill(key, (byte) 0);
      return sealed;
    }
    throw new IllegalArgumentException("a " + secret.describe() + " is not sealed to accounts");
  }

  /** An account for which a slot is to be made; opens nothing. */
  public static Secret walletOf(PublicKey key) {
    return WalletSlot.WalletSecret.of(key);
  }

  /**
   * The use of a key that a keystore, an HSM or a key service keeps.
   *
   * @throws IllegalArgumentException if the wrapper's scheme is not one
   */
  public static Secret keyService(KeyWrapper wrapper, KeyWrapper.Key key) {
    return new KeyServiceSlot.KeyServiceSecret(wrapper, key);
  }

  /**
   * A raw key as 64 hex digits, to be written where nobody else reads: the one way out.
   *
   * @throws IllegalArgumentException for any other kind of secret
   */
  public static String revealHex(Secret secret) {
    if (secret instanceof RawKeySlot.RawKeySecret rawKey) {
      return HexFormat.of().formatHex(rawKey.reveal());
    }
    throw new IllegalArgumentException("a " + secret.describe() + " has no hex form");
  }

  /** Whether it opens a slot only after a key derivation, which takes long and much memory. */
  public boolean isDerived() {
    return false;
  }

  /** Whether it opens anything; a wallet's public key only has slots made for it. */
  public boolean canOpen() {
    return true;
  }

  /** The account whose key it is, if it is one's. */
  public Optional<Address> account() {
    return Optional.empty();
  }

  /** The kind of slot that it opens. */
  abstract SlotKind kind();

  /** Why it could be guessed; empty when it could not. */
  Optional<String> weakness() {
    return Optional.empty();
  }

  /** The kind, for messages: "password", "raw key", "key of the wallet …" or "key service …". */
  public abstract String describe();

  /**
   * Tells secrets apart inside this Java machine without keeping them. Fast, so it must never be
   * written anywhere.
   *
   * @param salt random, of this process, at least 16 bytes
   */
  public abstract Digest fingerprint(byte[] salt);
}
