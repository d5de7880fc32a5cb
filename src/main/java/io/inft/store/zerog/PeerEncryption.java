package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * The encryption formats of the 0G clients, to exchange files with their users. AES-256 in counter
 * mode behind a header, readable at any place.
 *
 * <p><b>These formats are not authenticated.</b> A wrong key gives garbage, not an error; only the
 * Merkle root of the encrypted stream protects the bytes, and a root somebody else names protects
 * nothing. A plain file may begin like an encrypted one, so the reader must know what it is. Our
 * own objects never use them.
 */
public final class PeerEncryption {
  private static final int SYMMETRIC = 1;
  private static final int TO_PUBLIC_KEY = 2;
  private static final int NONCE_BYTES = 16;
  private static final int PUBLIC_KEY_BYTES = 33;
  private static final int SYMMETRIC_HEADER_BYTES = 1 + NONCE_BYTES;
  private static final int TO_PUBLIC_KEY_HEADER_BYTES = 1 + PUBLIC_KEY_BYTES + NONCE_BYTES;
  private static final int BLOCK_BYTES = 16;
  private static final byte[] NONCE = "inft: nonce".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EPHEMERAL = "inft: ephemeral key".getBytes(StandardCharsets.US_ASCII);

  private PeerEncryption() {}

  /**
   * Format 1: for whoever has the key. Every call draws a nonce and so makes another file; keep the
   * returned source for retries.
   */
  public static ByteSource encrypt(ByteSource plain, PeerKey key, SecureRandom random) {
    return encrypt(plain, key, nonce(random));
  }

  static ByteSource encrypt(ByteSource plain, PeerKey key, byte[] nonce) {
    byte[] header = new ByteWriter().u8(SYMMETRIC).bytes(nonce).toBytes();
    return new Encrypted(header, plain, key, nonce);
  }

  /**
   * Format 2: for the owner of an EVM key.
   *
   * @param publicKey 33 bytes compressed, or 64 or 65 bytes
   * @throws IllegalArgumentException if it is no public key
   */
  public static ByteSource encrypt(ByteSource plain, byte[] publicKey, SecureRandom random) {
    return encrypt(plain, publicKey, SigningKey.generate(random), nonce(random));
  }

  static ByteSource encrypt(
      ByteSource plain, byte[] publicKey, SigningKey ephemeral, byte[] nonce) {
    byte[] header =
        new ByteWriter()
            .u8(TO_PUBLIC_KEY)
            .bytes(PeerKey.publicKey(ephemeral))
            .bytes(nonce)
            .toBytes();
    return new Encrypted(header, plain, PeerKey.agreed(ephemeral, publicKey), nonce);
  }

  /**
   * Format 1 with a nonce that follows from key and content: the same file makes the same encrypted
   * file, so that storing it can be repeated in another process without paying twice. Whoever sees
   * two of them learns whether the files are the same.
   */
  public static ByteSource encryptRepeatably(ByteSource plain, PeerKey key) throws InftException {
    byte[] content = sha256(plain);
    return encrypt(plain, key, nonce(PeerKey.hmac(key.secret().getEncoded(), NONCE, content)));
  }

  /**
   * Format 2 likewise; the ephemeral key follows from the sender's key, recipient and content.
   *
   * @throws IllegalArgumentException if {@code publicKey} is none
   */
  public static ByteSource encryptRepeatably(ByteSource plain, byte[] publicKey, SigningKey sender)
      throws InftException {
    byte[] secret = HexFormat.of().parseHex(sender.revealHex());
    byte[] recipient = PeerKey.compressed(publicKey);
    byte[] seed = PeerKey.hmac(secret, EPHEMERAL, recipient, sha256(plain));
    byte[] nonce = nonce(PeerKey.hmac(seed, NONCE));
    while (true) {
      try {
        SigningKey ephemeral = SigningKey.parse(HexFormat.of().formatHex(seed));
        return encrypt(plain, recipient, ephemeral, nonce);
      } catch (IllegalArgumentException outOfRange) { // one of 2^128 seeds
        seed = PeerKey.hmac(seed, EPHEMERAL);
      }
    }
  }

