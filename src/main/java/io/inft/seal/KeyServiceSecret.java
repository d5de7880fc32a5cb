package io.inft.seal;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;

/** The use of a key that somebody else keeps. */
final class KeyServiceSecret implements Secret {
  private final KeyWrapper wrapper;
  private final KeyWrapper.Key key;

  KeyServiceSecret(KeyWrapper wrapper, KeyWrapper.Key key) {
    String scheme = wrapper.scheme();
    if (scheme.length() > KeyWrapper.MAX_SCHEME_BYTES || !scheme.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("no scheme of a key service: '" + scheme + "'");
    }
    this.wrapper = wrapper;
    this.key = key;
  }

  KeyWrapper wrapper() {
    return wrapper;
  }

  KeyWrapper.Key key() {
    return key;
  }

  @Override
  public String describe() {
    return "key service " + wrapper.scheme();
  }

  @Override
  public Digest fingerprint(byte[] salt) {
    byte[] all =
        new ByteWriter()
            .bytes16(text(wrapper.scheme()))
            .bytes16(text(key.reference()))
            .bytes16(text(key.password().orElse("")))
            .toBytes();
    return Digest.of(Hkdf.derive(all, salt, Hkdf.info("inft/v1/fingerprint/key-service"), 32));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Secret[" + describe() + "]";
  }
}
