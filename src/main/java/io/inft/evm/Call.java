package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What a transaction shall do.
 *
 * @param to empty to deploy a contract
 * @param valueWei sent along, exactly
 * @param data call data or creation code
 */
public record Call(Optional<Address> to, BigInteger valueWei, Blob data) {
  public static Call of(Address to, byte[] data) {
    return new Call(Optional.of(to), BigInteger.ZERO, Blob.of(data));
  }

  public static Call paying(Address to, BigInteger valueWei, byte[] data) {
    return new Call(Optional.of(to), valueWei, Blob.of(data));
  }

  public static Call deploying(byte[] creationCode) {
    return new Call(Optional.empty(), BigInteger.ZERO, Blob.of(creationCode));
  }
}