  private static byte[] sha256(ByteSource source) throws InftException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[1 << 20];
    for (long at = 0; at < source.sizeBytes(); at += buffer.length) {
      int length = (int) Math.min(buffer.length, source.sizeBytes() - at);
      source.read(at, buffer, 0, length);
      digest.update(buffer, 0, length);
    }
    return digest.digest();
  }

  private static byte[] nonce(byte[] mac) {
    return Arrays.copyOf(mac, NONCE_BYTES);
  }

  /** The format that a file seems to have: 1, 2, or 0 for neither. A plain file may look so too. */
  public static int formatOf(ByteSource file) throws InftException {
    int first = file.sizeBytes() > SYMMETRIC_HEADER_BYTES ? file.read(0, 1)[0] : 0;
    boolean isSecond = first == TO_PUBLIC_KEY && file.sizeBytes() > TO_PUBLIC_KEY_HEADER_BYTES;
    return first == SYMMETRIC || isSecond ? first : 0;
  }

  /** Reads format 1. A wrong key is not noticed. */
  public static ByteSource decrypt(ByteSource encrypted, PeerKey key) throws InftException {
    byte[] header = header(encrypted, SYMMETRIC, SYMMETRIC_HEADER_BYTES);
    return new Decrypted(encrypted, header.length, key, nonceOf(header));
  }

  /** Reads format 2. A wrong key is not noticed. */
  public static ByteSource decrypt(ByteSource encrypted, SigningKey recipient)
      throws InftException {
    byte[] header = header(encrypted, TO_PUBLIC_KEY, TO_PUBLIC_KEY_HEADER_BYTES);
    PeerKey key;
    try {
      key = PeerKey.agreed(recipient, Arrays.copyOfRange(header, 1, 1 + PUBLIC_KEY_BYTES));
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException("encrypted file", 1, "its public key is no point");
    }
    return new Decrypted(encrypted, header.length, key, nonceOf(header));
  }

  private static byte[] header(ByteSource encrypted, int format, int length) throws InftException {
    if (encrypted.sizeBytes() < length) {
      throw new CorruptObjectException("encrypted file", 0, "is shorter than its header");
    }
    byte[] header = encrypted.read(0, length);
    if (header[0] != format) {
      throw new CorruptObjectException(
          "encrypted file", 0, "begins with " + header[0] + ", format " + format + " expected");
    }
    return header;
  }

  private static byte[] nonceOf(byte[] header) {
    return Arrays.copyOfRange(header, header.length - NONCE_BYTES, header.length);
  }

  private static byte[] nonce(SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  /** Encrypts or decrypts what stands at {@code offset} of the body: the same operation. */
  static byte[] crypt(PeerKey key, byte[] nonce, long offset, byte[] bytes) {
    byte[] counter =
        new BigInteger(1, nonce).add(BigInteger.valueOf(offset / BLOCK_BYTES)).toByteArray();
    byte[] block = new byte[BLOCK_BYTES];
    int length = Math.min(BLOCK_BYTES, counter.length);
    System.arraycopy(counter, counter.length - length, block, BLOCK_BYTES - length, length);
    int skip = (int) (offset % BLOCK_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new IvParameterSpec(block));
      byte[] skipped = cipher.update(new byte[skip]);
      byte[] result = cipher.doFinal(bytes);
      int held = skip - (skipped == null ? 0 : skipped.length);
      return held == 0 ? result : Arrays.copyOfRange(result, held, held + bytes.length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES in counter mode", e);
    }
  }

  private static final class Encrypted implements ByteSource {
    private final byte[] header;
    private final ByteSource plain;
    private final PeerKey key;
    private final byte[] nonce;

    Encrypted(byte[] header, ByteSource plain, PeerKey key, byte[] nonce) {
      this.header = header;
      this.plain = plain;
      this.key = key;
      this.nonce = nonce;
    }

    @Override
    public long sizeBytes() {
      return header.length + plain.sizeBytes();
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
        throw new IllegalArgumentException("range outside the encrypted file");
      }
      byte[] result = new byte[length];
      int fromHeader = (int) Math.max(0, Math.min(length, header.length - offset));
      if (fromHeader > 0) {
        System.arraycopy(header, (int) offset, result, 0, fromHeader);
      }
      if (fromHeader < length) {
        long bodyOffset = offset + fromHeader - header.length;
        byte[] body = plain.read(bodyOffset, length - fromHeader);
        System.arraycopy(crypt(key, nonce, bodyOffset, body), 0, result, fromHeader, body.length);
      }
      return result;
    }
  }

  private static final class Decrypted implements ByteSource {
    private final ByteSource encrypted;
    private final int headerBytes;
    private final PeerKey key;
    private final byte[] nonce;

    Decrypted(ByteSource encrypted, int headerBytes, PeerKey key, byte[] nonce) {
      this.encrypted = encrypted;
      this.headerBytes = headerBytes;
      this.key = key;
      this.nonce = nonce;
    }

    @Override
    public long sizeBytes() {
      return encrypted.sizeBytes() - headerBytes;
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
        throw new IllegalArgumentException("range outside the decrypted file");
      }
      return crypt(key, nonce, offset, encrypted.read(offset + headerBytes, length));
    }
  }
}
