package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Call;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The contract that this release was built with: its code, and how to put it on a chain. */
public final class RegistryCode {
  private static final String RESOURCE = "/contracts/InftStorageRegistry.bin";

  /** Keccak-256 of the code that lies on a chain after deploying; the same on every chain. */
  public static final Digest HASH =
      Digest.parse("0xa22fe4ead86a428dbaf985424cdd652245d5e53282a6df033361e7c2a36d989b");

  private RegistryCode() {}

  /** The creation code; it takes no arguments. */
  public static byte[] creationCode() {
    try (InputStream in = RegistryCode.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the class path");
      }
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
      return HexFormat.of().parseHex(hex);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deploys a registry of one's own, for about 3.5 million gas. It has no owner and cannot be
   * changed. After a crash or a lost answer the next call goes on with the same transaction.
   *
   * @return the new contract's address
   */
  public static Address deploy(TransactionSender sender) throws InftException {
    String purpose = "deploy the registry";
    Address deployed =
        sender
            .send(purpose, purpose, Call.deploying(creationCode()))
            .contract()
            .orElseThrow(
                () -> new CorruptObjectException("receipt", 0, "names no deployed contract"));
    sender.settle(purpose);
    return deployed;
  }
}
