package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.util.Arrays;
import java.util.Optional;

/**
 * One control operation as the registry recorded it.
 *
 * @param sequence from 1, without gaps
 * @param code of the operation, from 0 to 255; {@link #operation} knows what it stands for
 * @param actor who did it
 * @param data its ABI-encoded arguments
 * @param controlHash the running hash up to this one
 */
public record Control(
    long sequence, int code, Address actor, Blob data, Digest controlHash, Block block) {
  public static final int MAX_CODE = 255;

  public Control {
    if (code < 0 || code > MAX_CODE) {
      throw new IllegalArgumentException("an operation has 8 bits, not the code " + code);
    }
  }

  /** What was done; empty for an operation of a later release. */
  public Optional<Operation> operation() {
    return Operation.ofCode(code);
  }

  /** The operations; the codes are part of the contract. */
  public enum Operation {
    GRANT(1),
    REVOKE(2),
    REVOKE_ALL(3),
    KEYRING(4),
    PROPOSE_OWNER(5),
    ACCEPT_OWNER(6),
    FREEZE(7),
    LOCK_UNTIL(8),
    OWNER_OBSERVED(9),
    SUCCESSOR(12),
    FLAG_VERSIONS(13),
    CANCEL_PROPOSAL(16);

    private final int code;

    Operation(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** The operation of a code, empty for a code of a later release. */
    public static Optional<Operation> ofCode(int code) {
      return Arrays.stream(values()).filter(operation -> operation.code == code).findFirst();
    }
  }
}
