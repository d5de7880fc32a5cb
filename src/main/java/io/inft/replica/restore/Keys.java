package io.inft.replica.restore;

import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;

/**
 * The keyring of the current epoch and the data key it holds.
 *
 * @param keyring as it stands in commit objects
 * @param current the data key of its epoch
 * @param openedBy id of the slot that gave the key; empty if it came by another way
 */
public record Keys(Keyring keyring, DataKey current, String openedBy) {
  public Keys(Keyring keyring, DataKey current) {
    this(keyring, current, "");
  }

  /** Opens a keyring. */
  public static Keys open(Keyring keyring, Secret secret) throws InftException {
    Keyring.Unlocked unlocked = keyring.unlock(secret);
    return new Keys(keyring, unlocked.key(), keyring.slots().get(unlocked.slot()).id());
  }

  public int epoch() {
    return keyring.epoch();
  }

  /** The data key of this epoch or of the one before, to which the keyring links. */
  DataKey of(int epoch) throws InftException {
    if (epoch == keyring.epoch()) {
      return current;
    }
    if (epoch == keyring.epoch() - 1) {
      var previous = keyring.previous(current);
      if (previous.isPresent()) {
        return previous.get();
      }
    }
    throw new NoSlotException(epoch, "link to the earlier epoch", "key epoch " + keyring.epoch());
  }
}
