package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import java.nio.charset.StandardCharsets;

/**
 * What stands in the body of a key service's slot between the salt and the wrapped data key.
 *
 * @param scheme which kind of service
 * @param name which key, as the service calls it in public
 * @param wrapped the slot's secret, wrapped by the service
 */
record KeyServiceFields(String scheme, String name, Blob wrapped) {
  KeyServiceFields {
    require(scheme.matches("[a-z0-9-]{1," + KeyWrapper.MAX_SCHEME_BYTES + "}"), "a scheme");
    int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
    require(nameBytes <= KeyWrapper.MAX_NAME_BYTES, "a name of " + nameBytes + " bytes");
    require(name.chars().noneMatch(Character::isISOControl), "a name with control characters");
    int bytes = wrapped.sizeBytes();
    require(bytes >= 1 && bytes <= KeyWrapper.MAX_WRAPPED_BYTES, bytes + " wrapped bytes");
  }

  private static void require(boolean holds, String found) {
    if (!holds) {
      throw new IllegalArgumentException("not allowed in a key service's slot: " + found);
    }
  }

  void write(ByteWriter to) {
    byte[] schemeBytes = scheme.getBytes(StandardCharsets.US_ASCII);
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    to.u8(schemeBytes.length).bytes(schemeBytes).u8(nameBytes.length).bytes(nameBytes);
    to.bytes16(wrapped.toBytes());
  }

  static KeyServiceFields read(ByteReader reader) throws CorruptObjectException {
    byte[] scheme = reader.bytes("scheme", reader.u8("scheme length"));
    byte[] name = reader.bytes("name", reader.u8("name length"));
    Blob wrapped = Blob.of(reader.bytes16("wrapped secret", KeyWrapper.MAX_WRAPPED_BYTES));
    try {
      return new KeyServiceFields(
          new String(scheme, StandardCharsets.US_ASCII),
          new String(name, StandardCharsets.UTF_8),
          wrapped);
    } catch (IllegalArgumentException e) {
      throw reader.corrupt(String.valueOf(e.getMessage()));
    }
  }

  /** As slots are listed. */
  String describe() {
    return scheme + ": " + name;
  }
}
