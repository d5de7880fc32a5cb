package io.inft.replica.publish;

import io.inft.bytes.Address;
import io.inft.failure.NotAuthorizedException;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;

/** Which right an account lacks, and the command by which the owner gives it. */
public enum MissingRight {
  WRITER("write to", Rights.WRITER),
  KEYADMIN("change the keyring of", Rights.KEY_ADMIN);

  private final String action;
  private final int role;

  MissingRight(String action, int role) {
    this.action = action;
    this.role = role;
  }

  /** The failure, with the way out. */
  public NotAuthorizedException failure(DatabaseId id, Address account, Rights held) {
    return new NotAuthorizedException(
        id.toString(),
        account.toString(),
        action,
        name(),
        "its owner runs 'inft registry grant "
            + id
            + " "
            + account
            + " --role "
            + held.rolesWith(role)
            + "'");
  }
}
