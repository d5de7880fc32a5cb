package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;

/** Makes keyrings that this release would not write but a later one, or an attacker, could. */
record KeyringForge(KeyringFields fields) {
  static KeyringForge of(Keyring keyring) throws InftException {
    byte[] bytes = keyring.toBytes();
    return new KeyringForge(
        KeyringFields.read(new ByteReader("keyring", bytes), bytes, keyring.context()));
  }

  KeyringForge withSlot(int index, int type, int flags, int length) {
    return withSlot(index, new Slot(type, flags, Blob.of(SealTest.content(length))));
  }

  KeyringForge withSlot(int index, Slot slot) {
    List<Slot> slots = new ArrayList<>(fields.slots());
    slots.add(index, slot);
    return new KeyringForge(fields.withSlots(slots));
  }

  KeyringForge withBackLink(Blob link) {
    return new KeyringForge(
        new KeyringFields(
            fields.context(),
            fields.epoch(),
            fields.createdVersion(),
            fields.check(),
            link,
            fields.slots()));
  }

  /** The bytes with a MAC that {@code key} vouches for. */
  Blob bytes(DataKey key) {
    byte[] written = fields.toBytes();
    byte[] mac =
        new KeyringProof(key, fields.context(), fields.epoch()).mac(written, written.length);
    return Blob.of(new ByteWriter(512).bytes(written).bytes(mac).toBytes());
  }

  Keyring prove(DataKey key) throws InftException {
    return Keyring.parse(bytes(key).toBytes(), fields.context());
  }
}
