package io.inft.seal;

import io.inft.bytes.Blob;

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

  static final int PASSWORD_SLOT = 1;
  static final int RAW_KEY_SLOT = 2;

  /** 3 is kept free for wallets. */
  static final int KEY_SERVICE_SLOT = 4;

  static final int SLOT_SALT_BYTES = 16;
  static final int WRAPPED_BYTES = DataKey.BYTES + Aead.TAG_BYTES;
  static final int PASSWORD_BODY_BYTES = SLOT_SALT_BYTES + 4 + 1 + 1 + WRAPPED_BYTES;
  static final int RAW_KEY_BODY_BYTES = SLOT_SALT_BYTES + WRAPPED_BYTES;

  /** What the key service wraps. */
  static final int SERVICE_SECRET_BYTES = 32;

  private static final int KEY_SERVICE_FIXED_BYTES = SLOT_SALT_BYTES + 1 + 1 + 2 + WRAPPED_BYTES;

  /** With a scheme of one letter, no name and one wrapped byte. */
  static final int MIN_KEY_SERVICE_BODY_BYTES = KEY_SERVICE_FIXED_BYTES + 1 + 1;

  static final int MAX_KEY_SERVICE_BODY_BYTES =
      KEY_SERVICE_FIXED_BYTES
          + KeyWrapper.MAX_SCHEME_BYTES
          + KeyWrapper.MAX_NAME_BYTES
          + KeyWrapper.MAX_WRAPPED_BYTES;

  private KeyringFormat() {}
}
