package io.inft.seal;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.PublicKey;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.seal.cipher.Hkdf;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A slot that the signing key of an Ethereum account opens (ECIES on secp256k1). It is made with
 * the account's public key alone, so anybody who has the data key can make one for anybody.
 */
final class WalletSlot extends SlotKind {
  static final SlotKind KIND = new WalletSlot();

  static final int CODE = 3;
  static final int BODY_BYTES =
      KeyringFormat.SLOT_SALT_BYTES + 2 * PublicKey.BYTES + KeyringFormat.WRAPPED_BYTES;

  private static final int AGREED_BYTES = 32;

  private WalletSlot() {}

  @Override
  int code() {
    return CODE;
  }

  @Override
  String word() {
    return "wallet";
  }

  @Override
  String purpose() {
    return "inft/v1/slot/wallet";
  }

  @Override
  void check(Blob body, ByteReader whole) throws CorruptObjectException {
    requireLength(body, BODY_BYTES, whole);
    try {
      keys(body);
    } catch (IllegalArgumentException e) {
      throw whole.corrupt("a wallet slot has a key that is no point of secp256k1");
    }
  }

  /**
   * Whose slot it is, and the key that was made for it alone.
   *
   * @param recipient the account's public key
   * @param ephemeral public half of a key that nobody has any more
   */
  private record Keys(PublicKey recipient, PublicKey ephemeral) {
    byte[] toBytes() {
      return new ByteWriter(2 * PublicKey.BYTES)
          .bytes(recipient.toBytes())
          .bytes(ephemeral.toBytes())
          .toBytes();
    }
  }

  private Keys keys(Blob body) {
    try {
      ByteReader between = behindSalt(body);
      return new Keys(
          PublicKey.of(between.bytes("recipient", PublicKey.BYTES)),
          PublicKey.of(between.bytes("ephemeral key", PublicKey.BYTES)));
    } catch (CorruptObjectException e) {
      throw new IllegalStateException("its length was checked", e);
    }
  }

  @Override
  String describe(Blob body) {
    return keys(body).recipient().address().toString();
  }

  @Override
  boolean suits(Secret secret, Blob body) {
    return secret instanceof WalletSecret wallet
        && wallet.publicKey().equals(keys(body).recipient());
  }

  @Override
  Optional<Secret> again(Blob body) {
    return Optional.of(new WalletSecret(keys(body).recipient(), Optional.empty()));
  }

  @Override
  byte[] wrap(
      SlotRequest request, byte[] salt, byte[] boundTo, ByteWriter fields, SecureRandom random) {
    SigningKey ephemeral = SigningKey.generate(random);
    PublicKey recipient = ((WalletSecret) request.secret()).publicKey();
    Keys keys = new Keys(recipient, ephemeral.publicKey());
    fields.bytes(keys.toBytes());
    return agreed(ephemeral, recipient, keys);
  }

  @Override
  Optional<byte[]> unwrap(Secret secret, Blob body, byte[] salt, byte[] boundTo) {
    Keys keys = keys(body);
    return ((WalletSecret) secret).key().map(key -> agreed(key, keys.ephemeral(), keys));
  }

  /** Bound to both public keys, as SEC 1 and Abdalla, Bellare, Rogaway (DHIES) advise. */
  private static byte[] agreed(SigningKey own, PublicKey other, Keys keys) {
    byte[] point = own.agree(other);
    byte[] shared = new byte[AGREED_BYTES];
    System.arraycopy(point, 1, shared, 0, shared.length);
    byte[] derived =
        Hkdf.derive(shared, keys.toBytes(), Hkdf.info("inft/v1/wallet-agreement"), AGREED_BYTES);
    Arrays.fill(point, (byte) 0);
    Arrays.fill(shared, (byte) 0);
    return derived;
  }

  /** An account's key; or its public half alone, for which slots can be made but not opened. */
  static final class WalletSecret extends Secret {
    private final PublicKey publicKey;
    private final Optional<SigningKey> key;

    private WalletSecret(PublicKey publicKey, Optional<SigningKey> key) {
      this.publicKey = publicKey;
      this.key = key;
    }

    static WalletSecret of(SigningKey key) {
      return new WalletSecret(key.publicKey(), Optional.of(key));
    }

    static WalletSecret of(PublicKey publicKey) {
      return new WalletSecret(publicKey, Optional.empty());
    }

    PublicKey publicKey() {
      return publicKey;
    }

    Optional<SigningKey> key() {
      return key;
    }

    @Override
    SlotKind kind() {
      return KIND;
    }

    @Override
    public Optional<Address> account() {
      return Optional.of(publicKey.address());
    }

    @Override
    public boolean canOpen() {
      return key.isPresent();
    }

    @Override
    public String describe() {
      return "key of the wallet " + publicKey.address();
    }

    @Override
    public Digest fingerprint(byte[] salt) {
      byte[] bytes =
          key.map(SigningKey::revealHex).map(HexFormat.of()::parseHex).orElse(publicKey.toBytes());
      return Digest.of(Hkdf.derive(bytes, salt, Hkdf.info("inft/v1/fingerprint/wallet"), 32));
    }

    @Override
    public String toString() {
      return "Secret[wallet " + publicKey.address() + "]";
    }
  }
}
