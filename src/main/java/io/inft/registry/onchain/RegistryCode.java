package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.PaidRegistry.Price;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/** The contract that this release was built with: its code, and how to put it on a chain. */
public final class RegistryCode {
  private static final String RESOURCE = "/contracts/InftStorageRegistry.bin";

  /** Keccak-256 of the code that lies on a chain after deploying; the same on every chain. */
  public static final Digest HASH =
      Digest.parse("0x7968efce07052030cafc71e7cb97d79da15493f553cf140a43d39dbc3aa5919c");

  private static final String PURPOSE = "deploy the registry";

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
   * Deploys a registry of one's own, for about 4 million gas. It has no owner and cannot be
   * changed. After a crash or a lost answer the next call goes on with the same transaction.
   *
   * @return the new contract's address
   */
  public static Address deploy(TransactionSender sender) throws InftException {
    return deploy(sender, mined -> {});
  }

  /** {@link #deploy(TransactionSender)}, and tells {@code listener} of the transaction. */
  public static Address deploy(TransactionSender sender, Consumer<Mined> listener)
      throws InftException {
    Sending sending = Sending.by(sender, listener);
    Address deployed =
        send(sending)
            .contract()
            .orElseThrow(
                () -> new CorruptObjectException("receipt", 0, "names no deployed contract"));
    sending.forget(PURPOSE);
    return deployed;
  }

  /** What deploying would cost now; nothing is sent. */
  public static Price price(Chain chain, Address account) throws InftException {
    Estimating estimating = new Estimating(chain, account);
    send(estimating);
    return estimating.price();
  }

  private static Receipt send(Sending sending) throws InftException {
    return sending.send(
        PURPOSE, PURPOSE, Call.deploying(creationCode()), TransactionSender.NO_GAS_LIMIT);
  }
}
