package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.seal.cipher.Aead;

/** The layout of a keyring, format 1; see {@code keyring.md}. */
final class KeyringFormat {
  /** Not ASCII, then "IKR". */
  static final Blob MAGIC = Blob.of(new byte[] {(byte) 0x89, 'I', 'K', 'R'});

  static final int FORMAT = 1;

  static final int FORMAT_OFFSET = 4;
  static final int CONTEXT_OFFSET = 5;
  static final int EPOCH_OFFSET = 37;
  static final int CREATED_VERSION_OFFSET = 41;
  static final int CHECK_OFFSET = 49;
  static final int BACK_LINK_LENGTH_OFFSET = 65;

  static final int CHECK_BYTES = 16;
  static final int MAC_BYTES = 32;
  static final int BACK_LINK_BYTES = Aead.NONCE_BYTES + DataKey.BYTES + Aead.TAG_BYTES;

  static final int MAX_BYTES = 16 * 1024;
  static final int MAX_SLOTS = 64;

  /** Every password slot may have to be tried, and each is made to be slow. */
  static final int MAX_PASSWORD_SLOTS = 16;

  /** The registry counts key epochs in 24 bits. */
  static final int MAX_EPOCH = 0xff_ffff;

  static final int SLOT_SALT_BYTES = 16;
  static final int WRAPPED_BYTES = DataKey.BYTES + Aead.TAG_BYTES;

  private KeyringFormat() {}
}
