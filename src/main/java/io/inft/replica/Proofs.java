package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.restore.Keys;
import io.inft.seal.Secret;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * Which secrets proved that they open a generation's keyring, by a salted fingerprint: every
 * connection proves its own, and a password is derived once. Safe for many threads.
 */
final class Proofs {
  private final byte[] salt = new byte[32];

  // Mutable, guarded by this.
  private final Map<Digest, String> slots = new HashMap<>();
  private Digest against = Digest.ZERO;

  Proofs() {
    new SecureRandom().nextBytes(salt);
  }

  /** Takes note of the secret that a generation was just opened with. */
  synchronized void opened(GenerationWriter writer, EngineSettings with) {
    forgetThoseOfOthers(writer);
    with.secret()
        .ifPresent(secret -> slots.put(secret.fingerprint(salt), writer.keys().openedBy()));
  }

  /**
   * Has a connection prove its secret, also on an engine that is open already.
   *
   * @return id of the slot that the secret opens
   */
  String prove(GenerationWriter writer, EngineSettings wanted) throws InftException {
    Secret secret =
        wanted
            .secret()
            .orElseThrow(
                () ->
                    new MissingSecretException(
                        "'" + wanted.id() + "'", "set password, passwordFile or encryptionKey"));
    Digest fingerprint = secret.fingerprint(salt);
    synchronized (this) {
      forgetThoseOfOthers(writer);
      String known = slots.get(fingerprint);
      if (known != null) {
        return known;
      }
    }
    Keys keys = Keys.open(writer.keys().keyring(), secret);
    synchronized (this) {
      forgetThoseOfOthers(writer);
      if (keys.keyring().hash().equals(against)) {
        slots.put(fingerprint, keys.openedBy());
      }
    }
    return keys.openedBy();
  }

  /** What opened one keyring need not open the next. */
  private void forgetThoseOfOthers(GenerationWriter writer) {
    Digest keyring = writer.keys().keyring().hash();
    if (!keyring.equals(against)) {
      slots.clear();
      against = keyring;
    }
  }
}
